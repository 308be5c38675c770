"""Ask which of the project's layouts the caller wants to hear of (node Q3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.enquiry import MOST_LAYOUTS
from ivr.keys import one_of
from ivr.step import AGENT, BACK, EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit, Words

FOUND = "found"
OPTION, NONE = "layout_option", "layout_none"
CHOICES = ("leaf_agent", "leaf_back")  # where there is nothing to choose


@kind("layouts", zh="选择户型")
@dataclass(frozen=True, slots=True)
class Layouts(Step):
    """help  what a silent caller hears

    Says the prompt layout_option once for each layout. Keeps its code for a later “layout” step.
    """

    help: Prompt

    def exits(self) -> Collection[Exit]:
        return (FOUND, BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {f"1-{MOST_LAYOUTS}": FOUND, **EVERYWHERE}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {OPTION: ("layout", "number"), **plain(NONE, *CHOICES, self.help, *COMMON_PROMPTS)}

    async def run(self, visit: Visit) -> Exit:
        layouts = await visit.desk.rooms.layouts(visit.project)
        offered = {str(number): layout for number, layout in enumerate(layouts[:MOST_LAYOUTS], 1)}
        words: Words = [visit.sentence(OPTION, layout=one.name, number=int(key)) for key, one in offered.items()]
        if not offered:
            words = [visit.prompt(name) for name in (NONE, *CHOICES)]
        match await ask(visit, Question(words, one_of({*offered, *EVERYWHERE}), [visit.prompt(self.help)])):
            case Keyed(key) if key in offered:
                visit.change(entry=offered[key].code)
                return FOUND
            case Keyed(key):
                return EVERYWHERE[key]
            case Exhausted():
                return GAVE_UP
