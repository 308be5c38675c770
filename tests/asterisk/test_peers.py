from hypothesis import given
from hypothesis import strategies as st

from asterisk.peers import STALE, Beats, variable


def test_a_beat_that_stands_still_is_the_beat_of_the_dead() -> None:
    beats = Beats()
    assert not beats.saw("lp-two", "100", 10.0)
    assert not beats.saw("lp-two", "100", 10.0 + STALE)
    assert beats.saw("lp-two", "100", 10.1 + STALE)


def test_never_heard_of_is_given_the_same_time() -> None:
    beats = Beats()
    assert not beats.saw("lp-two", "", 10.0)
    assert beats.saw("lp-two", "", 11.3)


def test_whoever_went_away_and_came_back_starts_anew() -> None:
    beats = Beats()
    beats.saw("lp-two", "100", 10.0)
    beats.forget_all_but(["lp-three"])
    assert not beats.saw("lp-two", "100", 20.0)


def test_each_application_has_its_own_variable() -> None:
    assert variable("lp-two") == "LP_BEAT_lp-two"


@given(st.lists(st.floats(0.01, STALE), max_size=50))
def test_who_keeps_beating_is_never_declared_dead(pauses: list[float]) -> None:
    beats, now = Beats(), 0.0
    for number, pause in enumerate(pauses):
        now += pause
        assert not beats.saw("lp-two", str(number), now)
