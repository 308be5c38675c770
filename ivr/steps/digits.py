"""Ask for some digits, and keep them for a later step."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import LONGEST, entry
from ivr.step import BACK, DONE, GAVE_UP, Exit, Fault, Prompt, Step, kind, plain
from ivr.visit import Visit


@kind("digits", zh="输入数字")
@dataclass(frozen=True, slots=True)
class Digits(Step):
    """say          the question
    help         what a silent caller hears
    least, most  how many digits; ended by `#` or by three seconds without a key

    `*` goes back; `0` is a digit here.
    """

    say: Prompt
    help: Prompt
    least: int = 1
    most: int = 12

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, *COMMON_PROMPTS)

    def faults(self) -> Collection[Fault]:
        if 1 <= self.least <= self.most < LONGEST:
            return ()
        en = f"least and most must be 1 to {LONGEST - 1}, and least not above most"
        return (Fault("least", en, f"least 和 most 须在 1 到 {LONGEST - 1} 之间，且 least 不大于 most"),)

    async def run(self, visit: Visit) -> Exit:
        question = Question([visit.prompt(self.say)], entry(self.least, self.most), [visit.prompt(self.help)])
        match await ask(visit, question):
            case Keyed(keys) if keys.endswith("*"):
                return BACK
            case Keyed(keys):
                visit.change(entry=keys)
                return DONE
            case Exhausted():
                return GAVE_UP
