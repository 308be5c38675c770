import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.state import IDLE, PLAYING, TALKING, State

CALL = "01M80JW2N1YCNJS9K55P1HMDSG"
ids = st.text(st.characters(min_codepoint=33, max_codepoint=126, exclude_characters="|:"), min_size=1, max_size=60)


def test_by_hand() -> None:
    assert State(CALL, PLAYING, ("p-1",), "root;zh").encode() == f"{CALL}|p:p-1|root;zh"
    assert State.decode(f"{CALL}|b:leg:bridge:17|x") == State(CALL, TALKING, ("leg", "bridge", "17"), "x")
    assert State.decode(f"{CALL}||") == State(CALL, IDLE, (), "")


@pytest.mark.parametrize("text", ["", "menu|v1|zh", CALL, f"{CALL}|p:1", "|p:1|x", "short|p:1|x"])
def test_what_is_not_ours_is_nothing(text: str) -> None:
    assert State.decode(text) is None


@given(
    doing=st.sampled_from(["", "p", "r", "d", "b", "x"]),
    names=st.lists(ids, max_size=3),
    place=st.text(st.characters(min_codepoint=32, max_codepoint=126, exclude_characters="|"), max_size=200),
)
def test_there_and_back(doing: str, names: list[str], place: str) -> None:
    state = State(CALL, doing, tuple(names), place)
    assert State.decode(state.encode()) == state
