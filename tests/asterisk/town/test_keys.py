"""KEYS, read."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.town.keys import Key, Pause, PromptEnd, Speech, UnreadableKeys, parse


def test_a_line_by_hand() -> None:
    assert parse('1 ,,2*.# "wav:/v/hello there.wav" 0') == (
        Key("1"),
        Pause(2.0),
        Key("2"),
        Key("*"),
        PromptEnd(),
        Key("#"),
        Speech(Path("/v/hello there.wav")),
        Key("0"),
    )


def test_no_keys_are_no_deeds() -> None:
    assert parse("  ") == ()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("12a", "'a' is not a key .place 3"),
        ('1 "wav:x', "not closed .place 3"),
        ('"mp3:x"', 'stands "wav:FILE"'),
        ('"wav:"', 'stands "wav:FILE"'),
        ("1;2", "';' is not a key"),
        ("１", "is not a key"),
    ],
)
def test_a_mistake_is_shown_where_it_is(line: str, why: str) -> None:
    with pytest.raises(UnreadableKeys, match=why):
        parse(line)


@given(st.text(alphabet="0123456789*#,. "))
def test_every_key_is_pressed_once_in_order_and_no_second_is_lost(line: str) -> None:
    deeds = parse(line)
    assert [deed.key for deed in deeds if isinstance(deed, Key)] == [c for c in line if c in "0123456789*#"]
    assert sum(deed.seconds for deed in deeds if isinstance(deed, Pause)) == line.count(",")
    assert sum(isinstance(deed, PromptEnd) for deed in deeds) == line.count(".")
