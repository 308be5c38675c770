"""Pure rules for what a caller has keyed so far. No clock, no call, no I/O."""

from collections.abc import Callable, Collection
from enum import Enum

LONGEST = 32  # keys of one answer; nobody means more than this


class Verdict(Enum):
    MORE = "could still become an answer"
    ENOUGH = "is an answer if nothing more comes"
    DONE = "is an answer"
    NEVER = "cannot become an answer"


Rule = Callable[[str], Verdict]


def one_of(choices: Collection[str]) -> Rule:
    """A choice acts as soon as it is unambiguous (SPEC §4.1: menus act at once).

    >>> one_of({"1", "2"})("1").name, one_of({"1", "12"})("1").name, one_of({"1"})("7").name
    ('DONE', 'ENOUGH', 'NEVER')
    """

    def rule(keyed: str) -> Verdict:
        longer = any(choice != keyed and choice.startswith(keyed) for choice in choices)
        if keyed in choices:
            return Verdict.ENOUGH if longer else Verdict.DONE
        return Verdict.MORE if longer else Verdict.NEVER

    return rule


def entry(least: int, most: int) -> Rule:
    """`least` to `most` digits, ended by `#` or by a pause; `*` at any point means: back.

    Too many digits are listened to up to their `#`, so that the rest of a wrong entry is not taken for the next answer.

    >>> [entry(6, 6)(keyed).name for keyed in ("0202", "020201", "020201#", "02#", "*", "0202011", "0202011#")]
    ['MORE', 'ENOUGH', 'DONE', 'NEVER', 'DONE', 'MORE', 'NEVER']
    """

    def rule(keyed: str) -> Verdict:
        digits = keyed.removesuffix("#")
        fits = least <= len(digits) <= most
        if keyed.endswith("*"):
            return Verdict.DONE
        if keyed.endswith("#"):
            return Verdict.DONE if fits else Verdict.NEVER
        if len(digits) >= LONGEST:
            return Verdict.NEVER
        return Verdict.ENOUGH if fits else Verdict.MORE

    return rule
