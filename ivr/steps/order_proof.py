"""Whose order is it? The caller's number and the last four signs of the id must belong together (node O `verify`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import OrderClaimed, WrongKeys
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.counter.orders import TAIL, Claim, Proof
from ivr.keys import Verdict
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

PROVEN, REFUSED = "proven", "refused"
WRONG = "order_wrong"
LAST_WORDS = {"refused": "order_refused", "locked": "order_locked"}
TRIES = 3  # of one call
STAR = "X"  # what a star means as the last sign
MARK = "c"  # what is proven stands in the place's entry behind this letter: nobody can key it


@kind("order proof", zh="订单核实")
@dataclass(frozen=True, slots=True)
class OrderProof(Step):
    """say   the question
    help  what a silent caller hears

    A star as the fourth sign is the letter X, a star alone goes back. After three wrong answers, or too many of late
    from this number: “refused”. Whoever calls from a number that no customer has is asked and refused alike.
    """

    say: Prompt = "order_proof"
    help: Prompt = "help_order_proof"

    def exits(self) -> Collection[Exit]:
        return (PROVEN, REFUSED, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": PROVEN, "*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, WRONG, *LAST_WORDS.values(), *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        """The phase is the number of wrong answers so far, or the last words that are being said."""
        if visit.place.phase in LAST_WORDS:
            return await _refused(visit, visit.place.phase)
        visit.change(entry="")
        say = [visit.prompt(self.say)]
        words = say
        while True:
            tries = int(visit.place.phase or 0)
            match await ask(visit, Question(words, tail, [visit.prompt(self.help)], again=say, private=True)):
                case Keyed("*"):
                    return BACK
                case Exhausted():
                    return GAVE_UP
                case Keyed(keyed):
                    claim = Claim(
                        visit.call.id, visit.service.tenant, visit.call.party.caller, keyed.replace("*", STAR)
                    )
            judged = await visit.desk.counter.orders.judge(claim)
            visit.tell(OrderClaimed, result=judged.proof.value)
            match judged.proof:
                case Proof.RIGHT:
                    visit.change(entry=MARK + ".".join(map(str, judged.customers)))
                    return PROVEN
                case Proof.LOCKED:
                    return await _refused(visit, "locked")
            visit.tell(WrongKeys, node=visit.place.step, keys="•" * len(keyed), time=tries + 1)
            if tries + 1 == TRIES:
                return await _refused(visit, "refused")
            visit.change(phase=str(tries + 1))
            words = [visit.prompt(WRONG), *say]


def proven(entry: str) -> tuple[int, ...]:
    """The customers that a place's entry proves; () for anything else.

    >>> proven("c7.12"), proven("712"), proven("")
    ((7, 12), (), ())
    """
    return tuple(map(int, entry[1:].split("."))) if entry.startswith(MARK) else ()


def tail(keyed: str) -> Verdict:
    """Four digits, or three and a star, with or without `#`; a star alone means: back.

    >>> [tail(keyed).name for keyed in ("*", "12", "1234", "1234#", "123*", "123*#", "12*", "12#", "12345", "#")]
    ['DONE', 'MORE', 'WHOLE', 'DONE', 'WHOLE', 'DONE', 'NEVER', 'NEVER', 'NEVER', 'NEVER']
    """
    signs = keyed.removesuffix("#")
    if keyed == "*":
        return Verdict.DONE
    whole = len(signs) == TAIL and signs[:-1].isdecimal() and (signs[-1].isdecimal() or signs[-1] == "*")
    if keyed.endswith("#"):
        return Verdict.DONE if whole else Verdict.NEVER
    if whole:
        return Verdict.WHOLE
    return Verdict.MORE if signs.isdecimal() and len(signs) < TAIL else Verdict.NEVER


async def _refused(visit: Visit, why: str) -> Exit:
    visit.change(phase=why)
    visit.put_back(await visit.say([visit.prompt(LAST_WORDS[why])]))
    return REFUSED
