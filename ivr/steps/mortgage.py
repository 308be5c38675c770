"""Reckon what a mortgage costs: price, down payment, years, method, then the answer (node Q8; SPEC §2.6, F4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import Rule, one_of, within
from ivr.leaf import QUIET, STAYS, Leaf
from ivr.loan import Loan, LoanWish, Method
from ivr.step import BACK, EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.room import FOR_SALE, Told
from ivr.visit import Visit

OTHER = "other"
WAN = 1_000_000  # fen
METHODS: Mapping[str, Method] = {"1": "equal instalment", "2": "equal principal"}
METHOD_PROMPTS = ("mortgage_method_1", "mortgage_method_2", "leaf_agent", "leaf_back")
SMALL = "mortgage_small"
SAY: Mapping[Method, Prompt] = {"equal instalment": "mortgage_instalment", "equal principal": "mortgage_principal"}


@dataclass(frozen=True, slots=True)
class Figure:
    """One number that is asked for. Its help is the prompt `help_<say>`, what is said out of range `<say>_wrong`."""

    say: Prompt
    least: int
    most: int

    @property
    def rule(self) -> Rule:
        return within(self.least, self.most)

    @property
    def prompts(self) -> Collection[Prompt]:
        return (self.say, f"help_{self.say}", f"{self.say}_wrong")


PRICE = Figure("mortgage_price", 1, 10_000)  # 万 yuan: up to a hundred million
DOWN = Figure("mortgage_down", 20, 90)  # per cent
YEARS = Figure("mortgage_years", 1, 30)


@kind("mortgage", zh="按揭计算")
@dataclass(frozen=True, slots=True)
class Mortgage(Step):
    """of    what is bought: "asked" (the caller is asked for its price) or "room" (the room told of before)
    help  what a caller hears who is silent at the end

    Afterwards: 2 once more, 9 again, 0 agent, * back.
    """

    of: Literal["asked", "room"]
    help: Prompt

    def _leaf(self) -> Leaf:
        return Leaf(self.help, more={"2": OTHER}, phrases=("mortgage_other",))

    def exits(self) -> Collection[Exit]:
        return self._leaf().exits()

    def keys(self) -> Mapping[str, Exit]:
        return self._leaf().keys()

    def stays(self) -> Mapping[str, str]:
        return STAYS

    def hasty(self) -> Collection[Exit]:
        return (BACK,) if self.of == "room" else ()

    def quiet(self) -> Collection[Exit]:
        return (*QUIET, *self.hasty())

    def prompts(self) -> Mapping[str, Collection[str]]:
        figures = (*(PRICE.prompts if self.of == "asked" else ()), *DOWN.prompts, *YEARS.prompts)
        return {
            "mortgage_loan": ("loan", "rate", "years"),
            SAY["equal instalment"]: ("monthly", "interest"),
            SAY["equal principal"]: ("monthly", "amount", "interest"),
            **plain(*figures, *METHOD_PROMPTS, "help_mortgage_method", SMALL, *COMMON_PROMPTS),
            **self._leaf().prompts(),
        }

    async def run(self, visit: Visit) -> Exit:
        while True:
            wish = await self._wish(visit)
            if not isinstance(wish, LoanWish):
                return wish
            loan = await visit.desk.loans.reckon(visit.project, wish)
            if loan is not None:
                words = [visit.sentence(name, **values) for name, values in told(wish, loan)]
                return await self._leaf().tell(visit, words)
            visit.put_back(await visit.say([visit.prompt(SMALL)]))
            visit.change(phase="")
            if self.of == "room":
                return BACK

    async def _wish(self, visit: Visit) -> LoanWish | Exit:
        """The answers, the first of which may have been given before a resume: they are the phase, with commas."""
        given = [int(word) for word in visit.place.phase.split(",") if word]
        if not given and self.of == "room":
            room = await visit.desk.rooms.by_code(visit.project, visit.place.entry)
            if room is None or room.state != FOR_SALE:  # sold in the meantime: its price is no longer told
                return BACK
            _keep(visit, given, room.list_fen)
        for figure in (PRICE, DOWN, YEARS)[len(given) :]:
            match await _figure(visit, figure):
                case int(number):
                    _keep(visit, given, number * WAN if figure is PRICE else number)
                case exit:
                    return exit
        if len(given) == 3:
            words = [visit.prompt(name) for name in METHOD_PROMPTS]
            question = Question(words, one_of({*METHODS, *EVERYWHERE}), [visit.prompt("help_mortgage_method")])
            match await ask(visit, question):
                case Keyed(key) if key in METHODS:
                    _keep(visit, given, int(key))
                case Keyed(key):
                    return EVERYWHERE[key]
                case Exhausted():
                    return GAVE_UP
        price, down, years, method = given
        return LoanWish(price, down, years, METHODS[str(method)])


def _keep(visit: Visit, given: list[int], number: int) -> None:
    given.append(number)
    visit.change(phase=",".join(map(str, given)))


async def _figure(visit: Visit, figure: Figure) -> int | Exit:
    say, help, wrong = (visit.prompt(name) for name in figure.prompts)
    match await ask(visit, Question([say], figure.rule, [help], wrong=[wrong])):
        case Keyed(keys) if keys.endswith("*"):
            return BACK
        case Keyed(keys):
            return int(keys)
        case Exhausted():
            return GAVE_UP


def told(wish: LoanWish, loan: Loan) -> tuple[Told, ...]:
    """The sentences about a loan, for the caller and for whoever renders them ahead."""
    values: dict[str, object] = {"monthly": loan.first_fen, "interest": loan.interest_fen}
    if wish.method == "equal principal":
        values["amount"] = loan.last_fen
    terms = {"loan": loan.loan_fen, "rate": loan.annual, "years": wish.years}
    return ("mortgage_loan", terms), (SAY[wish.method], values)
