"""A flow written in Python, seen by the administrator as a single step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.program import PROGRAMS
from ivr.step import Exit, ProgramName, Step, kind
from ivr.visit import Visit


@kind("program", zh="程序")
@dataclass(frozen=True, slots=True)
class RunProgram(Step):
    """program  its name; what it does stands in `ivr/programs`"""

    program: ProgramName

    def exits(self) -> Collection[Exit]:
        return PROGRAMS[self.program].exits

    def keys(self) -> Mapping[str, Exit]:
        return PROGRAMS[self.program].keys

    def stays(self) -> Mapping[str, str]:
        return PROGRAMS[self.program].stays

    def hasty(self) -> Collection[Exit]:
        return PROGRAMS[self.program].hasty

    def quiet(self) -> Collection[Exit]:
        return PROGRAMS[self.program].quiet

    def prompts(self) -> Mapping[str, Collection[str]]:
        return PROGRAMS[self.program].prompts

    async def run(self, visit: Visit) -> Exit:
        return await PROGRAMS[self.program].body(visit)
