"""How the caller liked the talk with a person, from 1 to 5 (S4-189)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import CallRated
from ivr.ask import COMMON_PROMPTS, Keyed, Question, ask
from ivr.keys import one_of
from ivr.step import DONE, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

FUNCTION = "satisfaction"  # a tenant that has not switched it on asks nobody
SCORES = "12345"
THANKS = "satisfaction_thanks"


@kind("satisfaction", zh="满意度")
@dataclass(frozen=True, slots=True)
class Satisfaction(Step):
    """say  the question, which a silent caller hears once more

    Goes on at once where the function “satisfaction” is off; who gives no answer is not asked for long.
    """

    say: Prompt = "satisfaction"

    def exits(self) -> Collection[Exit]:
        return (DONE,)

    def stays(self) -> Mapping[str, str]:
        return dict.fromkeys(SCORES, "score")

    def hasty(self) -> Collection[Exit]:
        return (DONE,)

    def quiet(self) -> Collection[Exit]:
        return (DONE,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, THANKS, *COMMON_PROMPTS)

    def skip(self, visit: Visit) -> Exit | None:
        return DONE if FUNCTION in visit.service.off else None

    async def run(self, visit: Visit) -> Exit:
        if visit.place.phase != THANKS:
            words = [visit.prompt(self.say)]
            match await ask(visit, Question(words, one_of({*SCORES, "*"}), words, helps=1)):
                case Keyed(key) if key in SCORES:
                    visit.tell(CallRated, score=int(key))
                    visit.change(phase=THANKS)
                case _:
                    return DONE
        visit.put_back(await visit.say([visit.prompt(THANKS)]))
        return DONE
