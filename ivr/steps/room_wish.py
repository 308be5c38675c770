"""Ask one thing about the room a caller wishes for: bedrooms, budget or area (nodes Q5a, Q5b, Q5c)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.enquiry import Wish
from ivr.keys import Rule, one_of, within
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

Asked = Literal["bedrooms", "budget", "area"]
MOST_BEDROOMS = 5
MOST_WAN = 99_999  # of 万 yuan: five digits
MOST_M2 = 9_999


@kind("room wish", zh="找房条件")
@dataclass(frozen=True, slots=True)
class RoomWish(Step):
    """asks  bedrooms (one key, 1 to 5), budget (in 万, ten thousand yuan) or area (the least, in square metres)
    say   the question
    help  what a silent caller hears

    0 is: whatever. `*` goes back. Keeps the answer, after those of earlier steps, for a “rooms found” step.
    """

    asks: Asked
    say: Prompt
    help: Prompt

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {f"0-{MOST_BEDROOMS}" if self.asks == "bedrooms" else "#": DONE, "*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, *COMMON_PROMPTS)

    def _rule(self) -> Rule:
        match self.asks:
            case "bedrooms":
                return one_of({"*", *map(str, range(MOST_BEDROOMS + 1))})
            case "budget":
                return within(0, MOST_WAN)
            case "area":
                return within(0, MOST_M2)

    async def run(self, visit: Visit) -> Exit:
        question = Question([visit.prompt(self.say)], self._rule(), [visit.prompt(self.help)])
        match await ask(visit, question):
            case Keyed(keys) if keys.endswith("*"):
                return BACK
            case Keyed(keys):
                visit.change(entry=str(self._with(Wish.read(visit.place.entry), int(keys))))
                return DONE
            case Exhausted():
                return GAVE_UP

    def _with(self, wish: Wish, number: int) -> Wish:
        match self.asks:
            case "bedrooms":
                return Wish(bedrooms=number)  # the first question: what was wished for earlier is forgotten
            case "budget":
                return replace(wish, most_wan=number)
            case "area":
                return replace(wish, least_m2=number)
