"""What flows ask of boards and of prompts recorded by telephone: filled in by `server.boards`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from calls.call import Recorded
from ivr.board.board import Board, Take


class Entry(StrEnum):
    """What a PIN brought."""

    RIGHT = "right"
    WRONG = "wrong"
    LOCKED = "locked"  # too many wrong ones; nobody is told whether this one was right


class Saved(StrEnum):
    """What became of a recording."""

    SAVED = "saved"
    OVER = "saved over"  # in force, and so is not what somebody else saved while it was being made
    SILENT = "silent"  # there is nothing to hear in it
    GONE = "gone"  # what it was for has been deleted


@dataclass(frozen=True, slots=True)
class Made:
    """What somebody has recorded. call, by: in which call, and the number it came from; seen: the id of the take
    that was in force when the recording began, 0 = none."""

    recorded: Recorded
    lang: str
    call: str
    by: str
    seen: int = 0


class Doors(Protocol):
    async def enter(self, tenant: int, door: str, pin: str, caller: str) -> Entry:
        """Does this PIN open that door to this caller? Each attempt counts. Raises Unavailable."""


class Boards(Doors, Protocol):
    """Reading answers at once, from memory. What changes something raises Unavailable while the database is away,
    and is in force for the next listener when it returns; done twice (after a resume), it is done once."""

    def on_show(self, tenant: int) -> Sequence[Board]:
        """What a caller may hear now, in order."""

    def board(self, tenant: int, number: str) -> Board | None:
        """A board, whether it is heard or not; None: there is none, or it was deleted."""

    async def save(self, board: Board, made: Made) -> Saved: ...

    async def withdraw(self, take: Take, by: str) -> None:
        """Bring back what was in force before this take. by: the number it is done from."""

    async def last_until(self, board: Board, days: int, by: str) -> datetime | None:
        """From now on for so many days, 0: without end; when that is."""

    async def place(self, board: Board, position: int, by: str) -> None:
        """position: 1 (first) to 9."""

    async def turn(self, board: Board, on: bool, by: str) -> None: ...

    async def delete(self, board: Board, by: str) -> None: ...


class Studio(Doors, Protocol):
    """Prompts recorded by telephone; they win over the house's voice (S4-60)."""

    def prompt(self, number: str) -> str | None:
        """The name of the prompt with this number, if it is one that a person can record."""

    async def take(self, name: str, lang: str) -> Take | None:
        """The one in force. Raises Unavailable."""

    async def save(self, name: str, made: Made) -> Saved: ...

    async def withdraw(self, take: Take, by: str) -> None: ...
