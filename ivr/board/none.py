"""A house without bulletin boards, where nothing is recorded by telephone: callers hear that there are no notices."""

from collections.abc import Sequence
from datetime import datetime

from calls.unavailable import Unavailable
from ivr.board.board import Board, Take
from ivr.board.port import Entry, Made, Saved


class NoStudio:
    """An `ivr.board.port.Studio` that lets nobody in."""

    async def enter(self, tenant: int, door: str, pin: str, caller: str) -> Entry:
        return Entry.WRONG

    def prompt(self, number: str) -> str | None:
        return None

    async def take(self, name: str, lang: str) -> Take | None:
        return None

    async def save(self, name: str, made: Made) -> Saved:
        return Saved.GONE

    async def withdraw(self, take: Take, by: str) -> None:
        raise Unavailable


class NoBoards:
    """An `ivr.board.port.Boards` that lets nobody in."""

    def on_show(self, tenant: int) -> Sequence[Board]:
        return ()

    def board(self, tenant: int, number: str) -> Board | None:
        return None

    async def enter(self, tenant: int, door: str, pin: str, caller: str) -> Entry:
        return Entry.WRONG

    async def save(self, board: Board, made: Made) -> Saved:
        return Saved.GONE

    async def withdraw(self, take: Take, by: str) -> None:
        raise Unavailable

    async def last_until(self, board: Board, days: int, by: str) -> datetime | None:
        raise Unavailable

    async def place(self, board: Board, position: int, by: str) -> None:
        raise Unavailable

    async def turn(self, board: Board, on: bool, by: str) -> None:
        raise Unavailable

    async def delete(self, board: Board, by: str) -> None:
        raise Unavailable
