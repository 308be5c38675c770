"""Waiting in a queue as a caller goes through it (SPEC §2.4.10); on real calls: tests/system/test_queue.py."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from calls.call import Answered, Dialled, NoAnswer
from calls.facts import HelpGiven
from ivr.place import Place
from ivr.queue import News, NoQueues, Offer, Overdue, Queuer
from tests.ivr.desk import MAIN, SERVICE, Stage, filled, words

QUEUED = replace(SERVICE, queue="sales")
SEAT, OTHER = Offer("8001", 15.0), Offer("8002", 15.0)
SINCE = 1711936800.0


@dataclass
class Line(NoQueues):
    """A queue that has this news, one each time it is asked; None: go on waiting."""

    told: list[News] = field(default_factory=list)
    full: bool = False
    ahead: int = 0
    done: list[str] = field(default_factory=list)
    entered: list[tuple[float, bool]] = field(default_factory=list)

    def exists(self, tenant: int, queue: str) -> bool:
        return (tenant, queue) == (1, "sales")

    def enter(self, who: Queuer, *, ringing: bool = False) -> float:
        self.entered.append((who.since, ringing))
        return 0.0 if self.full else who.since or SINCE

    def news(self, call: str) -> News:
        return self.told.pop(0) if self.told else None

    def position(self, call: str) -> int:
        return self.ahead + 1

    def back(self, call: str) -> None:
        self.done.append("back")

    def leave(self, call: str, how: str) -> None:
        self.done.append(how)


async def act(script: str, line: Line, dials: Sequence[Dialled] = (), lang: str = "zh", place: str = "") -> Stage:
    stage = Stage(script, MAIN, service=QUEUED, dials=dials, queues=line)
    return await stage.run(lang="" if place else lang, place=place)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_music_then_the_seat_that_is_ready(lang: str) -> None:
    line = Line([None, SEAT])
    stage = await act(" 2 . .", line, [Answered(60.0)], lang)
    assert line.done == ["answered"]
    heard = [one for one in stage.call.transcript if one.startswith("=") or words("queue_next", lang) in one]
    assert heard[:5] == [
        "= off hold", f"< {words('queue_next', lang)}", "= on hold", "= off hold", "= 8001 answered",
    ], stage.call.transcript  # fmt: skip
    assert ("operator", "done") in stage.exits
    assert words("operator", lang) not in stage.speech  # nobody is put through to an operator


async def test_how_many_are_ahead_is_told_when_it_changes() -> None:
    line = Line([None, None, SEAT], ahead=2)
    stage = await act(" 2 . . .", line, [Answered(60.0)])
    assert stage.said.count(filled("queue_position", "zh", n=2)) == 1


async def test_a_seat_that_does_not_answer_is_followed_by_the_next() -> None:
    line = Line([SEAT, OTHER])
    stage = await act(" 2 . .", line, [NoAnswer(), Answered(60.0)])
    assert line.done == ["back", "answered"]
    assert [one for one in stage.call.transcript if one.startswith("= 800")] == ["= 8001 noanswer", "= 8002 answered"]


async def test_whoever_has_waited_a_minute_may_wait_on_in_their_place() -> None:
    line = Line([Overdue(), SEAT])
    stage = await act(" 2 2 . .", line, [Answered(60.0)])
    assert line.done == ["overdue", "answered"]
    assert [node for node in stage.nodes if node.startswith("operator")] == ["operator", "operator_failed", "operator"]


async def test_or_leave_a_message_or_be_called_back() -> None:
    assert "leave" in (await act(" 2 1 !", Line([Overdue()]))).nodes
    line = Line([Overdue()])
    stage = Stage(" 2 3 1 ", MAIN, service=replace(QUEUED, off=frozenset()), queues=line)
    await stage.run(lang="zh")
    assert "call_back" in stage.nodes


async def test_a_star_goes_back_to_the_menu_and_out_of_the_line() -> None:
    line = Line()
    stage = await act(" 2 ,*", line)
    assert line.done == ["cancelled"]
    assert stage.nodes[:5] == ["welcome", "root", "agent", "operator", "root"]


async def test_news_that_comes_too_late_is_nobodys_silence() -> None:
    """Nudged in the very moment in which they go back to the menu: it gives no help, and takes the key that follows."""

    @dataclass
    class Late(Line):
        stage: Stage | None = None

        def leave(self, call: str, how: str) -> None:
            assert self.stage is not None
            self.stage.call.nudge()
            super().leave(call, how)

    line = Late()
    line.stage = Stage(" 2 ,* 1 !", MAIN, service=QUEUED, queues=line)
    await line.stage.run(lang="zh")
    assert line.stage.of(HelpGiven) == []
    assert line.stage.nodes[-2:] == ["root", "query"]


async def test_who_hangs_up_does_not_wait_any_more() -> None:
    line = Line()
    await act(" 2 ,,!", line)
    assert line.done == ["hung up"]


async def test_a_full_queue_says_so() -> None:
    stage = await act(" 2 !", Line(full=True))
    assert words("operator_busy", "zh") in stage.speech
    assert ("operator", "busy") in stage.exits


async def test_a_house_without_that_queue_rings_the_operator() -> None:
    stage = Stage(" 2 .", MAIN, service=replace(SERVICE, queue="gone"), dials=[Answered(9.0)], queues=Line())
    await stage.run(lang="zh")
    assert "= 8001 answered" in stage.call.transcript  # the operator of this service


async def test_taken_up_again_the_place_is_the_old_one() -> None:
    line = Line([SEAT])
    place = str(Place(MAIN.name, MAIN.version, "operator", "zh", phase=f"waiting;{SINCE}"))
    await act(". .", line, [Answered(5.0)], place=place)
    assert line.entered == [(SINCE, False)]


async def test_taken_up_again_while_it_rings_the_seat_is_not_rung_by_a_second_claim() -> None:
    line = Line()
    place = str(Place(MAIN.name, MAIN.version, "operator", "zh", phase=f"ringing;{SINCE};8002;15"))
    stage = await act(". .", line, [Answered(5.0)], place=place)
    assert line.entered == [(SINCE, True)]
    assert line.done == ["answered"]
    assert "= 8002 answered" in stage.call.transcript
