"""What a flow may ask of a telephone call: the only door between flows and the exchange.

Ten verbs. Menus, entries, retries and help levels are functions over them (`ivr.ask`), so a fake stays small.
Any verb may raise `Hungup`; flows let it pass, only the runner catches it. `record` is the exception: it *returns*
on hang-up, because hanging up is a normal end of a message.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn, Protocol


class Hungup(Exception):
    """The call is over. `cause` is the Q.850 hang-up cause (16 = normal clearing)."""

    def __init__(self, cause: int = 16) -> None:
        super().__init__(f"hung up, cause {cause}")
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Utterance:
    """One thing the caller hears, from one sound file.

    text     the words, for traces and transcripts
    sound    what the exchange plays: an absolute path without extension
    seconds  length of the audio
    name     the catalogue's name of the prompt ("root_1"), or "" for a sentence made from data
    skip     seconds of the file left out at its beginning; only the first thing said at once may have any
    """

    text: str
    sound: str
    seconds: float
    name: str = ""
    skip: float = 0.0


# -- what became of an attempt to connect somebody (SPEC §4.4) ---------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """They talked; the far end has left and the caller is still there. `seconds` is the talk time."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Busy:
    cause: int = 17


@dataclass(frozen=True, slots=True)
class NoAnswer:
    cause: int = 19


@dataclass(frozen=True, slots=True)
class Unallocated:
    cause: int = 1


@dataclass(frozen=True, slots=True)
class Congested:
    cause: int = 34


@dataclass(frozen=True, slots=True)
class Rejected:
    cause: int = 21


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The caller pressed `*` while it was ringing."""

    cause: int = 0


Dialled = Answered | Busy | NoAnswer | Unallocated | Congested | Rejected | GaveUp


@dataclass(frozen=True, slots=True)
class Recorded:
    """A finished recording. `ended` tells by what: "key", "silence", "limit", "hangup" or "failed" (nothing kept).

    seconds: without the silence that ended it.
    """

    file: Path
    seconds: float
    ended: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Party:
    """Who calls, whom. Numbers as the exchange gave them, cleaned of what is not printable; "" = withheld.

    inside  a phone of ours calls, and `caller` is its extension: the exchange vouches for it
    transferred  a stranger, whom a phone of ours has sent to the number called
    """

    caller: str
    callee: str
    name: str = ""
    linkedid: str = ""
    channel: str = field(default="", compare=False)
    inside: bool = False
    transferred: bool = False

    @property
    def from_phones(self) -> bool:
        """Is the number called one that a phone of ours has dialled?"""
        return self.inside or self.transferred


class Call(Protocol):
    """A live call: one caller, one task. All durations are seconds.

    private  keys pressed while it is true are secret (a PIN): told as such, and masked where they are stored

    Typed-ahead keys are buffered (20, the rest is dropped and told as a fact). A key that stops a prompt is
    returned by that `play` and is thereby consumed.
    """

    private: bool

    @property
    def id(self) -> str:
        """The call's ULID, the same through restarts and takeovers."""

    @property
    def party(self) -> Party: ...

    def mark(self, place: str) -> None:
        """Remember where in the flow the caller is (`ivr.place`), so that another controller can go on from there.

        Costs nothing by itself: it is written together with the next verb that changes anything.
        """

    async def answer(self) -> None:
        """Answer if that has not been done yet."""

    async def play(self, words: Sequence[Utterance], *, interruptible: bool = True) -> str:
        """Play the list in one go; return the key that cut it short, or "".

        If a key is already waiting and the prompt is interruptible, nothing is played and that key is returned. An
        empty list plays nothing: it only takes a key that waits.
        After a resume, the first `play` rides on the playback still running instead of starting again.
        """

    async def key(self, patience: float) -> str:
        """The next key (typed ahead or to come); "" after `patience` seconds without one."""

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        """Record the caller until `#`, `*`, any key, `silence` seconds of silence, `most` seconds, or the hang-up.

        `name` is the file's name without directory and extension, unique per recording.
        """

    async def dial(self, number: str, *, patience: float, outside: bool = False) -> Dialled:
        """Ring `number` with ring-back to the caller; if answered, connect them until one leaves.

        outside: a number of the public network, over a line outside; else an extension.
        Returns when the far end has gone; raises `Hungup` when the caller has.
        """

    async def confer(self, room: str, *, muted: bool = False) -> str:
        """Be together with everybody else in a room (a name of ours) until a key is pressed, which is returned; "" if
        the room has been closed.

        The caller stays there through what is played to them alone and through keys asked for, until `part`.
        muted: the others do not hear them.
        """

    async def part(self) -> None:
        """Out of the room, if they are in one."""

    async def hold(self, on: bool) -> None:
        """Music for the caller, or an end of it."""

    def nudge(self) -> None:
        """There is news for whoever waits in `key`: it returns "" at once, now or when it is asked next."""

    async def leave(self, words: Sequence[Utterance] = ()) -> NoReturn:
        """Say the last words and hang up, by the exchange alone; always raises `Hungup`."""

    async def hangup(self, cause: int = 16) -> NoReturn:
        """Hang up now; always raises `Hungup`."""
