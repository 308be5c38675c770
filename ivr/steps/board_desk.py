"""What the operator of a bulletin board does by telephone, behind number and PIN (SPEC §4.6; S4-185)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.unavailable import Unavailable
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.board.board import NUMBER, POSITIONS, Board, current
from ivr.board.port import Entry, Made, Saved
from ivr.dictation import FAILED, Dictation
from ivr.keys import entry, one_of
from ivr.questions import LANGUAGE_PROMPTS, LANGUAGES, language, say
from ivr.questions import number as number_of
from ivr.step import AGENT, BACK, EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.boards import recording
from ivr.visit import Visit

REFUSED = "refused"
MOST_TRIES = 3
PIN_DIGITS = (4, 8)
MOST_DAYS = 3  # digits
MENU = {
    "1": "listen",
    "2": "record",
    "3": "validity",
    "4": "position",
    "5": "on or off",
    "6": "roll back",
    "7": "delete",
}
LISTEN, RECORD, VALIDITY, POSITION, TURN, ROLL_BACK, DELETE = MENU
SAVED = {
    Saved.SAVED: "take_saved",
    Saved.OVER: "take_saved_over",
    Saved.SILENT: "take_silent",
    Saved.GONE: "board_deleted",
}
ASKED = ("board_number", "board_pin", "board_days", "board_position")
SAID = (
    "board_wrong", "board_locked", "board_is_on", "board_is_off", "board_is_over", "board_is_early", "board_is_empty",
    "board_record", "board_forever", "board_placed", "board_turned_on", "board_turned_off", "board_rolled_back",
    "board_first", "board_delete_1", "board_delete_star", "board_kept",
)  # fmt: skip
UNTIL = "board_until"


@kind("board desk", zh="布告栏管理")
@dataclass(frozen=True, slots=True)
class BoardDesk(Step):
    """help  what a silent operator hears in the menu

    A board's number that an earlier step has asked for is not asked for again. Three wrong numbers or PINs, or a board
    that is locked: “refused”.
    """

    help: Prompt = "help_board_desk"

    def exits(self) -> Collection[Exit]:
        return (BACK, AGENT, GAVE_UP, REFUSED)

    def keys(self) -> Mapping[str, Exit]:
        return EVERYWHERE

    def stays(self) -> Mapping[str, str]:
        return MENU

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        menu = (*(f"board_desk_{key}" for key in MENU), "leaf_back", self.help)
        asked = (*ASKED, *(f"help_{name}" for name in ASKED))
        fixed = plain(*menu, *asked, *SAID, *LANGUAGE_PROMPTS, *SAVED.values(), *COMMON_PROMPTS)
        return {**fixed, **Dictation.prompts(), UNTIL: ("date",)}

    async def run(self, visit: Visit) -> Exit:
        if not visit.place.phase:
            exit = await self._enter(visit)
            if exit:
                return exit
        while True:
            board = visit.desk.boards.board(visit.service.tenant, visit.place.phase.split(";")[1])
            if board is None:  # deleted, by this operator or another
                await say(visit, "board_deleted")
                return BACK
            if visit.place.phase.startswith("record"):
                await self._record(visit, board)
            elif exit := await self._menu(visit, board):
                return exit

    # -- coming in -------------------------------------------------------------------------------------------------

    async def _enter(self, visit: Visit) -> Exit | None:
        """None: come in. The number is asked for again with the PIN, so that nobody learns which of them was wrong."""
        number = visit.place.entry if NUMBER.fullmatch(visit.place.entry) else ""
        words: list[Prompt] = []
        for _ in range(MOST_TRIES):
            if not number:
                answer = await number_of(visit, [*words, "board_number"], entry(4, 4))
                if answer is None:
                    return GAVE_UP
                if answer.endswith("*"):
                    return BACK
                number, words = answer, []
            pin = await number_of(visit, [*words, "board_pin"], entry(*PIN_DIGITS), private=True)
            if pin is None:
                return GAVE_UP
            if pin.endswith("*"):
                return BACK
            entered = await visit.desk.boards.enter(visit.service.tenant, number, pin, visit.call.party.caller)
            if entered is Entry.RIGHT and visit.desk.boards.board(visit.service.tenant, number):
                visit.change(phase=f"menu;{number}")
                return None
            if entered is Entry.LOCKED:
                await say(visit, "board_locked")
                return REFUSED
            number, words = "", ["board_wrong"]
        await say(visit, "board_wrong")
        return REFUSED

    # -- the menu --------------------------------------------------------------------------------------------------

    async def _menu(self, visit: Visit, board: Board) -> Exit | None:
        names = [_condition(visit, board), *(f"board_desk_{key}" for key in MENU), "leaf_back"]
        words = [visit.prompt(name) for name in names]
        match await ask(visit, Question(words, one_of({*MENU, *EVERYWHERE}), [visit.prompt(self.help)])):
            case Exhausted():
                return GAVE_UP
            case Keyed(key) if key in EVERYWHERE:
                return EVERYWHERE[key]
            case Keyed(key):
                await self._do(visit, board, key)
        return None

    async def _do(self, visit: Visit, board: Board, key: str) -> None:
        boards, by = visit.desk.boards, visit.call.party.caller
        match key:
            case "1":
                await self._listen(visit, board)
            case "2":
                if lang := await language(visit):
                    seen = board.take(lang)
                    visit.change(phase=f"record;{board.number};{lang};{seen.id if seen else 0}")
            case "3":
                days = await number_of(visit, ["board_days"], entry(1, MOST_DAYS))
                if days and not days.endswith("*"):
                    end = await boards.last_until(board, int(days), by)
                    said = visit.sentence(UNTIL, date=end.date()) if end else visit.prompt("board_forever")
                    visit.put_back(await visit.say([said]))
            case "4":
                position = await number_of(visit, ["board_position"], one_of({*map(str, POSITIONS), "*"}))
                if position and position != "*":
                    await boards.place(board, int(position), by)
                    await say(visit, "board_placed")
            case "5":
                await boards.turn(board, not board.on, by)
                await say(visit, "board_turned_off" if board.on else "board_turned_on")
            case "6":
                await self._roll_back(visit, board)
            case "7":
                words = [visit.prompt("board_delete_1"), visit.prompt("board_delete_star")]
                if await ask(visit, Question(words, one_of({"1", "*"}), words)) == Keyed("1"):
                    await boards.delete(board, by)
                else:
                    await say(visit, "board_kept")

    async def _listen(self, visit: Visit, board: Board) -> None:
        """What is in force, in both languages."""
        takes = [take for lang in LANGUAGES.values() if (take := board.take(lang))]
        if not takes:
            await say(visit, "board_is_empty")
        for take in takes:
            if key := await visit.say(recording(visit, board, take)):
                visit.put_back(key)
                return

    async def _roll_back(self, visit: Visit, board: Board) -> None:
        lang = await language(visit)
        take = board.take(lang) if lang else None
        if not lang:
            return
        if take is None or current((each for each in board.takes if each != take), lang) is None:
            await say(visit, "board_first")
            return
        await visit.desk.boards.withdraw(take, visit.call.party.caller)
        await say(visit, "board_rolled_back")

    async def _record(self, visit: Visit, board: Board) -> None:
        _, _, lang, seen, *_ = visit.place.phase.split(";")
        dictation = Dictation("board_record", f"record;{board.number};{lang};{seen}")
        while recorded := await dictation.take(visit):
            made = Made(recorded, lang, visit.call.id, visit.call.party.caller, int(seen))
            try:
                saved = await visit.desk.boards.save(board, made)
            except Unavailable:  # the recording is there, so 1 tries again
                await say(visit, FAILED)
                continue
            await say(visit, SAVED[saved])
            break
        visit.change(phase=f"menu;{board.number}")


def _condition(visit: Visit, board: Board) -> Prompt:
    """What callers hear of the board at this moment."""
    now = visit.desk.clock.now()
    if board.spoken(visit.lang) is None:
        return "board_is_empty"
    if not board.on:
        return "board_is_off"
    if board.over(now):
        return "board_is_over"
    return "board_is_on" if board.heard(now) else "board_is_early"
