"""What the house knows already, found by the names people write for it."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from sqlalchemy.orm import Session

from sales.codes import items
from sales.sheets.cell import plain

T = TypeVar("T")

_ENDINGS = ("号楼", "栋", "幢", "楼", "座", "号", "#")


class Known(Generic[T]):
    """Things by their names; one name may be of several things."""

    def __init__(self) -> None:
        self._things: dict[str, list[T]] = {}

    def add(self, thing: T, names: Iterable[str | None]) -> None:
        for name in {spelled(name) for name in names if name}:
            self._things.setdefault(name, []).append(thing)

    def find(self, name: str) -> list[T]:
        return self._things.get(spelled(name), [])


def spelled(name: str) -> str:
    """As names are compared: plain letters, small, no blanks."""
    return plain(name).replace(" ", "").lower()


def building_names(code: str, zh: str, en: str) -> list[str]:
    """Building 01 "一栋" is written 1栋, 1号楼, 1#, 01 or 一栋."""
    number = code.lstrip("0") or "0"
    return [code, number, zh, en, *(f"{digits}{ending}" for digits in (code, number) for ending in _ENDINGS)]


class Codes:
    """The items of one code table; what it does not know stays as it was written."""

    def __init__(self, session: Session, tenant: int, table: str) -> None:
        self._known: Known[str] = Known()
        for item in items(session, tenant, table):
            self._known.add(item.code, (item.code, item.zh, item.en))

    def of(self, written: str | None) -> str | None:
        return written and next(iter(self._known.find(written)), written)
