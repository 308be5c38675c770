"""Who hears which board, and which take of it: pure rules (SPEC §4.6)."""

import doctest
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ivr.board.board
from ivr.board.board import MOST, Board, Take, after, current, on_show, until
from tests.ivr.desk import MONDAY_10

ZH = Take(1, "zh", 1, "/takes/water", 12.0)
WATER = Board(1, "6001", {"zh": "停水通知", "en": "water"}, True, 2, None, None, (ZH,))

TAKES = st.builds(
    Take,
    st.integers(1, 9),
    st.sampled_from(["zh", "en"]),
    st.integers(1, 9),
    st.just("/s"),
    st.just(1.0),
    st.booleans(),
)
MOMENTS = st.one_of(st.none(), st.integers(-48, 48).map(lambda hours: MONDAY_10 + timedelta(hours=hours)))
BOARDS = st.builds(
    Board, st.integers(1, 2), st.integers(6001, 6099).map(str), st.just(WATER.name), st.booleans(), st.integers(1, 9),
    MOMENTS, MOMENTS, st.lists(TAKES, max_size=4).map(tuple),
)  # fmt: skip


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(ivr.board.board).failed == 0


@given(st.lists(BOARDS, max_size=14), st.integers(1, 2))
def test_what_is_on_show_is_on_begun_not_over_recorded_the_tenants_and_in_order(
    boards: list[Board], tenant: int
) -> None:
    shown = on_show(boards, tenant, MONDAY_10)
    assert len(shown) <= MOST
    assert [b.position for b in shown] == sorted(b.position for b in shown)
    for board in shown:
        assert board.on
        assert board.tenant == tenant
        assert board.starts is None or board.starts <= MONDAY_10
        assert board.expires is None or board.expires > MONDAY_10
        assert board.spoken("zh") is not None
    if len(shown) < MOST:
        assert all(b in shown for b in boards if b.tenant == tenant and b.heard(MONDAY_10))


@given(st.lists(TAKES), st.sampled_from(["zh", "en"]))
def test_the_take_in_force_is_the_newest_that_was_not_withdrawn(takes: list[Take], lang: str) -> None:
    found = current(takes, lang)
    valid = [take.number for take in takes if take.lang == lang and not take.withdrawn]
    assert (found is None) == (not valid)
    if found:
        assert found.number == max(valid)


@pytest.mark.parametrize(
    ("changes", "heard"),
    [
        ({}, True),
        ({"on": False}, False),
        ({"takes": ()}, False),
        ({"takes": (replace(ZH, withdrawn=True),)}, False),
        ({"expires": MONDAY_10}, False),
        ({"expires": MONDAY_10 + timedelta(microseconds=1)}, True),
        ({"starts": MONDAY_10}, True),
        ({"starts": MONDAY_10 + timedelta(minutes=1)}, False),
    ],
)
def test_a_board_by_hand(changes: dict[str, object], heard: bool) -> None:
    assert replace(WATER, **changes).heard(MONDAY_10) is heard  # type: ignore[arg-type]


def test_without_english_the_mandarin_is_heard() -> None:
    english = Take(2, "en", 1, "/takes/water-en", 9.0)
    assert WATER.spoken("en") == ZH
    assert replace(WATER, takes=(ZH, english)).spoken("en") == english
    assert replace(WATER, takes=(english,)).spoken("zh") == english


def test_three_days_from_now_or_for_ever() -> None:
    assert until(MONDAY_10, 3) == MONDAY_10 + timedelta(days=3)
    assert until(MONDAY_10, 0) is None


def test_the_next_board() -> None:
    first, second = replace(WATER, number="6001"), replace(WATER, number="6002")
    assert after([first, second], "6001") == second
    assert after([first, second], "6002") is None
    assert after([second], "6001") == second  # the one heard has gone meanwhile
    assert after([], "6001") is None
