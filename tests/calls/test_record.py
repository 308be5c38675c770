"""How a call is folded: worked examples from fixture T, and what no order of facts may change."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.facts import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CallResumed,
    CallRouted,
    Fact,
    HelpGiven,
    KeyPressed,
    KeysDropped,
    LanguageChosen,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMade,
    Said,
    StepEntered,
    StepPassed,
    WrongKeys,
)
from calls.record import CallRecord, Result, fold, whole_seconds

NINE = datetime(2024, 3, 12, 1, 0, tzinfo=UTC)  # 09:00 in Guangzhou
ID = "01HRS0000000000000000000K1"


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def begin(answered: float = 0) -> list[Fact]:
    return [
        CallOffered(call=ID, at=at(0), channel="1.1", linkedid="1.1", caller="13800000004", callee="02038880000"),
        CallRouted(call=ID, at=at(0), service="main", flow="main", version="0a1b2c3d"),
        CallAnswered(call=ID, at=at(answered)),
    ]


def end(seconds: float, cause: int = 16, by: str = "caller") -> CallEnded:
    return CallEnded(call=ID, at=at(seconds), cause=cause, by=by)


# K1 of fixture T: 20 s of menus, 8 s of ringing, 120 s of talk
K1 = [
    *begin(),
    StepEntered(call=ID, at=at(0.1), node="welcome", step="play"),
    Said(call=ID, at=at(0.1), node="welcome", lang="zh", text="您好"),
    StepPassed(call=ID, at=at(3), node="welcome", exit="next"),
    LanguageChosen(call=ID, at=at(5), lang="zh"),
    KeyPressed(call=ID, at=at(19.5), key="0"),
    StepEntered(call=ID, at=at(20), node="agent", step="person"),
    LegRang(call=ID, at=at(20), leg="1.2", number="8001"),
    LegAnswered(call=ID, at=at(28), leg="1.2"),
    LegEnded(call=ID, at=at(148), leg="1.2", result="answered", cause=16, seconds=120),
    end(148),
]


def test_k1_of_fixture_t() -> None:
    record = fold(K1)
    assert (record.duration_s, record.billsec, record.result) == (148, 148, Result.ANSWERED)
    assert (record.caller, record.callee, record.service) == ("13800000004", "02038880000", "main")
    assert (record.lang, record.last_node, record.nodes) == ("zh", "agent", ("welcome", "agent"))
    assert (record.keys, record.cause, record.by, record.disposition) == (1, 16, "caller", "answered")
    caller, seat = record.legs
    assert (caller.role, caller.uniqueid, caller.started, caller.ended) == ("caller", "1.1", at(0), at(148))
    assert (seat.number, seat.answered, seat.ended, seat.status) == ("8001", at(28), at(148), "answered")


def test_k2_of_fixture_t_the_menus_were_enough() -> None:
    record = fold([*begin(), end(65)])
    assert (record.billsec, record.result) == (65, Result.IVR_ONLY)


def test_k3_of_fixture_t_gave_up_while_it_rang() -> None:
    record = fold([*begin(), LegRang(call=ID, at=at(15), leg="1.2", number="8001"), end(60)])
    assert (record.billsec, record.result) == (60, Result.ABANDONED)
    assert (record.legs[1].ended, record.legs[1].answered) == (at(60), None)


@pytest.mark.parametrize(
    ("status", "result"),
    [
        ("busy", Result.BUSY),
        ("rejected", Result.BUSY),
        ("noanswer", Result.NO_ANSWER),
        ("gaveup", Result.ABANDONED),
        ("unallocated", Result.FAILED),
        ("congested", Result.FAILED),
    ],
)
def test_a_person_was_not_reached(status: str, result: Result) -> None:
    tried = [
        LegRang(call=ID, at=at(5), leg="1.2", number="8001"),
        LegEnded(call=ID, at=at(9), leg="1.2", result=status, cause=17),
    ]
    record = fold([*begin(), *tried, end(12)])
    assert (record.result, record.legs[1].status, record.legs[1].cause) == (result, status, 17)


@pytest.mark.parametrize(
    ("seconds", "ended", "result"),
    [
        (1.9, "hangup", Result.IVR_ONLY),
        (2.0, "hangup", Result.MESSAGE),
        (1.0, "key", Result.MESSAGE),
        (9.0, "failed", Result.IVR_ONLY),
    ],
)
def test_when_a_recording_is_a_message(seconds: float, ended: str, result: Result) -> None:
    made = RecordingMade(call=ID, at=at(9), name="m", file="/m.wav", seconds=seconds, ended=ended)
    assert fold([*begin(), made, end(12)]).result is result


def test_who_ended_it_tells_how_it_went() -> None:
    assert fold([*begin(), end(3, 0, "switch restart")]).result is Result.FAILED
    assert fold([*begin(), end(3, 16, "fallback")]).result is Result.FALLBACK
    assert fold([*begin(), end(3, 16, "vanished")]).result is Result.IVR_ONLY
    assert fold([begin()[0], end(3)]).result is Result.ABANDONED
    assert fold([begin()[0], end(3, 38, "us")]).result is Result.FAILED


def test_an_open_call_has_no_end() -> None:
    record = fold(begin())
    assert (record.ended, record.result, record.cause, record.billsec) == (None, None, None, 0)


def test_a_resumed_call_begins_with_its_first_offer() -> None:
    again = CallResumed(call=ID, at=at(30), controller="two", place="root")
    record = fold([again, end(40), *begin()])
    assert (record.started, record.duration_s, record.controller, record.resumed) == (at(0), 40, "two", 1)


def test_the_first_end_that_became_known_is_the_end() -> None:
    record = fold([*begin(), end(10, 16, "caller"), end(8, 0, "vanished")])
    assert (record.ended, record.by) == (at(10), "caller")


def test_counts() -> None:
    record = fold(
        [
            *begin(),
            KeyPressed(call=ID, at=at(1), key="1"),
            KeyPressed(call=ID, at=at(1.1), key="1"),
            KeysDropped(call=ID, at=at(2), count=480),
            HelpGiven(call=ID, at=at(3), node="root", level=1),
            WrongKeys(call=ID, at=at(4), node="root", keys="7", time=1),
            end(5),
        ]
    )
    assert (record.keys, record.keys_dropped, record.helps, record.invalids) == (2, 480, 1, 1)


def test_seconds_are_rounded_up() -> None:
    assert whole_seconds(at(0), at(0.000001)) == 1
    assert whole_seconds(at(0), at(7)) == 7
    assert whole_seconds(at(0), at(7.001)) == 8
    assert whole_seconds(at(7), at(0)) == 0


def test_nothing_is_not_a_call() -> None:
    with pytest.raises(ValueError, match="at least one fact"):
        fold([])


@given(st.permutations(K1), st.lists(st.sampled_from(K1), max_size=8))
def test_order_and_repetition_change_nothing(facts: list[Fact], again: list[Fact]) -> None:
    told = fold([*facts, *again])
    expected = fold(K1)
    assert replace(told, nodes=(), legs=()) == replace(expected, nodes=(), legs=())
    assert set(told.legs) == set(expected.legs)
    assert told.nodes == expected.nodes


moments = st.floats(min_value=-10, max_value=200).map(at)
anything = st.one_of(
    st.builds(CallOffered, call=st.just(ID), at=moments, channel=st.just("1.1"), linkedid=st.just("1.1"),
              caller=st.sampled_from(["", "13800000001"]), callee=st.just("02038880000")),
    st.builds(CallAnswered, call=st.just(ID), at=moments),
    st.builds(LegRang, call=st.just(ID), at=moments, leg=st.sampled_from("ab"), number=st.just("8001")),
    st.builds(LegAnswered, call=st.just(ID), at=moments, leg=st.sampled_from("ab")),
    st.builds(LegEnded, call=st.just(ID), at=moments, leg=st.sampled_from("ab"), cause=st.just(16),
              result=st.sampled_from(["answered", "busy", "gaveup"]), seconds=st.floats(0, 300)),
    st.builds(RecordingMade, call=st.just(ID), at=moments, name=st.just("m"), file=st.just("m"),
              seconds=st.floats(0, 180), ended=st.sampled_from(["key", "hangup", "failed"])),
    st.builds(CallEnded, call=st.just(ID), at=moments, cause=st.integers(0, 127),
              by=st.sampled_from(["caller", "us", "far", "switch restart", "vanished", "fallback"])),
)  # fmt: skip


@given(st.lists(anything, min_size=1))
def test_whatever_happens_there_is_at_most_one_end_and_no_negative_time(facts: list[Fact]) -> None:
    record: CallRecord = fold(facts)
    ends = [fact for fact in facts if isinstance(fact, CallEnded)]
    assert (record.ended is None) == (not ends) == (record.result is None)
    if ends:
        assert (record.by, record.cause) == (ends[0].by, ends[0].cause)
    assert 0 <= record.billsec <= record.duration_s
    for leg in record.legs:
        assert leg.answered is None or leg.answered >= leg.started
        assert leg.ended is None or leg.ended >= (leg.answered or leg.started)
