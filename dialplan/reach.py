"""Whom to ring for an extension, one after the other: forwards, do not disturb, the follow-me list (SPEC §4.4). Pure.

What has been tried so far is the whole memory: the next step follows from it, so another controller can go on.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from dialplan.extension import Extension, internal

MOST = 8  # numbers rung for one caller


class Reached(StrEnum):
    """What became of ringing one number; the letter is how a place keeps it."""

    BUSY = "b"
    NO_ANSWER = "n"
    ABSENT = "a"
    UNALLOCATED = "u"
    CONGESTED = "c"


NOBODY_THERE = (Reached.NO_ANSWER, Reached.ABSENT)


@dataclass(frozen=True, slots=True)
class Tried:
    number: str
    reached: Reached


@dataclass(frozen=True, slots=True)
class Ring:
    """by_forward: set by a phone, not by the numbering plan or an administrator."""

    number: str
    by_forward: bool = False


Find = Callable[[str], Extension | None]


def following(find: Find, wanted: str, tried: Sequence[Tried]) -> Ring | Reached:
    """The next number to be rung for `wanted`, or what the caller is told: what became of the first one.

    A number is rung once. Whoever does not want to be disturbed is busy. Numbers outside are handed out like others:
    whether they may be called is not decided here.
    """
    results = {each.number: each.reached for each in tried}
    todo, seen = [Ring(wanted)], set[str]()
    told: Reached | None = None
    while todo:
        ring = todo.pop(0)
        number = ring.number
        if number in seen:
            continue
        seen.add(number)
        extension = find(number)
        if extension and extension.forwards.always:
            todo.insert(0, Ring(extension.forwards.always, True))
            continue
        if extension and extension.dnd:
            reached = Reached.BUSY
        elif number in results:
            reached = results[number]
        elif extension is None and internal(number):
            reached = Reached.UNALLOCATED
        elif len(results) >= MOST:
            break
        else:
            return ring
        told = told or reached
        if extension is None:
            continue
        if reached is Reached.BUSY and extension.forwards.busy:
            todo.insert(0, Ring(extension.forwards.busy, True))
        elif reached in NOBODY_THERE and extension.forwards.no_answer:
            todo.insert(0, Ring(extension.forwards.no_answer, True))
        elif number == wanted and not extension.dnd:
            todo += [Ring(each) for each in extension.follow]
    return told or Reached.BUSY  # forwarded in a circle: nobody can be rung
