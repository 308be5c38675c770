from collections import deque

from hypothesis import given
from hypothesis import strategies as st

from asterisk.keys import TYPED_AHEAD, Keys


def test_first_in_first_out() -> None:
    keys = Keys()
    assert keys.put("1")
    assert keys.put("#")
    assert [keys.take(), keys.take(), keys.take()] == ["1", "#", ""]


def test_the_twenty_first_key_is_dropped_and_told_once() -> None:
    keys = Keys()
    assert [keys.put("5") for _ in range(23)] == [True] * 20 + [False] * 3
    assert keys.dropped() == 3
    assert keys.dropped() == 0


@given(st.lists(st.sampled_from("0123456789*#-!")))
def test_never_more_than_twenty_and_none_lost_silently(script: list[str]) -> None:
    """`-` takes a key, `!` throws the buffer away, the rest are pressed: kept + taken + thrown + dropped = pressed."""
    keys, model, dropped = Keys(), deque[str](), 0
    for act in script:
        if act == "-":
            assert keys.take() == (model.popleft() if model else "")
        elif act == "!":
            keys.clear()
            model.clear()
        elif len(model) < TYPED_AHEAD:
            assert keys.put(act)
            model.append(act)
        else:
            assert not keys.put(act)
            dropped += 1
        assert len(keys) == len(model) <= TYPED_AHEAD
    assert keys.dropped() == dropped
