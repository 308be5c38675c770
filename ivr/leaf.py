"""The end of an enquiry: something is told, and the caller may hear it again (SPEC §4.1, query text leaves)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.step import AGENT, BACK, GAVE_UP, Exit, plain
from ivr.visit import Visit, Words

AGAIN = "9"
EXITS: Mapping[str, Exit] = {"0": AGENT, "*": BACK}
STAYS: Mapping[str, str] = {AGAIN: "again"}
PHRASES = ("leaf_again", "leaf_agent", "leaf_back")
QUIET: Collection[Exit] = (GAVE_UP,)


@dataclass(frozen=True, slots=True)
class Leaf:
    """help  what a silent caller hears
    more  further keys and where they lead, spoken by `phrases` before the common ones
    """

    help: str
    more: Mapping[str, Exit] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()

    def keys(self) -> Mapping[str, Exit]:
        return {**self.more, **EXITS}

    def exits(self) -> Collection[Exit]:
        return (*self.keys().values(), GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(*self.phrases, *PHRASES, self.help, *COMMON_PROMPTS)

    async def tell(self, visit: Visit, words: Words) -> Exit:
        """Tell `words`, again on 9, until the caller leaves by another key."""
        choices = [visit.prompt(name) for name in (*self.phrases, *PHRASES)]
        keys = self.keys()
        rule = one_of({*keys, AGAIN})
        while True:
            match await ask(visit, Question([*words, *choices], rule, [visit.prompt(self.help)], again=choices)):
                case Keyed(key) if key == AGAIN:
                    continue
                case Keyed(key):
                    return keys[key]
                case Exhausted():
                    return GAVE_UP
