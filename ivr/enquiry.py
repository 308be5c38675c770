"""What callers ask of a project's rooms (SPEC §4.2, Q3–Q5), wherever its data are kept (S4-25, S4-45)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dialplan.service import Project

MOST_LAYOUTS = 8  # one key each (Q3)
MOST_ROOMS = 5  # of those found that are told one by one (Q5r)


@dataclass(frozen=True, slots=True)
class Room:
    """A room as the telephone may speak of it. `unit_fen` and `list_fen` are spoken only if `state` is available."""

    code: str  # BBFFDD
    building: int
    floor: int
    door: str
    layout: Mapping[str, str]  # by language
    built_x100: int
    orientation: str  # N NE E SE S SW W NW
    unit_fen: int  # fen per square metre
    list_fen: int
    state: str  # RoomState value: available, reserved, …


@dataclass(frozen=True, slots=True)
class Layout:
    """A layout that some room has: how many of these are for sale now, and at what prices (fen; 0 if none is)."""

    code: str
    name: Mapping[str, str]  # by language
    built_x100: int
    orientations: tuple[str, ...]
    for_sale: int
    least_fen: int
    most_fen: int


@dataclass(frozen=True, slots=True)
class Wish:
    """What a room for sale must be; 0: whatever. `most_wan` in 万, ten thousand yuan; `least_m2` of built area.

    >>> Wish.read("2,90,80"), str(Wish(bedrooms=3))
    (Wish(bedrooms=2, most_wan=90, least_m2=80), '3,0,0')
    """

    bedrooms: int = 0
    most_wan: int = 0
    least_m2: int = 0

    def __str__(self) -> str:
        return f"{self.bedrooms},{self.most_wan},{self.least_m2}"

    @classmethod
    def read(cls, entry: str) -> "Wish":
        """From what a place remembers (`Place.entry`); what is not there yet is 0."""
        return cls(*(int(word) if word.isdecimal() else 0 for word in entry.split(",")[:3]))


@dataclass(frozen=True, slots=True)
class Found:
    """total: how many rooms for sale are as wished; rooms: the cheapest of them, at most `MOST_ROOMS`."""

    total: int
    rooms: Sequence[Room]


class Rooms(Protocol):
    """Raises Unavailable while the source of a project's data is away."""

    async def by_code(self, project: Project, code: str) -> Room | None: ...

    async def layouts(self, project: Project) -> Sequence[Layout]:
        """In the order in which they are offered, at most `MOST_LAYOUTS`."""

    async def search(self, project: Project, wish: Wish) -> Found: ...
