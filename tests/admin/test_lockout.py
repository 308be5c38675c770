"""Five wrong passwords, fifteen minutes (SPEC §2.1)."""

from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from admin.lockout import FOR, MOST, Tries
from tests.db.engines import NOON


def test_the_fifth_wrong_one_locks_and_after_a_quarter_of_an_hour_it_counts_anew() -> None:
    tries = Tries()
    for _ in range(4):
        tries = tries.wrong(NOON)
        assert not tries.locked(NOON)
    tries = tries.wrong(NOON)
    assert tries == Tries(5, NOON + timedelta(minutes=15))
    assert tries.locked(NOON + timedelta(minutes=14, seconds=59))
    assert not tries.locked(NOON + timedelta(minutes=15))
    assert tries.wrong(NOON + timedelta(minutes=15)) == Tries(1, None)


@given(st.lists(st.integers(0, 20), max_size=60))
def test_nobody_gets_more_than_five_tries_in_a_quarter_of_an_hour(pauses: list[int]) -> None:
    """Whatever the pace (pauses in minutes): who tries only when not locked has at most MOST tries before each lock."""
    now, tries, made = NOON, Tries(), list[datetime]()
    for pause in pauses:
        now += timedelta(minutes=pause)
        if not tries.locked(now):
            tries = tries.wrong(now)
            made.append(now)
        else:
            assert tries.until is not None
            assert len([at for at in made if at > tries.until - FOR - timedelta(microseconds=1)]) <= MOST
    assert tries.failed <= MOST
