"""Try a flow without a telephone: the same engine, a call acted out from a script, in virtual time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from calls.bus import LocalBus
from calls.call import Party, Utterance
from calls.clock import FixedClock
from calls.facts import AnyFact, StepEntered
from calls.scripted import CALL, ScriptedCall
from ivr.check import Catalogue
from ivr.desk import Desk, Service
from ivr.flow import Flow
from ivr.mailbox.none import NoMessages
from ivr.place import Place
from ivr.visit import Coming, Visit
from ivr.walk import attend
from prompts.say import sentence

Write = Callable[[str], None]
Read = Callable[[str], str]  # as `input`: a question in, a line out; EOFError = hang up
LISTEN = " "
SPEED = {"zh": 4.5, "en": 15.0}  # characters a second, about as the house speaks


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence that is ready (`ivr.desk.Sentence`)."""

    ready: Sequence[Utterance]


@dataclass(frozen=True, slots=True)
class TextVoice:
    """An `ivr.desk.Voice` that has the words and no sound."""

    catalogue: Catalogue

    def prompt(self, lang: str, name: str) -> Utterance:
        return utterance(lang, self.catalogue[name].words[lang], name)

    def say(self, lang: str, name: str, values: Mapping[str, object]) -> Spoken:
        return Spoken([utterance(lang, sentence.fill(lang, self.catalogue[name].words[lang], values), name)])

    def text(self, lang: str, text: str) -> Spoken:
        return Spoken([utterance(lang, text)])


def utterance(lang: str, text: str, name: str = "") -> Utterance:
    return Utterance(text, f"/dev/null/{lang}/{name}", len(text) / SPEED[lang], name)


@dataclass
class Rehearsal:
    """`Rehearsal(desk, service, catalogue)`: rooms, texts, hours and the time of day are the desk's; nothing is heard
    of it outside, and nothing is stored.

    lang   the language the caller is known to prefer; "" = a stranger
    facts  everything the call left behind
    """

    desk: Desk
    service: Service
    catalogue: Catalogue
    caller: str = "13800000001"
    lang: str = ""
    facts: list[AnyFact] = field(default_factory=list, init=False)

    async def run(self, flow: Flow, keys: str) -> list[str]:
        """Act out `keys` (`calls.scripted`); the transcript: "@ step", "< heard", "> pressed", "= done"."""
        lines: list[str] = []
        await self._attend(flow, keys, lines)
        return lines

    async def talk(self, flow: Flow, read: Read = input, write: Write = print) -> None:
        """Whoever sits at the terminal is the caller. An empty line is silence; the end of input hangs up.

        Waiting for a line stops everything else: it is for a process that does nothing else.
        """
        lines: list[str] = []
        await self._attend(flow, _typed(lines, read, write), lines)
        _empty(lines, write)

    async def _attend(self, flow: Flow, script: Iterable[str], lines: list[str]) -> None:
        clock, bus = FixedClock(self.desk.clock.now()), LocalBus()
        call = ScriptedCall(script, clock, bus, Party(self.caller, "", "", CALL, "rehearsal"))
        call.transcript = lines

        def hear(fact: AnyFact) -> None:
            self.facts.append(fact)
            if isinstance(fact, StepEntered):
                lines.append(f"@ {fact.node}")

        bus.subscribe(hear)
        desk = replace(self.desk, clock=clock, bus=bus, voice=TextVoice(self.catalogue), messages=NoMessages())
        place = Place(flow.name, flow.version, flow.start, self.lang or "zh")
        coming = Coming.KNOWN if self.lang else Coming.STRANGER
        await attend(flow, Visit(call, desk, self.service, place, coming))


def _typed(lines: list[str], read: Read, write: Write) -> Iterator[str]:
    """The keys of a person at the terminal, asked for when the call waits for one."""
    while True:
        yield LISTEN
        _empty(lines, write)
        try:
            keys = read("? ")
        except EOFError:
            return
        yield from keys.strip() or "."


def _empty(lines: list[str], write: Write) -> None:
    for line in lines:
        write(line)
    lines.clear()
