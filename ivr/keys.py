"""Pure rules for what a caller has keyed so far. No clock, no call, no I/O."""

from collections.abc import Callable, Collection
from enum import Enum

LONGEST = 32  # keys of one answer; nobody means more than this
EXTENSION_DIGITS = 4


class Verdict(Enum):
    MORE = "could still become an answer"
    WHOLE = "is an answer to which nothing but a # is likely to come"
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


def within(least: int, most: int) -> Rule:
    """A whole number from `least` to `most`, ended by `#` or by a pause; `*` at any point means: back.

    What is out of range is listened to up to its end, like an entry that is too long.

    >>> [within(20, 90)(keyed).name for keyed in ("3", "30", "30#", "030#", "10#", "100", "100#", "#", "3*")]
    ['MORE', 'ENOUGH', 'DONE', 'DONE', 'NEVER', 'MORE', 'NEVER', 'NEVER', 'DONE']
    """

    def rule(keyed: str) -> Verdict:
        digits = keyed.removesuffix("#")
        fits = digits.isdecimal() and least <= int(digits) <= most
        if keyed.endswith("*"):
            return Verdict.DONE
        if keyed.endswith("#"):
            return Verdict.DONE if fits else Verdict.NEVER
        if len(digits) >= LONGEST:
            return Verdict.NEVER
        return Verdict.ENOUGH if fits else Verdict.MORE

    return rule


def extension(keyed: str) -> Verdict:
    """A number of the numbering plan: four digits act at once, `0` is the directory, `*` back.

    What begins with 9 is listened to up to its end, so that a number outside is not taken for something else.

    >>> [extension(keyed).name for keyed in ("0", "80", "8001", "8001#", "80012", "9138", "9138#", "80#", "*")]
    ['DONE', 'MORE', 'WHOLE', 'DONE', 'MORE', 'ENOUGH', 'DONE', 'NEVER', 'DONE']
    """
    digits = keyed.removesuffix("#")
    if keyed == "0" or keyed.endswith("*"):
        return Verdict.DONE
    outside = digits.startswith("9") and len(digits) > EXTENSION_DIGITS - 1
    fits = len(digits) == EXTENSION_DIGITS or outside
    if keyed.endswith("#"):
        return Verdict.DONE if fits else Verdict.NEVER
    if len(digits) >= LONGEST:
        return Verdict.NEVER
    return Verdict.ENOUGH if outside else Verdict.WHOLE if fits else Verdict.MORE


def or_extension(menu: Rule, leads: str) -> Rule:
    """A menu's rule where extensions that begin with one of `leads` may be dialled, too (SPEC §4.2).

    A second digit within T2 begins an extension; any other key after the first leaves the choice as it was.

    >>> [or_extension(one_of({"1", "6"}), "68")(keyed).name for keyed in ("1", "6", "8", "60", "6*", "8*")]
    ['DONE', 'ENOUGH', 'MORE', 'DONE', 'DONE', 'NEVER']
    """

    def rule(keyed: str) -> Verdict:
        if keyed[0] not in leads:
            return menu(keyed)
        chosen = menu(keyed[0]) in (Verdict.DONE, Verdict.ENOUGH)
        if len(keyed) == 1:
            return Verdict.ENOUGH if chosen else Verdict.MORE
        return Verdict.DONE if keyed[1].isdecimal() or chosen else Verdict.NEVER

    return rule
