"""The text of the dialplan; what it does on calls is seen in tests/asterisk/town/test_fallback.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialplan.render import FallbackWords, Offer, UnusableName, render

WORDS = FallbackWords(("/s/a_zh", "/s/a_en"), ("/s/m_zh", "/s/m_en"), ("/s/t_zh",), ("/s/o_zh",))


def _context(text: str, name: str) -> list[str]:
    """The lines of a context, without comments."""
    body = text.split(f"[{name}]\n")[1].split("\n[")[0]
    return [line.strip() for line in body.splitlines() if line.strip() and not line.startswith(";")]


def test_a_call_from_the_trunk_costs_four_steps_when_it_is_claimed() -> None:
    assert _context(render(WORDS, operator="8000"), "incoming")[:6] == [
        "exten => _[!-~]!,1,Answer(,i)",
        "same => n,Set(TIMEOUT(absolute)=30)",
        "same => n,StasisBroadcast(500,^lp-,30)",
        'same => n,GotoIf($["${STASISSTATUS}"="SUCCESS"]?done:fallback,s,1)',
        "same => n(done),Hangup()",
        "exten => T,1,Set(LP_STATUS=${IF($[${LEN(${SHARED(CCSTATE)})}=0]?UNCLAIMED:ORPHANED)})",
    ]


def test_who_hangs_up_on_the_offer_is_told_of() -> None:
    incoming = _context(render(WORDS, operator="8000"), "incoming")
    at = incoming.index('same => n,GotoIf($["${STASISSTATUS}"="SUCCESS" | ${LEN(${LP_STATUS})}>0]?told)')
    assert incoming[at + 1] == "same => n,Set(LP_STATUS=GONE)"
    assert incoming[at + 3].startswith("same => n,Originate(Local/${UNIQUEID}@note,")


def test_an_older_exchange_asks_for_the_heartbeat_and_lends_the_call() -> None:
    steps = _context(render(WORDS, operator="8000", offer=Offer(broadcast=False, controller="two")), "incoming")
    assert steps[:4] == [
        "exten => _[!-~]!,1,Answer(,i)",
        "same => n,GotoIf($[${EPOCH}-0${GLOBAL(HB_two)}>3]?fallback,s,1)",
        "same => n,Set(TIMEOUT(absolute)=4)",
        "same => n,Stasis(lp-two,4)",
    ]


def test_whatever_a_phone_dials_a_controller_decides() -> None:
    inside = _context(render(WORDS, operator="8000", extensions=("8000", "8001")), "inside")
    begins = [at for at, line in enumerate(inside) if re.match(r"exten => (?![Th],)", line)]
    assert all(inside[at].endswith(",1,Answer(,i)") and "StasisBroadcast" in inside[at + 2] for at in begins)
    assert "exten => _[!-~]!,1,Answer(,i)" in inside


def test_without_one_phones_reach_each_other_and_emergencies_and_nobody_else_outside() -> None:
    inside = _context(render(WORDS, operator="8000", extensions=("8000", "8001")), "inside")
    dialled = {line.split("Dial(")[1].split(",")[0] for line in inside if "Dial(" in line}
    assert dialled == {
        *("PJSIP/8000", "PJSIP/8001"),
        *("PJSIP/110@town", "PJSIP/119@town", "PJSIP/120@town", "PJSIP/122@town"),
    }
    at = inside.index("exten => 9110,1,Answer(,i)")
    assert inside[at + 3 : at + 8] == [
        'same => n,GotoIf($["${STASISSTATUS}"="SUCCESS"]?done:alone)',
        "same => n(done),Hangup()",
        "same => n(alone),Set(TIMEOUT(absolute)=0)",
        "same => n,Set(LP_STATUS=ALONE)",
        "same => n,Dial(PJSIP/110@town,60)",
    ]


def test_without_a_way_out_nobody_dials_out() -> None:
    assert "@town" not in render(WORDS, operator="8000", extensions=("8001",), way_out="")


def test_the_operator_is_offered_only_where_there_is_one() -> None:
    assert "Dial(" not in "".join(_context(render(WORDS, operator=""), "fallback"))
    assert "same => n,Dial(PJSIP/8000,20)" in _context(render(WORDS, operator="8000"), "fallback")


def test_both_languages_are_played_mandarin_first() -> None:
    assert "same => n(message),Playback(/s/m_zh&/s/m_en)" in _context(render(WORDS, operator="8000"), "fallback")


def test_no_text_of_a_caller_stands_in_an_expression() -> None:
    text = render(WORDS, operator="8000", extensions=("8000",))
    for line in text.splitlines():
        for expression in line.split("$[")[1:]:
            inside = expression.split("]")[0]
            assert "EXTEN" not in inside
            assert "CALLERID" not in inside
            assert "${SHARED(CCSTATE)}" not in inside.replace("${LEN(${SHARED(CCSTATE)})}", "")


@pytest.mark.parametrize("name", ["80 00", "8000,1,System(x)", "8;0", "${EXTEN}", ""])
def test_a_name_that_would_be_read_as_dialplan_is_refused(name: str) -> None:
    with pytest.raises(UnusableName):
        render(WORDS, operator="8000", extensions=(name,))


@given(st.text(min_size=1))
def test_whatever_the_sounds_are_called_a_line_stays_a_line(path: str) -> None:
    words = FallbackWords((path,), ("/m",), ("/t",))
    try:
        text = render(words, operator="8000")
    except UnusableName:
        return
    assert f"Read(LP_KEY,{path},1,,1,2)" in text
    assert not set(path) & set(",;&()${}\n\"'|")


def test_a_sound_with_a_comma_in_its_path_is_refused_by_name() -> None:
    with pytest.raises(UnusableName, match="/a,b"):
        render(FallbackWords(("/a,b",), (), ()), operator="")


def test_a_lamp_is_set_by_a_call_to_its_context() -> None:
    assert _context(render(WORDS, operator="8000"), "lamp") == [
        "exten => _X.,1,MinivmMWI(${CUT(EXTEN,*,1)}@lamp,0,${CUT(EXTEN,*,2)},${CUT(EXTEN,*,3)})",
        "same => n,Hangup()",
    ]
