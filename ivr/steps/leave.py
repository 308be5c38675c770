"""Take a message: record, then 1 send, 2 listen, 3 record again, * cancel; hanging up sends it (node V1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from calls.call import Hungup, Recorded, Utterance
from calls.facts import CallTroubled
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.desk import Unavailable
from ivr.keys import one_of
from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

SENT, CANCELLED, SILENT, FAILED = "sent", "cancelled", "silent", "failed"
LAST_WORDS = {SENT: "leave_sent", CANCELLED: "leave_cancelled", SILENT: "leave_short", FAILED: "leave_failed"}
SHORT = LAST_WORDS[SILENT]
MOST, SILENCE = 180.0, 5.0  # seconds of a message, and of the silence that ends it (SPEC §4.1)
LEAST = 2.0  # seconds: what is shorter is no message
MOST_TAKES = 5  # then whatever there is must do
CHOICES = {"1": "leave_1", "2": "leave_2", "3": "leave_3", "*": "leave_star"}
SEND, LISTEN, AGAIN, CANCEL = CHOICES


@kind("leave", zh="留言")
@dataclass(frozen=True, slots=True)
class Leave(Step):
    """say      said before the tone
    help     what a caller hears who is silent after recording
    mailbox  whose message it is

    A caller who hangs up after two seconds or more has left a message.
    """

    say: Prompt = "leave"
    help: Prompt = "help_leave"
    mailbox: str = "operator"

    def exits(self) -> Collection[Exit]:
        return tuple(LAST_WORDS)

    def keys(self) -> Mapping[str, Exit]:
        return {SEND: SENT, CANCEL: CANCELLED}

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
        phase = _Phase.read(visit.place.phase)
        if phase.take == 0:
            if await self._invite(visit) == CANCEL:
                return await _end(visit, CANCELLED)
            phase = _Phase(1)
        while True:
            recorded = phase.recorded or await _record(visit, phase.take)
            exit = await self._decide(visit, recorded, last=phase.take >= MOST_TAKES)
            if exit != AGAIN:
                return exit
            if await self._invite(visit) == CANCEL:
                return await _end(visit, CANCELLED)
            phase = _Phase(phase.take + 1)

    async def _invite(self, visit: Visit) -> str:
        return await visit.say([visit.prompt(self.say)])

    async def _decide(self, visit: Visit, recorded: Recorded, *, last: bool) -> Exit:
        """What becomes of a recording; AGAIN = another one is to be made."""
        match recorded.ended, recorded.key:
            case "failed", _:
                return await _end(visit, FAILED)
            case "key", "*":
                return await _end(visit, CANCELLED)
            case "hangup", _:
                if recorded.seconds >= LEAST:
                    await self._send(visit, recorded, silently=True)
                await visit.call.hangup()  # lets the flow end where the caller has ended it
            case "key", _ if recorded.seconds < LEAST and not last:
                visit.put_back(await visit.say([visit.prompt(SHORT)]))
                return AGAIN
        if recorded.seconds < LEAST:
            return await _end(visit, SILENT)
        try:
            answer = await self._choose(visit, recorded)
        except Hungup:
            await self._send(visit, recorded, silently=True)
            raise
        if answer == CANCEL:
            return await _end(visit, CANCELLED)
        return AGAIN if answer == AGAIN and not last else await self._send(visit, recorded)

    async def _choose(self, visit: Visit, recorded: Recorded) -> str:
        """1 send, 3 again or * cancel. Who says nothing any more has meant to send it."""
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

    async def _send(self, visit: Visit, recorded: Recorded, *, silently: bool = False) -> Exit:
        try:
            await visit.desk.messages.keep(visit.call.id, recorded, self.mailbox)
        except Unavailable as missing:  # the file is there, so that nothing is lost; a person must file it
            visit.tell(CallTroubled, what=f"message {recorded.file.name} not filed: {missing}", node=visit.place.step)
            return FAILED if silently else await _end(visit, FAILED)
        return SENT if silently else await _end(visit, SENT)


@dataclass(frozen=True, slots=True)
class _Phase:
    """Which recording is being made (0: none yet), or has been; as kept in the place."""

    take: int
    recorded: Recorded | None = None

    def __str__(self) -> str:
        made = self.recorded
        return f"{self.take}" if made is None else f"{self.take};{made.seconds:.1f};{made.file}"

    @staticmethod
    def read(phase: str) -> "_Phase":
        match phase.split(";", 2):
            case [take, seconds, file]:
                return _Phase(int(take), Recorded(Path(file), float(seconds), "key"))
            case [take] if take:
                return _Phase(int(take))
        return _Phase(0)


async def _record(visit: Visit, take: int) -> Recorded:
    visit.change(phase=str(_Phase(take)))
    made = await visit.call.record(f"{visit.call.id}-{take}", most=MOST, silence=SILENCE)
    if made.ended != "hangup" and made.seconds >= LEAST:
        visit.change(phase=str(_Phase(take, made)))
    return made


async def _end(visit: Visit, exit: Exit) -> Exit:
    visit.change(phase=exit)
    visit.put_back(await visit.say([visit.prompt(LAST_WORDS[exit])]))
    return exit
