"""Take a message: record, then 1 send, 2 listen, 3 again, 4 send as urgent, * cancel; hanging up sends it (V1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from calls.call import Hungup, Recorded, Utterance
from calls.facts import CallTroubled
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.desk import Unavailable
from ivr.keys import one_of
from ivr.mailbox.port import EVERYBODY, Box, Letter
from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

SENT, CANCELLED, SILENT, FAILED = "sent", "cancelled", "silent", "failed"
FULL, REFUSED = "full", "refused"  # ends of the exit “failed” with words of their own
LAST_WORDS = {
    SENT: "leave_sent",
    CANCELLED: "leave_cancelled",
    SILENT: "leave_short",
    FAILED: "leave_failed",
    FULL: "mailbox_full",
    REFUSED: "mailbox_refused",
}
SHORT = LAST_WORDS[SILENT]
MOST, SILENCE = 180.0, 5.0  # seconds of a message, and of the silence that ends it (SPEC §4.1)
LEAST = 2.0  # seconds: what is shorter is no message
MOST_TAKES = 5  # then whatever there is must do
CHOICES = {"1": "leave_1", "2": "leave_2", "3": "leave_3", "4": "leave_4", "*": "leave_star"}
SEND, LISTEN, AGAIN, URGENT, CANCEL = CHOICES


@kind("leave", zh="留言")
@dataclass(frozen=True, slots=True)
class Leave(Step):
    """say      said before the tone, where the mailbox has no greeting of its own
    help     what a caller hears who is silent after recording
    mailbox  whose message it is: "operator" = the operator's, "entered" = that of the number (or extension) entered
             before, "everybody" = every mailbox, if the mailbox that was opened may do that

    A caller who hangs up after two seconds or more has left a message. With a mailbox opened it comes from there.
    """

    say: Prompt = "leave"
    help: Prompt = "help_leave"
    mailbox: Literal["operator", "entered", "everybody"] = "operator"

    def exits(self) -> Collection[Exit]:
        return (SENT, CANCELLED, SILENT, FAILED)

    def keys(self) -> Mapping[str, Exit]:
        return {SEND: SENT, URGENT: SENT, CANCEL: CANCELLED}

    def stays(self) -> Mapping[str, str]:
        return {LISTEN: "listen", AGAIN: "record again"}

    def hasty(self) -> Collection[Exit]:
        return (FAILED,)

    def quiet(self) -> Collection[Exit]:
        return (SENT, SILENT, FAILED)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, *CHOICES.values(), *LAST_WORDS.values(), *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        if visit.place.phase in LAST_WORDS:  # taken up again while the last words were being said
            return await _end(visit, visit.place.phase)
        letter = self._letter(visit)
        phase = _Phase.read(visit.place.phase)
        if phase.take == 0:
            box = await self._box(visit, letter)
            if box.full:
                return await _end(visit, FULL)
            if self.mailbox == "everybody" and not box.may_distribute:
                return await _end(visit, REFUSED)
            if await self._invite(visit, box) == CANCEL:
                return await _end(visit, CANCELLED)
            phase = _Phase(1, f"{visit.desk.clock.now():%H%M%S}")
        while True:
            recorded = phase.recorded or await _record(visit, letter, phase)
            exit = await self._decide(visit, letter, recorded, last=phase.take >= MOST_TAKES)
            if exit != AGAIN:
                return exit
            if await visit.say([visit.prompt(self.say)]) == CANCEL:
                return await self._drop(visit, CANCELLED)
            phase = _Phase(phase.take + 1, phase.stamp)

    def _letter(self, visit: Visit) -> Letter:
        own = visit.place.mailbox.partition("/")[0] if self.mailbox != "operator" else ""
        to = {
            "operator": visit.service.operator or "operator",
            "entered": visit.place.entry,
            "everybody": EVERYBODY,
        }[self.mailbox]
        return Letter(visit.call.id, visit.service.tenant, to, own or visit.call.party.caller, internal=bool(own))

    async def _box(self, visit: Visit, letter: Letter) -> Box:
        """The mailbox it is for (of a distribution: the one it comes from). Without the database any will do: the
        message waits for it, the caller need not."""
        number = letter.sender if letter.mailbox == EVERYBODY else letter.mailbox
        try:
            found = await visit.desk.messages.find(letter.tenant, number)
        except Unavailable:
            found = None
        box = found or Box(letter.tenant, number)
        return replace(box, full=False, greeting="") if letter.mailbox == EVERYBODY else box

    async def _invite(self, visit: Visit, box: Box) -> str:
        own = Utterance("♪", box.greeting, box.greeting_seconds)
        return await visit.say([own if box.greeting else visit.prompt(self.say)])

    async def _decide(self, visit: Visit, letter: Letter, recorded: Recorded, *, last: bool) -> Exit:
        """What becomes of a recording; AGAIN = another one is to be made."""
        match recorded.ended, recorded.key:
            case "failed", _:
                return await self._drop(visit, FAILED)
            case "key", "*":
                return await self._drop(visit, CANCELLED)
            case "hangup", _:
                if recorded.seconds >= LEAST:
                    await self._send(visit, letter, recorded, silently=True)
                else:
                    visit.desk.messages.forget(visit.call.id)
                await visit.call.hangup()  # lets the flow end where the caller has ended it
            case "key", _ if recorded.seconds < LEAST and not last:
                visit.put_back(await visit.say([visit.prompt(SHORT)]))
                return AGAIN
        if recorded.seconds < LEAST:
            return await self._drop(visit, SILENT)
        try:
            answer = await self._choose(visit, recorded)
        except Hungup:
            await self._send(visit, letter, recorded, silently=True)
            raise
        if answer == CANCEL:
            return await self._drop(visit, CANCELLED)
        if answer == AGAIN and not last:
            return AGAIN
        return await self._send(visit, replace(letter, urgent=answer == URGENT), recorded)

    async def _choose(self, visit: Visit, recorded: Recorded) -> str:
        """1 send, 3 again, 4 urgent or * cancel. Who says nothing any more has meant to send it."""
        words = [visit.prompt(name) for name in CHOICES.values()]
        while True:
            match await ask(visit, Question(words, one_of(CHOICES), [visit.prompt(self.help)])):
                case Keyed(key) if key == LISTEN:
                    message = Utterance("♪", str(recorded.file.with_suffix("")), recorded.seconds)
                    visit.put_back(await visit.say([message]))
                case Keyed(key):
                    return key
                case Exhausted():
                    return SEND

    async def _send(self, visit: Visit, letter: Letter, recorded: Recorded, *, silently: bool = False) -> Exit:
        try:
            await visit.desk.messages.keep(letter, recorded)
        except Unavailable as missing:  # the file is there, so that nothing is lost; a person must file it
            visit.tell(CallTroubled, what=f"message {recorded.file.name} not filed: {missing}", node=visit.place.step)
            return FAILED if silently else await _end(visit, FAILED)
        return SENT if silently else await _end(visit, SENT)

    async def _drop(self, visit: Visit, exit: Exit) -> Exit:
        """Nothing is kept of what was recorded."""
        visit.desk.messages.forget(visit.call.id)
        return await _end(visit, exit)


@dataclass(frozen=True, slots=True)
class _Phase:
    """Which recording is being made (0: none yet), or has been; as kept in the place.

    stamp: the time of day at which the step began, so that no message of a call takes the name of an earlier one.
    """

    take: int
    stamp: str = ""
    recorded: Recorded | None = None

    def name(self, call: str) -> str:
        return "-".join(part for part in (call, self.stamp, str(self.take)) if part)

    def __str__(self) -> str:
        made = self.recorded
        take = f"{self.take}.{self.stamp}" if self.stamp else f"{self.take}"
        return take if made is None else f"{take};{made.seconds:.1f};{made.file}"

    @staticmethod
    def read(phase: str) -> "_Phase":
        if not phase:
            return _Phase(0)
        first, *made = phase.split(";", 2)
        take, _, stamp = first.partition(".")
        recorded = Recorded(Path(made[1]), float(made[0]), "key") if made else None
        return _Phase(int(take), stamp, recorded)


async def _record(visit: Visit, letter: Letter, phase: _Phase) -> Recorded:
    visit.change(phase=str(phase))
    name = phase.name(visit.call.id)
    visit.desk.messages.expect(letter, name)
    made = await visit.call.record(name, most=MOST, silence=SILENCE)
    if made.ended != "hangup" and made.seconds >= LEAST:
        visit.change(phase=str(replace(phase, recorded=made)))
    return made


async def _end(visit: Visit, how: str) -> Exit:
    visit.change(phase=how)
    visit.put_back(await visit.say([visit.prompt(LAST_WORDS[how])]))
    return FAILED if how in (FULL, REFUSED) else how
