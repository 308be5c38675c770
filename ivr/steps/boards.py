"""The bulletin boards: a caller chooses one and hears it; a single one is heard at once (node B, SPEC §4.6)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from calls.call import Utterance
from calls.facts import BoardHeard
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.board.board import Board, Take, after
from ivr.keys import one_of
from ivr.step import AGENT, BACK, EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

NONE, OPTION, OTHER_LANGUAGE, LAST, GONE = "board_none", "board_option", "board_other_lang", "board_last", "board_gone"
AGAIN, NEXT = "1", "2"
PHRASES = {AGAIN: "board_again", NEXT: "board_next", "0": "leaf_agent", "*": "leaf_back"}


@kind("boards", zh="语音布告栏")
@dataclass(frozen=True, slots=True)
class Boards(Step):
    """help  what a silent caller hears

    Keys: 1–9 a board; after it 1 again, 2 the next one; 0 agent, * back.
    """

    help: Prompt

    def exits(self) -> Collection[Exit]:
        return (BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return EVERYWHERE

    def stays(self) -> Mapping[str, str]:
        return {"1-9": "listen", AGAIN: "again", NEXT: "next"}

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (BACK, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        fixed = plain(NONE, OTHER_LANGUAGE, LAST, GONE, *PHRASES.values(), self.help, *COMMON_PROMPTS)
        return {**fixed, OPTION: ("text", "number")}

    async def run(self, visit: Visit) -> Exit:
        number, _, id = visit.place.phase.partition(";")  # taken up again while this take was being heard?
        board = visit.desk.boards.board(visit.service.tenant, number)
        take = next((each for each in board.takes if str(each.id) == id), None) if board else None
        if board is None or take is None:
            chosen = await self._choose(visit, visit.desk.boards.on_show(visit.service.tenant))
            if not isinstance(chosen, Board):
                return chosen
            board = chosen
        while True:
            # from here to its end it stays what it is: what is saved meanwhile is for the next listener
            then = await self._tell(visit, board, take or _begin(visit, board))
            if not isinstance(then, Board):
                return then
            board, take = then, None

    async def _choose(self, visit: Visit, shown: Sequence[Board]) -> Board | Exit:
        if not shown:
            visit.put_back(await visit.say([visit.prompt(NONE)]))
            return BACK
        if len(shown) == 1:
            return shown[0]
        offered = {str(number): board for number, board in enumerate(shown, 1)}
        words = [visit.sentence(OPTION, text=board.name, number=int(key)) for key, board in offered.items()]
        match await ask(visit, Question(words, one_of({*offered, *EVERYWHERE}), [visit.prompt(self.help)])):
            case Keyed(key) if key in offered:
                return offered[key]
            case Keyed(key):
                return EVERYWHERE[key]
            case Exhausted():
                return GAVE_UP

    async def _tell(self, visit: Visit, board: Board, take: Take) -> Board | Exit:
        """Tell it until the caller leaves, or wants to hear another: the same as it is by then, or the next one."""
        words = recording(visit, board, take)
        while True:
            more = after(visit.desk.boards.on_show(board.tenant), board.number)
            choices = [visit.prompt(name) for key, name in PHRASES.items() if more or key != NEXT]
            question = Question([*words, *choices], one_of(PHRASES), [visit.prompt(self.help)], again=choices)
            answer = await ask(visit, question)
            shown = visit.desk.boards.on_show(board.tenant)
            match answer:
                case Keyed(key) if key == AGAIN:
                    if now := next((each for each in shown if each.number == board.number), None):
                        return now
                    words = [visit.prompt(GONE)]
                case Keyed(key) if key == NEXT:
                    if more := after(shown, board.number):
                        return more
                    words = [visit.prompt(LAST)]
                case Keyed(key):
                    return EVERYWHERE[key]
                case Exhausted():
                    return GAVE_UP


def _begin(visit: Visit, board: Board) -> Take:
    take = board.spoken(visit.lang)
    assert take is not None  # a board that is on show has one
    visit.change(phase=f"{board.number};{take.id}")
    visit.tell(BoardHeard, board=board.number, take=take.id, lang=take.lang)
    return take


def recording(visit: Visit, board: Board, take: Take) -> list[Utterance]:
    """A take as it is played, announced if it is not in the caller's language."""
    notice = [] if take.lang == visit.lang else [visit.prompt(OTHER_LANGUAGE)]
    return [*notice, Utterance(f"♪ {board.name[take.lang]}", take.sound, take.seconds)]
