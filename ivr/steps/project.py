"""Ask which project the caller means; skipped where the service has only one (S4-14)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.step import AGENT, BACK, DONE, EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

MOST_PROJECTS = 9  # one key each
OPTION = "project_option"


@kind("project", zh="选择楼盘")
@dataclass(frozen=True, slots=True)
class ChooseProject(Step):
    """help  what a silent caller hears

    Says the prompt project_option once for each project of the service.
    """

    help: Prompt

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"1-9": DONE, **EVERYWHERE}

    def hasty(self) -> Collection[Exit]:
        return (DONE,)

    def quiet(self) -> Collection[Exit]:
        return (DONE, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {OPTION: ("project", "number"), **plain(self.help, *COMMON_PROMPTS)}

    def skip(self, visit: Visit) -> Exit | None:
        return DONE if len(visit.service.projects) < 2 else None

    async def run(self, visit: Visit) -> Exit:
        offered = {str(number): project for number, project in enumerate(visit.service.projects[:MOST_PROJECTS], 1)}
        words = [visit.sentence(OPTION, project=project.name, number=int(key)) for key, project in offered.items()]
        match await ask(visit, Question(words, one_of({*offered, *EVERYWHERE}), [visit.prompt(self.help)])):
            case Keyed(key) if key in offered:
                visit.change(project=offered[key].id)
                return DONE
            case Keyed(key):
                return EVERYWHERE[key]
            case Exhausted():
                return GAVE_UP
