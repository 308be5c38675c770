import pytest
from hypothesis import given
from hypothesis import strategies as st

from asterisk.ari.events import Channel
from asterisk.party import LONGEST, clean, party


def called(number: str, name: str) -> Channel:
    return Channel("1.1", "PJSIP/town-1", "Up", number, name, "incoming", "62000001")


def test_an_honest_caller() -> None:
    who = party(called("13800000001", "小明"))
    assert (who.caller, who.callee, who.name, who.channel, who.linkedid) == (
        "13800000001",
        "62000001",
        "小明",
        "1.1",
        "1.1",
    )


@pytest.mark.parametrize(
    ("name", "context", "inside"),
    [
        ("PJSIP/8001-00000001", "inside", True),
        ("PJSIP/8001-00000001", "incoming", False),
        ("PJSIP/town-00000001", "inside", False),  # a stranger whom a phone has transferred to 9…
        ("PJSIP/80012-00000001", "inside", False),
        ("Local/8001-00000001", "inside", False),
    ],
)
def test_only_a_phone_of_ours_is_inside(name: str, context: str, inside: bool) -> None:
    assert party(Channel("1.1", name, "Up", "8001", "", context, "913800000001")).inside is inside


def test_who_withholds_his_number_is_not_inside() -> None:
    assert not party(Channel("1.1", "PJSIP/-00000001", "Up", "", "", "inside", "913800000001")).inside


@pytest.mark.parametrize("number", ["anonymous", "Anonymous", "unknown", "", "  ", "RESTRICTED"])
def test_a_withheld_number_is_no_number(number: str) -> None:
    assert party(called(number, "Anonymous")).caller == ""
    assert party(called(number, "Anonymous")).name == ""


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("'; DROP TABLE call; --", "'; DROP TABLE call; --"),
        ('a "quoted" name', 'a "quoted" name'),
        ("two\r\nlines\tand a tab", "two lines and a tab"),
        ("broken \ufffd\ufffd bytes", "broken bytes"),
        ("\x00\x1b[31mred", "[31mred"),
        ("x" * 200, "x" * 80),
        ("王" * 200, "王" * 80),
    ],
)
def test_names_strangers_send(sent: str, kept: str) -> None:
    assert party(called("1", sent)).name == kept


@given(st.text(max_size=400))
def test_clean_is_printable_short_and_final(text: str) -> None:
    once = clean(text)
    assert len(once) <= LONGEST
    assert once.isprintable()
    assert once == once.strip()
    assert clean(once) == once
