"""What a phone of ours has dialled: an extension, a feature code, a line outside (SPEC §4.1). Pure.

*97, 5000        own mailbox               *72 <number>, *73   forward always, not any more
*60              record a bulletin board   *90 <number>, *91   forward when busy, not any more
*61              record a prompt           *92 <number>, *93   forward when nobody answers, not any more
*78, *79         do not disturb on, off    9 <number>          a line outside; 110, 119, 120, 122 also without 9
*11, *12         a seat in, out           *13, *14 <reason>   a seat ready, not ready
"""

from dataclasses import dataclass
from types import MappingProxyType

from dialplan.classes import EMERGENCY, OUTSIDE
from dialplan.extension import Features, internal

# code → the flow that serves it ("" = that of the phone's own service) and its step ("" = where it begins)
FLOWS = MappingProxyType(
    {"*97": ("", "mailbox_login"), "5000": ("", "mailbox_login"), "*60": ("board", ""), "*61": ("recording", "")}
)
FORWARDS = {"*72": "always", "*90": "busy", "*92": "no_answer"}
ENDS: dict[str, Features] = {
    "*78": {"dnd": True},
    "*79": {"dnd": False},
    "*73": {"always": ""},
    "*91": {"busy": ""},
    "*93": {"no_answer": ""},
}
SEATS = {"*11": "in", "*12": "out", "*13": "ready", "*14": "pause"}


@dataclass(frozen=True, slots=True)
class Within:
    """A number of the numbering plan."""

    number: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A number outside, without its 9."""

    number: str


@dataclass(frozen=True, slots=True)
class Change:
    """Something about the phone's own extension is to be otherwise."""

    features: Features


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat says how it stands. do: "in", "out", "ready", "pause"; digit: the reason, if it was dialled, too."""

    do: str
    digit: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing that we know."""


Dialled = Within | Outside | Change | Seat | Unknown


def read(dialled: str) -> Dialled:
    """
    >>> read("*11"), read("*142")
    (Seat(do='in', digit=''), Seat(do='pause', digit='2'))
    >>> read("8001"), read("913800000001"), read("*78"), read("9001"), read("*72 8002"), read("*72")
    (Within(number='8001'), Outside(number='13800000001'), Change(features={'dnd': True}), Within(number='9001'), \
Change(features={'always': '8002'}), Unknown())
    """
    keys = dialled.replace(" ", "").removesuffix("#")
    if not keys.isascii():  # other scripts have digits, too
        return Unknown()
    if keys in ENDS:
        return Change(ENDS[keys])
    code, number = keys[:3], keys[3:].strip("*#")
    if code in SEATS and (not number or (SEATS[code] == "pause" and len(number) == 1)):
        return Seat(SEATS[code], number)
    if code in FORWARDS and number.isdecimal():
        return Change({FORWARDS[code]: number})
    if keys in EMERGENCY:
        return Outside(keys)
    if internal(keys):
        return Within(keys)
    if keys.startswith(OUTSIDE) and keys[1:].isdecimal():
        return Outside(keys[1:])
    return Unknown()
