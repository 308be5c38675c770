"""Ask for the language, each offered in itself; a caller whose language is known is not asked (S4-13, S4-186)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import LanguageChosen
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.step import AGENT, DONE, Exit, Prompt, Step, kind, plain
from ivr.visit import Coming, Visit

LANGUAGES = {"1": "zh", "2": "en"}
DEFAULT = "zh"  # of who says nothing (SPEC §4.3, node L)


@kind("language", zh="选择语言")
@dataclass(frozen=True, slots=True)
class Language(Step):
    """help  what a silent caller hears, in both languages; after that it is Mandarin

    Says the prompts lang_1 and lang_2. Coming back here by `*`, everybody is asked.
    """

    help: Prompt

    def exits(self) -> Collection[Exit]:
        return (DONE, AGENT)

    def keys(self) -> Mapping[str, Exit]:
        return {**dict.fromkeys(LANGUAGES, DONE), "0": AGENT}

    def quiet(self) -> Collection[Exit]:
        return (DONE,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(*(f"lang_{key}" for key in LANGUAGES), self.help, *COMMON_PROMPTS)

    def skip(self, visit: Visit) -> Exit | None:
        if visit.coming is not Coming.KNOWN:
            return None
        visit.coming = Coming.STRANGER  # only the first time
        return DONE

    async def run(self, visit: Visit) -> Exit:
        voice = visit.desk.voice
        words = [voice.prompt(lang, f"lang_{key}") for key, lang in LANGUAGES.items()]
        help = [voice.prompt(lang, self.help) for lang in LANGUAGES.values()]
        lang = DEFAULT
        match await ask(visit, Question(words, one_of({*LANGUAGES, "0"}), help, helps=1)):
            case Keyed("0"):
                return AGENT
            case Keyed(key):
                lang = LANGUAGES[key]
            case Exhausted():
                pass
        visit.change(lang=lang)
        visit.tell(LanguageChosen, lang=lang)
        return DONE
