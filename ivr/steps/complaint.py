"""Take a complaint, a suggestion or a repair: recorded, reviewed, a number to call back, then the ticket's own (C)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from calls.call import Hungup, Recorded
from calls.facts import CallTroubled
from ivr.ask import COMMON_PROMPTS
from ivr.contact import Contact
from ivr.counter.tickets import About, Told
from ivr.desk import Unavailable
from ivr.spoken import LISTEN, Spoken, record, review
from ivr.step import DONE, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

CANCELLED, FAILED = "cancelled", "failed"
MADE = "made"  # the phase while the number is being told
LAST_WORDS = {CANCELLED: "ticket_cancelled", FAILED: "ticket_failed"}
SHORT, NUMBER, KEPT = "ticket_short", "ticket_made", "ticket_kept"
LEAST = 3.0  # seconds (SPEC §4.8)
MOST_TAKES = 5
CHOICES = {"1": "spoken_1", LISTEN: "spoken_2", "3": "spoken_3", "*": "spoken_star"}
SUBMIT, AGAIN, CANCEL = "1", "3", "*"


@kind("complaint", zh="投诉建议报修")
@dataclass(frozen=True, slots=True)
class Complaint(Step):
    """about  what kind of ticket it becomes: complaint, suggestion or repair
    help   what a caller hears who is silent after recording

    A caller who hangs up after three seconds or more has made it, too; then the number called from is the one to call
    back. “failed”: nothing could be recorded, or nothing was said.
    """

    about: About
    help: Prompt = "help_spoken"

    def exits(self) -> Collection[Exit]:
        return (DONE, CANCELLED, FAILED)

    def keys(self) -> Mapping[str, Exit]:
        return {SUBMIT: DONE, CANCEL: CANCELLED}

    def stays(self) -> Mapping[str, str]:
        return {LISTEN: "listen", AGAIN: "record again"}

    def quiet(self) -> Collection[Exit]:
        return (DONE, FAILED)

    def prompts(self) -> Mapping[str, Collection[str]]:
        mine = plain(self._say, self.help, *CHOICES.values(), *LAST_WORDS.values(), SHORT, KEPT, *COMMON_PROMPTS)
        return {**Contact.prompts(), **mine, NUMBER: ("ticket",)}

    @property
    def _say(self) -> Prompt:
        return f"ticket_{self.about}"

    async def run(self, visit: Visit) -> Exit:
        phase = visit.place.phase
        if phase in LAST_WORDS:
            return await _end(visit, phase)
        if phase.startswith(MADE):
            return await _made(visit, phase.partition(";")[2])
        told = Told(visit.call.id, visit.service.tenant, self.about, visit.call.party.caller)
        kept = Contact.kept(phase)
        try:
            spoken = Spoken.read(visit, kept) if kept else await self._tell(visit, told, Spoken.read(visit, phase))
        except _Over as over:
            visit.desk.counter.tickets.forget(told.call)
            return await _end(visit, over.exit)
        recorded = spoken.recorded
        assert recorded is not None, "what is over is reviewed only if there is a recording"
        try:
            phone = await Contact(str(spoken)).ask(visit)
        except Hungup:
            await self._open(visit, told, recorded, "")
            raise
        return await _made(visit, await self._open(visit, told, recorded, phone))

    async def _tell(self, visit: Visit, told: Told, spoken: Spoken) -> Spoken:
        """Until there is a recording that the caller wants to submit. Raises _Over."""
        if spoken.take == 0:
            if await visit.say([visit.prompt(self._say)]) == CANCEL:
                raise _Over(CANCELLED)
            spoken = Spoken.first(visit)
        while True:
            expect = partial(visit.desk.counter.tickets.expect, told)
            recorded = spoken.recorded or await record(visit, spoken, LEAST, expect)
            if await self._wanted(visit, told, recorded, last=spoken.take >= MOST_TAKES):
                return Spoken(spoken.take, spoken.stamp, recorded)
            if await visit.say([visit.prompt(self._say)]) == CANCEL:
                raise _Over(CANCELLED)
            spoken = spoken.again()

    async def _wanted(self, visit: Visit, told: Told, recorded: Recorded, *, last: bool) -> bool:
        """Is it to be submitted? False: another one is to be made."""
        match recorded.ended, recorded.key:
            case "failed", _:
                raise _Over(FAILED)
            case "key", "*":
                raise _Over(CANCELLED)
            case "hangup", _:
                if recorded.seconds >= LEAST:
                    await self._open(visit, told, recorded, "")
                else:
                    visit.desk.counter.tickets.forget(told.call)
                await visit.call.hangup()  # lets the flow end where the caller has ended it
        if recorded.seconds < LEAST:
            if last:
                raise _Over(FAILED)
            visit.put_back(await visit.say([visit.prompt(SHORT)]))
            return False
        try:
            answer = await review(visit, recorded, CHOICES, self.help)
        except Hungup:
            await self._open(visit, told, recorded, "")
            raise
        if answer == CANCEL:
            raise _Over(CANCELLED)
        return answer != AGAIN or last  # who says nothing any more has meant to submit it

    async def _open(self, visit: Visit, told: Told, recorded: Recorded, phone: str) -> str:
        """The ticket's number, "" if it cannot be told."""
        try:
            return await visit.desk.counter.tickets.open(told, recorded, phone or told.caller)
        except Unavailable as missing:  # the file and what was expected are there: the clock makes a ticket of them
            visit.tell(CallTroubled, what=f"{recorded.file.name} is no ticket yet: {missing}", node=visit.place.step)
            return ""


class _Over(Exception):
    """Nothing is kept of it; the exit to take."""

    def __init__(self, exit: Exit) -> None:
        super().__init__(exit)
        self.exit = exit


async def _made(visit: Visit, number: str) -> Exit:
    visit.change(phase=f"{MADE};{number}")
    words = [visit.sentence(NUMBER, ticket=number) if number else visit.prompt(KEPT)]
    visit.put_back(await visit.say(words))
    return DONE


async def _end(visit: Visit, how: Exit) -> Exit:
    visit.change(phase=how)
    visit.put_back(await visit.say([visit.prompt(LAST_WORDS[how])]))
    return how
