"""Find an extension by name: its pinyin on the keys, surname first; then the one that is meant (node X, 0)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from calls.call import Utterance
from dialplan.extension import Extension
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.desk import Sentence
from ivr.keys import entry, one_of
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

FOUND = "found"
OPTION, NEW, NONE, MANY, HELP_CHOICE = (
    "directory_option", "directory_again", "directory_none", "directory_many", "help_directory_choice",
)  # fmt: skip
LEAST, MOST = 2, 20  # keys of a name
MOST_SPOKEN = 9  # names: one for each key
MOST_TRIES = 5  # spellings, then a person helps
AGAIN = "#"


@kind("directory", zh="按姓名查分机")
@dataclass(frozen=True, slots=True)
class Directory(Step):
    """say   the question
    help  what a silent caller hears

    The names that begin so are spoken with their numbers, each with a key; `#` asks for another name, `*` goes back.
    Keeps the number for a later “extension” step.
    """

    say: Prompt = "directory"
    help: Prompt = "help_directory"

    def exits(self) -> Collection[Exit]:
        return (FOUND, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"1-9": FOUND, "*": BACK}

    def stays(self) -> Mapping[str, str]:
        return {AGAIN: "another name"}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        fixed = plain(self.say, self.help, NEW, NONE, MANY, HELP_CHOICE, *COMMON_PROMPTS)
        return {**fixed, OPTION: ("text", "extension", "number")}

    async def run(self, visit: Visit) -> Exit:
        """The phase is the number of spellings so far, and after a `;` the one whose names are being offered."""
        say = [visit.prompt(self.say)]
        words = say
        tries, _, keys = visit.place.phase.partition(";")
        count = int(tries or 0)
        while True:
            if not keys:
                match await ask(visit, Question(words, entry(LEAST, MOST), [visit.prompt(self.help)], again=say)):
                    case Keyed(typed) if typed.endswith("*"):
                        return BACK
                    case Keyed(typed):
                        keys = typed
                    case Exhausted():
                        return GAVE_UP
                count += 1
            found = visit.desk.attendant.spelled(visit.service.tenant, keys)
            if 0 < len(found) <= MOST_SPOKEN:
                visit.change(phase=f"{count};{keys}")
                exit = await self._choose(visit, found)
                if exit != AGAIN:
                    return exit
            if count >= MOST_TRIES:
                return GAVE_UP
            visit.change(phase=str(count))
            keys = ""
            sorry = MANY if len(found) > MOST_SPOKEN else "" if found else NONE
            words = [visit.prompt(sorry), *say] if sorry else say

    async def _choose(self, visit: Visit, found: Sequence[Extension]) -> Exit:
        offered = {str(number): extension for number, extension in enumerate(found, 1)}
        words: list[Utterance | Sentence] = [
            visit.sentence(OPTION, text=each.name, extension=each.number, number=int(key))
            for key, each in offered.items()
        ]
        rule = one_of({*offered, AGAIN, "*"})
        match await ask(visit, Question([*words, visit.prompt(NEW)], rule, [visit.prompt(HELP_CHOICE)])):
            case Keyed(key) if key in offered:
                visit.change(entry=offered[key].number)
                return FOUND
            case Keyed(key):
                return AGAIN if key == AGAIN else BACK
            case Exhausted():
                return GAVE_UP
