import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.lease import GRACE, covers, lease, renewal, wants_renewal

seconds = st.floats(0, 10_000, allow_nan=False)


@pytest.mark.parametrize(("busy", "written"), [(0.0, 30), (0.2, 31), (12.0, 42), (12.01, 43), (-1.0, 30)])
def test_thirty_seconds_more_than_what_is_played(busy: float, written: int) -> None:
    assert lease(busy, GRACE) == written


def test_a_lease_of_none_needs_nothing() -> None:
    assert covers(0.0, 1000.0, 3600.0, GRACE)
    assert not wants_renewal(0.0, 1000.0, GRACE)


def test_by_hand() -> None:
    assert covers(130.0, 100.0, 15.0, GRACE)
    assert not covers(130.0, 100.0, 16.0, GRACE)
    assert wants_renewal(114.9, 100.0, GRACE)
    assert not wants_renewal(115.0, 100.0, GRACE)


@given(now=seconds, busy=seconds, grace=st.integers(2, 120))
def test_a_fresh_lease_covers_what_it_was_written_for(now: float, busy: float, grace: int) -> None:
    ends = now + lease(busy, grace)
    assert covers(ends, now, busy - 1e-6, grace)
    assert not wants_renewal(ends, now, grace)


@given(now=st.integers(0, 100_000), grace=st.integers(2, 120))
def test_it_is_looked_at_often_enough(now: int, grace: int) -> None:
    """Between two looks a lease goes from "still good" to "renew me", never past its end."""
    assert not wants_renewal(now + grace / 2, now, grace)
    assert grace / 2 - renewal(grace) > 0
