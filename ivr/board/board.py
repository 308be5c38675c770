"""What a board is and who may hear what of it. Pure: a clock's moment in, values out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

NUMBER = re.compile(r"60\d\d")
MOST = 9  # boards a caller can choose from: one key each
POSITIONS = range(1, MOST + 1)
LANGUAGES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Take:
    """One recording as it is played. sound: an absolute path without extension; seconds: its length."""

    id: int
    lang: str
    number: int
    sound: str
    seconds: float
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """number: 6001–6099. It is heard from `starts` until just before `expires`; None: at once, for ever."""

    tenant: int
    number: str
    name: Mapping[str, str]
    on: bool
    position: int
    starts: datetime | None
    expires: datetime | None
    takes: tuple[Take, ...] = ()

    def take(self, lang: str) -> Take | None:
        """The one in force in this language."""
        return current(self.takes, lang)

    def spoken(self, lang: str) -> Take | None:
        """What a caller of this language hears: without a take in it, the other language's (SPEC §4.6)."""
        return self.take(lang) or next((take for other in LANGUAGES if (take := self.take(other))), None)

    def over(self, now: datetime) -> bool:
        return self.expires is not None and self.expires <= now

    def heard(self, now: datetime) -> bool:
        """Do callers hear it at this moment?"""
        begun = self.starts is None or self.starts <= now
        return self.on and begun and not self.over(now) and any(self.take(lang) for lang in LANGUAGES)


def current(takes: Iterable[Take], lang: str) -> Take | None:
    """The newest take that was not withdrawn: saving one puts it in force, withdrawing it brings back the one before.

    >>> takes = [Take(1, "zh", 1, "a", 9.0), Take(2, "zh", 2, "b", 9.0), Take(3, "zh", 3, "c", 9.0, withdrawn=True)]
    >>> current(takes, "zh").sound, current(takes, "en")
    ('b', None)
    """
    valid = [take for take in takes if take.lang == lang and not take.withdrawn]
    return max(valid, key=lambda take: take.number, default=None)


def on_show(boards: Iterable[Board], tenant: int, now: datetime) -> Sequence[Board]:
    """The boards a caller of this tenant may hear, in their order; at most nine."""
    shown = [board for board in boards if board.tenant == tenant and board.heard(now)]
    return sorted(shown, key=lambda board: (board.position, board.number))[:MOST]


def until(now: datetime, days: int) -> datetime | None:
    """When a validity of so many days, set now, ends; None for 0: never."""
    return now + timedelta(days=days) if days else None


def after(boards: Sequence[Board], number: str) -> Board | None:
    """The board that follows this one, which may be gone by now."""
    numbers = [board.number for board in boards]
    if number not in numbers:
        return boards[0] if boards else None
    place = numbers.index(number) + 1
    return boards[place] if place < len(boards) else None
