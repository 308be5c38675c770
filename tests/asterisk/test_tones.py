"""What is made of the tones of a line that tells nothing else."""

import pytest

from asterisk.tones import meaning, who
from calls.call import Busy, Congested, Dialled, Unallocated


@pytest.mark.parametrize(
    ("tone", "result"),
    [
        ("BUSY", Busy(17)),
        ("SIT", Unallocated(1)),
        ("NUT", Unallocated(1)),
        ("DIALTONE", Congested(34)),
        ("TIMEOUT", None),
        ("FAX", None),
        ("", None),
        ("something of tomorrow", None),
    ],
)
def test_a_tone_of_the_network_has_a_meaning_and_everything_else_is_an_answer(tone: str, result: Dialled) -> None:
    assert meaning(tone) == result


@pytest.mark.parametrize(
    ("tone", "amd", "why", "answered"),
    [
        ("TIMEOUT", "HUMAN", "HUMAN", "human"),
        ("TIMEOUT", "MACHINE", "LONGGREETING", "machine"),
        ("TIMEOUT", "MACHINE", "MAXWORDS", "machine"),
        ("TIMEOUT", "MACHINE", "INITIALSILENCE", ""),
        ("TIMEOUT", "NOTSURE", "TOOLONG", ""),
        ("FAX", "", "", "machine"),
        ("", "", "", ""),
    ],
)
def test_who_has_answered(tone: str, amd: str, why: str, answered: str) -> None:
    assert who(tone, amd, why) == answered
