"""A prompt is recorded by telephone and is heard from the next call on; what was before can be brought back (S4-60)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.unavailable import Unavailable
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.board.port import Entry, Made
from ivr.dictation import FAILED, Dictation
from ivr.keys import entry, one_of
from ivr.questions import LANGUAGE_PROMPTS, language, number, say
from ivr.step import AGENT, BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.board_desk import MOST_TRIES, PIN_DIGITS, REFUSED, SAVED
from ivr.visit import Visit

DOOR = "*61"
MENU = {"1": "listen", "2": "record", "3": "roll back", "*": "another prompt"}
LISTEN, RECORD, ROLL_BACK, OTHER = MENU
MOST_DIGITS = 5  # of a prompt's number
SAID = ("studio_wrong", "board_locked", "studio_unknown", "studio_record", "studio_restored", "studio_none")
ASKED = ("studio_pin", "studio_number")


@kind("prompt desk", zh="提示音录制")
@dataclass(frozen=True, slots=True)
class PromptDesk(Step):
    """help  what is told to who is silent in the menu

    Three wrong PINs, or locked: “refused”. The numbers of prompts: ./run prompts list.
    """

    help: Prompt = "help_studio"

    def exits(self) -> Collection[Exit]:
        return (BACK, AGENT, GAVE_UP, REFUSED)

    def keys(self) -> Mapping[str, Exit]:
        return {"0": AGENT}

    def stays(self) -> Mapping[str, str]:
        return MENU

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        menu = (*(f"studio_{_word(key)}" for key in MENU), self.help)
        asked = (*ASKED, *(f"help_{name}" for name in ASKED))
        fixed = plain(*menu, *asked, *SAID, *SAVED.values(), *LANGUAGE_PROMPTS, *COMMON_PROMPTS)
        return {**fixed, **Dictation.prompts()}

    async def run(self, visit: Visit) -> Exit:
        """The phase: "in", then "menu;NUMBER", "record;NUMBER;LANGUAGE;SEEN" and the words of the dictation."""
        if not visit.place.phase:
            if exit := await self._enter(visit):
                return exit
            visit.change(phase="in")
        while True:
            state, _, rest = visit.place.phase.partition(";")
            name = visit.desk.studio.prompt(rest.split(";")[0]) if rest else None
            if name is None:
                exit = await self._choose(visit)
            elif state == "record":
                await self._record(visit, name)
                exit = None
            else:
                exit = await self._menu(visit, name)
            if exit:
                return exit

    async def _enter(self, visit: Visit) -> Exit | None:
        names: list[Prompt] = ["studio_pin"]
        for _ in range(MOST_TRIES):
            pin = await number(visit, names, entry(*PIN_DIGITS), private=True)
            if pin is None:
                return GAVE_UP
            if pin.endswith("*"):
                return BACK
            match await visit.desk.studio.enter(visit.service.tenant, DOOR, pin, visit.call.party.caller):
                case Entry.RIGHT:
                    return None
                case Entry.LOCKED:
                    await say(visit, "board_locked")
                    return REFUSED
            names = ["studio_wrong", "studio_pin"]
        await say(visit, "studio_wrong")
        return REFUSED

    async def _choose(self, visit: Visit) -> Exit | None:
        names: list[Prompt] = ["studio_number"]
        for _ in range(MOST_TRIES):
            chosen = await number(visit, names, entry(1, MOST_DIGITS))
            if chosen is None:
                return GAVE_UP
            if chosen.endswith("*"):
                return BACK
            if visit.desk.studio.prompt(chosen):
                visit.change(phase=f"menu;{chosen}")
                return None
            names = ["studio_unknown", "studio_number"]
        await say(visit, "studio_unknown")
        return GAVE_UP

    async def _menu(self, visit: Visit, name: str) -> Exit | None:
        words = [visit.prompt(f"studio_{_word(key)}") for key in MENU]
        match await ask(visit, Question(words, one_of({*MENU, "0"}), [visit.prompt(self.help)])):
            case Exhausted():
                return GAVE_UP
            case Keyed("0"):
                return AGENT
            case Keyed(key) if key == OTHER:
                visit.change(phase="in")
            case Keyed(key):
                if lang := await language(visit):
                    await self._do(visit, name, key, lang)
        return None

    async def _do(self, visit: Visit, name: str, key: str, lang: str) -> None:
        take = await visit.desk.studio.take(name, lang)
        if key == LISTEN:
            words = visit.desk.voice.say(lang, name, {"company": visit.service.company})
            visit.put_back(await visit.say([words]))
        elif key == RECORD:
            chosen = visit.place.phase.split(";")[1]
            visit.change(phase=f"record;{chosen};{lang};{take.id if take else 0}")
        elif take is None:
            await say(visit, "studio_none")
        else:
            await visit.desk.studio.withdraw(take, visit.call.party.caller)
            await say(visit, "studio_restored")

    async def _record(self, visit: Visit, name: str) -> None:
        _, chosen, lang, seen, *_ = visit.place.phase.split(";")
        dictation = Dictation("studio_record", f"record;{chosen};{lang};{seen}")
        while recorded := await dictation.take(visit):
            made = Made(recorded, lang, visit.call.id, visit.call.party.caller, int(seen))
            try:
                saved = await visit.desk.studio.save(name, made)
            except Unavailable:  # the recording is there, so 1 tries again
                await say(visit, FAILED)
                continue
            await say(visit, SAVED[saved])
            break
        visit.change(phase=f"menu;{chosen}")


def _word(key: str) -> str:
    """A key within the name of a prompt."""
    return "star" if key == "*" else key
