"""Take a message: record, then 1 send, 2 listen, 3 again, 4 send as urgent, * cancel; hanging up sends it (V1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from calls.call import Hungup, Recorded, Utterance
from calls.facts import CallTroubled
from ivr.ask import COMMON_PROMPTS
from ivr.desk import Unavailable
from ivr.mailbox.port import EVERYBODY, Box, Letter
from ivr.spoken import LISTEN, Spoken, record, review
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
LEAST = 2.0  # seconds: what is shorter is no message
MOST_TAKES = 5  # then whatever there is must do
CHOICES = {"1": "leave_1", "2": "leave_2", "3": "leave_3", "4": "leave_4", "*": "leave_star"}
SEND, _, AGAIN, URGENT, CANCEL = CHOICES


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
        spoken = Spoken.read(visit, visit.place.phase)
        if spoken.take == 0:
            box = await self._box(visit, letter)
            if box.full:
                return await _end(visit, FULL)
            if self.mailbox == "everybody" and not box.may_distribute:
                return await _end(visit, REFUSED)
            if await self._invite(visit, box) == CANCEL:
                return await _end(visit, CANCELLED)
            spoken = Spoken.first(visit)
        while True:
            expect = partial(visit.desk.messages.expect, letter)
            recorded = spoken.recorded or await record(visit, spoken, LEAST, expect)
            exit = await self._decide(visit, letter, recorded, last=spoken.take >= MOST_TAKES)
            if exit != AGAIN:
                return exit
            if await visit.say([visit.prompt(self.say)]) == CANCEL:
                return await self._drop(visit, CANCELLED)
            spoken = spoken.again()

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
            # who says nothing any more has meant to send it
            answer = await review(visit, recorded, CHOICES, self.help) or SEND
        except Hungup:
            await self._send(visit, letter, recorded, silently=True)
            raise
        if answer == CANCEL:
            return await self._drop(visit, CANCELLED)
        if answer == AGAIN and not last:
            return AGAIN
        return await self._send(visit, replace(letter, urgent=answer == URGENT), recorded)

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


async def _end(visit: Visit, how: str) -> Exit:
    visit.change(phase=how)
    visit.put_back(await visit.say([visit.prompt(LAST_WORDS[how])]))
    return FAILED if how in (FULL, REFUSED) else how
