"""The small questions of the desks that operators use by telephone: a number, a PIN, a language."""

from collections.abc import Sequence

from ivr.ask import Exhausted, Keyed, Question, ask
from ivr.keys import Rule, one_of
from ivr.step import Prompt
from ivr.visit import Visit

LANGUAGES = {"1": "zh", "2": "en"}
LANGUAGE_PROMPTS = tuple(f"board_lang_{key}" for key in LANGUAGES)


async def number(visit: Visit, names: Sequence[Prompt], rule: Rule, *, private: bool = False) -> str | None:
    """The keys entered at the last of these prompts, a final `*` = back; None: nothing came. What a silent caller is
    told is the prompt “help_…” of the last."""
    words = [visit.prompt(name) for name in names]
    question = Question(words, rule, [visit.prompt(f"help_{names[-1]}")], words[-1:], private=private)
    match await ask(visit, question):
        case Keyed(keys):
            return keys
        case Exhausted():
            return None


async def language(visit: Visit) -> str | None:
    """Which version is meant; None: neither."""
    words = [visit.prompt(name) for name in LANGUAGE_PROMPTS]
    match await ask(visit, Question(words, one_of({*LANGUAGES, "*"}), words)):
        case Keyed(key) if key in LANGUAGES:
            return LANGUAGES[key]
        case _:
            return None


async def say(visit: Visit, name: Prompt) -> None:
    """A key that cuts it short is meant for what follows."""
    visit.put_back(await visit.say([visit.prompt(name)]))
