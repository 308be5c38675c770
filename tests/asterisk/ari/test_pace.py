"""A quiet line is heard word by word, a busy one in breaths, and nothing is left lying."""

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from asterisk.ari.pace import BUSY, MEMORY, Pace


class Line:
    """A transport that tells whether it may be read."""

    def __init__(self) -> None:
        self.reading = True
        self.resumed = asyncio.Event()
        self.pauses = 0
        self.closing = False

    def pause_reading(self) -> None:
        assert self.reading
        self.reading = False
        self.pauses += 1

    def resume_reading(self) -> None:
        assert not self.reading
        self.reading = True
        self.resumed.set()

    def is_closing(self) -> bool:
        return self.closing


async def test_at_twenty_calls_a_second_every_word_is_heard_at_once() -> None:
    line = Line()
    pace = Pace(line)
    for number in range(140):  # seven messages a call
        pace.heard(1000.0 + number / 140)
    assert line.pauses == 0


async def test_at_two_hundred_calls_a_second_the_line_is_held_and_heard_again() -> None:
    line = Line()
    pace = Pace(line)
    for number in range(MEMORY + 1):
        pace.heard(1000.0 + number / 1400)
    assert (line.pauses, line.resumed.is_set()) == (1, False)
    async with asyncio.timeout(1):
        await line.resumed.wait()
    assert line.pauses == 1


async def test_a_closing_line_is_left_alone() -> None:
    line = Line()
    pace = Pace(line)
    for number in range(MEMORY + 1):
        line.closing = number == MEMORY
        pace.heard(1000.0 + number / 1400)
    assert line.pauses == 0


@given(st.lists(st.floats(0.0, 0.01), min_size=1, max_size=80))
def test_it_is_held_only_where_messages_really_came_so_fast(gaps: list[float]) -> None:
    async def check() -> None:
        line = Line()
        pace = Pace(line)
        times: list[float] = []
        for gap in gaps:
            now = (times[-1] if times else 1000.0) + gap
            pace.heard(now)
            if line.pauses:
                assert now - times[-MEMORY] < MEMORY / BUSY
                return
            times.append(now)

    asyncio.run(check())
