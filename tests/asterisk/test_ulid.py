from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from ulid import ULID

from asterisk.ulid import ulid

moments = st.floats(1.6e9, 7e9).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


def test_by_hand() -> None:
    at = datetime.fromtimestamp(1469918176.385, UTC)
    assert ulid(at)[:10] == "01ARYZ6S41"  # the example of the ULID libraries


@given(moments)
def test_others_read_it(at: datetime) -> None:
    known = ULID.from_str(ulid(at))
    assert abs(known.datetime - at) <= timedelta(milliseconds=1)


@given(moments, st.integers(1, 10**9))
def test_later_ones_sort_later(at: datetime, milliseconds: int) -> None:
    later = at + timedelta(milliseconds=milliseconds)
    assert ulid(at) < ulid(later)
    assert ulid(at) != ulid(at)
