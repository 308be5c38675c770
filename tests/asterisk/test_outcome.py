import pytest

from asterisk.outcome import outcome, word
from calls.call import Answered, Busy, Congested, Dialled, GaveUp, NoAnswer, Rejected, Unallocated


@pytest.mark.parametrize(
    ("cause", "technical", "result"),
    [
        (17, 486, Busy(17)),
        (18, 408, NoAnswer(18)),
        (19, 0, NoAnswer(19)),
        (20, 480, NoAnswer(20)),
        (1, 404, Unallocated(1)),
        (22, 410, Unallocated(22)),
        (28, 484, Unallocated(28)),
        (21, 403, Rejected(21)),
        (34, 503, Congested(34)),
        (38, 502, Congested(38)),
        (41, 500, Congested(41)),
        (42, 0, Congested(42)),
        # the cause says nothing: the signalling's own word counts
        (0, 486, Busy(17)),
        (127, 404, Unallocated(1)),
        (16, 603, Rejected(21)),
        # nobody knows
        (0, 0, NoAnswer(19)),
        (16, 0, NoAnswer(19)),
        (99, 299, NoAnswer(19)),
    ],
)
def test_cause_to_outcome(cause: int, technical: int, result: Dialled) -> None:
    assert outcome(cause, technical) == result


def test_as_facts_tell_it() -> None:
    told = [word(one) for one in (Answered(1.0), Busy(), NoAnswer(), Unallocated(), Congested(), Rejected(), GaveUp())]
    assert told == ["answered", "busy", "noanswer", "unallocated", "congested", "rejected", "gaveup"]
