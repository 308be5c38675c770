"""What sipp writes, read."""

import math

import pytest

from bench.load import Outcome, percentile, times, totals

STAT = (
    "StartTime;LastResetTime;CurrentTime;SuccessfulCall(P);SuccessfulCall(C);FailedCall(P);FailedCall(C);\n"
    "a;b;c;10;10;0;0;\n"
    "a;b;c;19;29;1;1;\n"
)
RTT = "Date_ms;response_time_ms;rtd_no\n1795314899519.812;4.25;invite\n1795314899520.100;0;invite\n\n"


def test_the_last_line_of_the_statistics_counts() -> None:
    assert totals(STAT) == (29, 1)


def test_no_statistics_no_calls() -> None:
    assert totals("") == (0, 0)


def test_response_times_without_the_heading() -> None:
    assert times(RTT) == [4.25, 0.0]


def test_percentiles_by_hand() -> None:
    assert percentile([1, 2, 3, 4], 0.5) == 3
    assert percentile([1, 2, 3, 4], 0.95) == 4
    assert math.isnan(percentile([], 0.5))


@pytest.mark.parametrize(
    ("ok", "failed", "answers", "carried"),
    [
        (2, 0, [4.0, 99.0], True),
        (2, 0, [4.0, 100.0], False),
        (1, 0, [4.0], False),
        (2, 1, [4.0, 4.0], False),
        (2, 0, [], False),
    ],
)
def test_carried_is_no_failure_and_prompt_answers(ok: int, failed: int, answers: list[float], carried: bool) -> None:
    assert Outcome(10, 2, ok, failed, answers, 1.0).carried is carried
