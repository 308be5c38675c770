"""What a caller says onto tape within one step: recorded, listened to, perhaps recorded again; kept in the place.

Shared by messages (`ivr.steps.leave`), by what is dictated (`ivr.dictation`) and by what is told at the counter.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from calls.call import Recorded, Utterance
from ivr.ask import Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.step import Prompt
from ivr.visit import Visit

MOST, SILENCE = 180.0, 5.0  # seconds of a recording, and of the silence that ends it (SPEC §4.1)
LISTEN = "2"  # among the choices of every review


@dataclass(frozen=True, slots=True)
class Spoken:
    """Which recording of a step is being made (0: none yet), or has been; as kept in the place's phase.

    stamp: the time of day at which the step began, so that no recording of a call takes the name of an earlier one.
    """

    take: int
    stamp: str = ""
    recorded: Recorded | None = None

    @staticmethod
    def first(visit: Visit) -> "Spoken":
        return Spoken(1, f"{visit.desk.clock.now():%H%M%S}")

    def again(self) -> "Spoken":
        """The next recording, in place of this one."""
        return Spoken(self.take + 1, self.stamp)

    def name(self, call: str) -> str:
        return "-".join(part for part in (call, self.stamp, str(self.take)) if part)

    def __str__(self) -> str:
        """Without the file, whose name follows from the rest: a place has room for little."""
        take = f"{self.take}.{self.stamp}" if self.stamp else f"{self.take}"
        return take if self.recorded is None else f"{take};{self.recorded.seconds:.1f}"

    @staticmethod
    def read(visit: Visit, phase: str) -> "Spoken":
        if not phase:
            return Spoken(0)
        first, *seconds = phase.split(";")
        take, _, stamp = first.partition(".")
        spoken = Spoken(int(take), stamp)
        if not seconds:
            return spoken
        file = visit.desk.recordings / f"{spoken.name(visit.call.id)}.wav"
        return replace(spoken, recorded=Recorded(file, float(seconds[0]), "key"))


async def record(
    visit: Visit,
    spoken: Spoken,
    least: float,
    expect: Callable[[str], None],
    *,
    lead: str = "",
    most: float = MOST,
    silence: float = SILENCE,
) -> Recorded:
    """Record it; one of `least` seconds or more is found again after a resume.

    expect: told the name beforehand; lead: what the phase begins with; most, silence: seconds that end it.
    """
    visit.change(phase=f"{lead}{spoken}")
    name = spoken.name(visit.call.id)
    expect(name)
    made = await visit.call.record(name, most=most, silence=silence)
    if made.ended != "hangup" and made.seconds >= least:
        visit.change(phase=f"{lead}{replace(spoken, recorded=made)}")
    return made


async def review(visit: Visit, recorded: Recorded, choices: Mapping[str, Prompt], help: Prompt) -> str:
    """The choice made, after any listening to it (LISTEN); "" if the caller says nothing any more."""
    words = [visit.prompt(name) for name in choices.values()]
    while True:
        match await ask(visit, Question(words, one_of(choices), [visit.prompt(help)])):
            case Keyed(key) if key == LISTEN:
                message = Utterance("♪", str(recorded.file.with_suffix("")), recorded.seconds)
                visit.put_back(await visit.say([message]))
            case Keyed(key):
                return key
            case Exhausted():
                return ""
