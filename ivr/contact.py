"""Ask under which number the caller can be reached: 1 the one calling from, 2 another, which is read back (SPEC §4.8).

Never a premium, a free, a short or a foreign number: we are the ones who would pay for the call (toll fraud).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import CallBarred
from dialplan.classes import may_call_back
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import entry, one_of
from ivr.step import plain
from ivr.visit import Visit, Words

DIGITS = (7, 20)
MOST_REFUSED = 3  # numbers; then we do without one
NUMBER, ENTER, RIGHT = STAGES = ("number", "enter", "right")
CHOICES = ("number_1", "number_2")
ASK, REFUSED, READ, CHECK = "number_enter", "number_refused", "number_read", ("number_right", "number_again")
HELP, HELP_ENTER = "help_number", "help_number_enter"
WAY = "call-back"  # of a barred call


@dataclass(frozen=True, slots=True)
class Contact:
    """keep: what the step must know when this is taken up again; in the place's phase behind the stage and a `;`."""

    keep: str = ""

    @staticmethod
    def prompts() -> Mapping[str, Collection[str]]:
        return {**plain(*CHOICES, ASK, REFUSED, *CHECK, HELP, HELP_ENTER, *COMMON_PROMPTS), READ: ("phone",)}

    @staticmethod
    def kept(phase: str) -> str | None:
        """What was kept in this phase; None if it is none of ours."""
        stage, _, keep = phase.partition(";")
        return keep if stage in STAGES else None

    async def ask(self, visit: Visit) -> str:
        """The number as it was keyed or told by the exchange; "" if the caller gives none. An entry is kept in the
        place's `entry`."""
        caller = visit.call.party.caller
        own = caller if may_call_back(caller) else ""
        stage, refused, words = visit.place.phase.partition(";")[0], 0, list[str]()
        if stage not in STAGES:
            stage = NUMBER if own else ENTER
        while refused < MOST_REFUSED:
            visit.change(phase=f"{stage};{self.keep}")
            if stage == NUMBER:
                match await self._choose(visit, [visit.prompt(name) for name in CHOICES]):
                    case "1":
                        return own
                    case "2":
                        stage = ENTER
                    case _:
                        return ""
            elif stage == ENTER:
                number = await self._enter(visit, words)
                words = []
                if not number and own:
                    stage = NUMBER
                elif not number:
                    return ""
                elif may_call_back(number):
                    visit.change(entry=number)
                    stage = RIGHT
                else:
                    visit.tell(CallBarred, number=number, way=WAY)
                    refused, words = refused + 1, [REFUSED]
            else:
                number = visit.place.entry
                read: Words = [visit.sentence(READ, phone=number), *(visit.prompt(name) for name in CHECK)]
                if await self._choose(visit, read) in ("1", ""):  # who says nothing has heard nothing wrong
                    return number
                stage = ENTER
        return ""

    async def _choose(self, visit: Visit, words: Words) -> str:
        match await ask(visit, Question(words, one_of({"1", "2", "*"}), [visit.prompt(HELP)])):
            case Keyed(key):
                return key
            case Exhausted():
                return ""

    async def _enter(self, visit: Visit, before: Collection[str]) -> str:
        words = [visit.prompt(name) for name in (*before, ASK)]
        question = Question(words, entry(*DIGITS), [visit.prompt(HELP_ENTER)], again=words[-1:])
        match await ask(visit, question):
            case Keyed(keys) if not keys.endswith("*"):
                return keys
            case _:
                return ""
