from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialplan.hours import DAY, Calendar, Span, is_open

SHANGHAI = ZoneInfo("Asia/Shanghai")
NINE_TO_NINE = Calendar({day: (Span(540, 1260),) for day in range(1, 8)}, {date(2024, 2, 10): ()})
NIGHT = Calendar({5: (Span(1320, 120),)})  # Friday 22:00 to Saturday 02:00


def local(*moment: int) -> datetime:
    return datetime(*moment, tzinfo=SHANGHAI)  # type: ignore[arg-type,misc]


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (local(2024, 3, 31, 8, 59, 59), False),
        (local(2024, 3, 31, 9, 0), True),
        (local(2024, 3, 31, 20, 59, 59), True),
        (local(2024, 3, 31, 21, 0), False),
        (datetime(2024, 3, 31, 1, 0, tzinfo=UTC), True),  # nine in Guangzhou
        (datetime(2024, 3, 31, 9, 0, tzinfo=UTC), True),  # five in the afternoon
        (datetime(2024, 3, 31, 13, 0, tzinfo=UTC), False),
        (local(2024, 2, 10, 12, 0), False),  # the first day of the year of the dragon
    ],
)
def test_nine_to_nine(at: datetime, is_it: bool) -> None:
    assert is_open(NINE_TO_NINE, at) is is_it


@pytest.mark.parametrize(
    ("at", "is_it"),
    [
        (local(2024, 3, 29, 21, 59), False),
        (local(2024, 3, 29, 22, 0), True),
        (local(2024, 3, 30, 1, 59), True),
        (local(2024, 3, 30, 2, 0), False),
        (local(2024, 3, 29, 1, 0), False),
        (local(2024, 3, 30, 22, 0), False),
    ],
)
def test_past_midnight_belongs_to_the_day_it_begins(at: datetime, is_it: bool) -> None:
    assert is_open(NIGHT, at) is is_it


def test_a_special_day_replaces_its_weekday() -> None:
    calendar = Calendar({6: (Span(540, 720),)}, {date(2024, 3, 30): (Span(600, 660), Span(840, 900))})
    assert [is_open(calendar, local(2024, 3, 30, hour, 30)) for hour in (9, 10, 11, 14)] == [False, True, False, True]
    assert is_open(calendar, local(2024, 3, 23, 9, 30))


def test_all_day_and_never() -> None:
    assert is_open(Calendar({7: (Span(0, DAY),)}), local(2024, 3, 31, 23, 59))
    assert not is_open(Calendar({}), local(2024, 3, 31, 12, 0))


def test_hours_outside_a_day_are_refused() -> None:
    with pytest.raises(ValueError, match="within a day"):
        Span(540, 1441)


@given(
    st.integers(0, DAY - 1),
    st.integers(0, DAY),
    st.integers(0, 7 * DAY - 1),
)
def test_open_as_long_as_the_span_lasts(opens: int, closes: int, minute: int) -> None:
    calendar = Calendar({3: (Span(opens, closes),)})
    monday = local(2024, 3, 25, 0, 0)
    length = closes - opens if closes > opens else closes - opens + DAY
    expected = 2 * DAY + opens <= minute < 2 * DAY + opens + length
    assert is_open(calendar, monday + timedelta(minutes=minute)) is expected
