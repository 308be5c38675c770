"""Dictate something that is kept only when it is approved: record, then 1 keep, 2 listen, 3 again, * cancel.

Unlike a message (`ivr.steps.leave`), nothing is kept of it when the caller hangs up: callers would hear it at once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from calls.call import Recorded
from ivr.ask import COMMON_PROMPTS
from ivr.spoken import MOST, SILENCE, review
from ivr.step import Prompt, plain
from ivr.visit import Visit

LEAST = 1.0  # seconds: what is shorter was a slip
MOST_SLIPS = 3
CHOICES = {"1": "take_1", "2": "take_2", "3": "take_3", "*": "take_star"}
KEEP, _, AGAIN, CANCEL = CHOICES
HELP, SHORT, FAILED, CANCELLED = "help_take", "take_short", "take_failed", "take_cancelled"
RECORDING = "-"


@dataclass(frozen=True, slots=True)
class Dictation:
    """say    what is said before the tone
    phase  the words of the place under which the step finds back to this dictation after a resume
    """

    say: Prompt
    phase: str

    @staticmethod
    def prompts() -> Mapping[str, Collection[str]]:
        return plain(*CHOICES.values(), HELP, SHORT, FAILED, CANCELLED, *COMMON_PROMPTS)

    async def take(self, visit: Visit) -> Recorded | None:
        """What was approved, or None: cancelled, or nothing came of it; the caller has been told. Taken up again, or
        called again because it could not be stored, it goes on where it was."""
        slips = 0
        recorded = self._made(visit.place.phase)
        while True:
            recorded = recorded or await self._record(visit)
            match recorded.ended, recorded.key:
                case "hangup", _:
                    await visit.call.hangup()  # lets the flow end where the caller has ended it
                case "failed", _:
                    await _say(visit, FAILED)
                    return None
                case "key", "*":
                    await _say(visit, CANCELLED)
                    return None
            if recorded.seconds < LEAST:
                slips += 1
                if slips == MOST_SLIPS:
                    await _say(visit, FAILED)
                    return None
                await _say(visit, SHORT)
            else:
                visit.change(phase=f"{self.phase};{recorded.seconds:.1f};{recorded.file}")
                answer = await review(visit, recorded, CHOICES, HELP)
                if answer == KEEP:
                    return recorded
                if answer != AGAIN:  # who says nothing any more has approved of nothing
                    await _say(visit, CANCELLED)
                    return None
            visit.change(phase=self.phase)
            recorded = None

    def _made(self, phase: str) -> Recorded | None:
        match phase.removeprefix(self.phase).split(";", 2):
            case ["", seconds, file]:
                return Recorded(Path(file), float(seconds), "key", "#")
        return None

    async def _record(self, visit: Visit) -> Recorded:
        running = f"{self.phase};{RECORDING}"
        if visit.place.phase != running:
            if await visit.say([visit.prompt(self.say)]) == CANCEL:
                return Recorded(Path(), 0.0, "key", CANCEL)
            visit.change(phase=running)
        name = f"{visit.call.id}-{visit.desk.clock.now():%H%M%S}"
        return await visit.call.record(name, most=MOST, silence=SILENCE)


async def _say(visit: Visit, name: Prompt) -> None:
    visit.put_back(await visit.say([visit.prompt(name)]))
