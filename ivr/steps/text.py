"""Read one text of the project to the caller: the leaves of the enquiry tree (SPEC §4.2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ivr.leaf import QUIET, STAYS, Leaf
from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.visit import Visit, Words

Topic = Literal[
    "developer", "location", "surroundings", "facilities", "garden", "delivery",
    "routes", "fees", "features", "hours",
    "subscribe", "contract", "mortgage", "refund", "handover", "title",
]  # fmt: skip
NONE = "text_none"


@kind("text", zh="播报资料")
@dataclass(frozen=True, slots=True)
class Text(Step):
    """topic  which text of the project
    help   what a silent caller hears

    Keys: 9 again, 0 agent, * back.
    """

    topic: Topic
    help: Prompt = "help_text"

    def exits(self) -> Collection[Exit]:
        return Leaf(self.help).exits()

    def keys(self) -> Mapping[str, Exit]:
        return Leaf(self.help).keys()

    def stays(self) -> Mapping[str, str]:
        return STAYS

    def quiet(self) -> Collection[Exit]:
        return QUIET

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {**plain(NONE), **Leaf(self.help).prompts()}

    async def run(self, visit: Visit) -> Exit:
        return await Leaf(self.help).tell(visit, await written(visit, self.topic))


async def written(visit: Visit, topic: Topic) -> Words:
    """The project's text on `topic` in the caller's language, or an apology that there is none."""
    text = await visit.desk.content.text(visit.project.id, topic, visit.lang)
    return [visit.desk.voice.text(visit.lang, text)] if text else [visit.prompt(NONE)]
