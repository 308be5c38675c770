"""Say goodbye and hang up."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.visit import Visit


@kind("bye", zh="结束通话")
@dataclass(frozen=True, slots=True)
class Bye(Step):
    """say  the last words"""

    say: Prompt = "bye"

    def exits(self) -> Collection[Exit]:
        return ()

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say)

    async def run(self, visit: Visit) -> Exit:
        await visit.leave([visit.prompt(self.say)])
