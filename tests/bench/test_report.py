"""The shape of a report, and what meets a goal."""

import json

from bench.report import Report, at_least, at_most, table


def report() -> Report:
    return Report(
        "ivr",
        goals={"wait_ms": at_most(3), "calls": at_least(0.9), "keys_lost": at_most(0)},
        figures={"wait_ms": 2.9996, "other": 7.0, "unknown": float("nan")},
        against={"wait_ms": 1.0},
        ratios={"calls": 0.89},
        notes=["on a busy machine"],
    )


def test_a_goal_whose_figure_is_missing_is_not_met() -> None:
    assert report().met == {"wait_ms": True, "calls": False, "keys_lost": False}


def test_what_could_not_be_measured_meets_nothing() -> None:
    assert not at_most(3).met(float("nan"))
    assert not at_least(3).met(float("nan"))


def test_json_has_the_agreed_shape_and_no_nan() -> None:
    told = json.loads(json.dumps(report().as_json(), allow_nan=False))
    assert told.keys() >= {"name", "figures", "against", "ratios", "met"}
    assert told["figures"] == {"wait_ms": 3.0, "other": 7.0, "unknown": None}


def test_the_table_says_what_was_met_and_what_is_missing() -> None:
    lines = [" ".join(line.split()) for line in table(report().as_json()).splitlines()]
    assert lines == [
        "bench ivr",
        "wait_ms 3 ≤ 3 ✓",
        "other 7",
        "unknown –",
        "ratio calls 0.89 ≥ 0.9 ✗",
        "beside it wait_ms 1",
        "keys_lost not measured ≤ 0 ✗",
        "· on a busy machine",
    ]


def test_a_figure_is_judged_as_it_would_be_where_its_goal_was_set() -> None:
    """By hand: this machine is half as fast, so 1,600 a second count as 3,200, and 8 ms as 4."""
    goals = {"sold_per_s": at_least(3000), "wait_ms": at_most(5), "found_ms": at_most(5)}
    slow = Report("sales", goals, figures={"sold_per_s": 1600.0, "wait_ms": 8.0, "found_ms": 11.0})
    assert not any(slow.met.values())
    slow.paced(list(slow.figures), 0.5)
    assert slow.judged == {"sold_per_s": 3200.0, "wait_ms": 4.0, "found_ms": 5.5}
    assert slow.met == {"sold_per_s": True, "wait_ms": True, "found_ms": False}
    assert "sold_per_s 1600 as 3200 ≥ 3000 ✓" in [" ".join(line.split()) for line in table(slow.as_json()).splitlines()]


def test_the_table_reads_other_benches_too() -> None:
    bare = {
        "name": "voice",
        "figures": {"en_wer": 0.02},
        "against": {"human": None},
        "ratios": {},
        "met": {"en_wer": True},
    }
    assert "en_wer" in table(bare)
