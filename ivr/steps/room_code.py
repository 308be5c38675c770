"""Ask for a room's six-digit code until it is one of the project's (node Q4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import WrongKeys
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import entry
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

FOUND = "found"
NONE = "room_none"
DIGITS = 6  # BBFFDD
MOST_UNKNOWN = 3  # codes that no room has, then a person helps


@kind("room code", zh="输入房号")
@dataclass(frozen=True, slots=True)
class RoomCode(Step):
    """say   the question
    help  what a silent caller hears

    `*` goes back; `0` is a digit here. Keeps the code for a later “room” step.
    """

    say: Prompt
    help: Prompt

    def exits(self) -> Collection[Exit]:
        return (FOUND, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": FOUND, "*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, NONE, *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        say, help = [visit.prompt(self.say)], [visit.prompt(self.help)]
        words = say
        while True:
            match await ask(visit, Question(words, entry(DIGITS, DIGITS), help, again=say)):
                case Keyed(keys) if keys.endswith("*"):
                    return BACK
                case Keyed(code):
                    pass
                case Exhausted():
                    return GAVE_UP
            if await visit.desk.rooms.by_code(visit.project, code):
                visit.change(entry=code)
                return FOUND
            unknown = int(visit.place.phase or 0) + 1
            visit.tell(WrongKeys, node=visit.place.step, keys=code, time=unknown)
            if unknown == MOST_UNKNOWN:
                return GAVE_UP
            visit.change(phase=str(unknown))
            words = [visit.prompt(NONE), *say]
