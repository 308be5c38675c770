"""What the telephone asks of voice mail: plain values and one port (`ivr.desk.Desk.messages`)."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Literal, Protocol

from calls.call import Recorded
from ivr.mailbox.state import Event

Folder = Literal["new", "saved"]
EVERYBODY = "*"  # as a mailbox's number: everybody who has one (distribution 6)


@dataclass(frozen=True, slots=True)
class Box:
    """A mailbox as a caller meets it. greeting: the owner's own words (sound file without extension), or ""."""

    tenant: int
    number: str
    greeting: str = ""
    greeting_seconds: float = 0.0
    full: bool = False
    may_distribute: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """A message on its way into a mailbox.

    sender    the caller's number ("" = withheld), or the number of the mailbox it is sent from if `internal`
    """

    call: str
    tenant: int
    mailbox: str
    sender: str
    internal: bool = False
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """A message as its owner hears it. sound: file without extension; at: when it was left (UTC); state: its own."""

    id: int
    number: int  # the how-manieth of its list
    sender: str
    internal: bool
    at: datetime
    sound: str
    seconds: float
    urgent: bool
    deleted: bool


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody going through one list of a mailbox in one call; what he changed stays in his list until he leaves."""

    call: str
    tenant: int
    mailbox: str
    folder: Folder


@dataclass(frozen=True, slots=True)
class Counts:
    new: int
    saved: int


class Opening(Enum):
    """What a PIN has brought."""

    OPEN = "open"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody at a mailbox's door. caller: the number he calls from, "" = withheld."""

    call: str
    tenant: int
    mailbox: str
    caller: str
    pin: str


class Messages(Protocol):
    """All may raise Unavailable, except `expect` and `forget`, which never make the caller wait."""

    async def find(self, tenant: int, mailbox: str) -> Box | None:
        """The mailbox of that number that takes messages, or None."""

    # -- leaving

    def expect(self, letter: Letter, name: str) -> None:
        """A message is being recorded under this name: should we die before `keep`, it is filed nevertheless."""

    def forget(self, call: str) -> None:
        """What was expected of this call is not to be kept: cancelled, or recorded anew."""

    async def keep(self, letter: Letter, recorded: Recorded) -> None:
        """A message is ours from here on: stored with its sha256, never lost. Told twice it is one message."""

    # -- its owner

    async def own(self, tenant: int, extension: str) -> str:
        """The mailbox that this extension's phone opens without asking for its number, or ""."""

    async def unlock(self, attempt: Attempt) -> Opening: ...

    async def counts(self, tenant: int, mailbox: str) -> Counts: ...

    async def first(self, session: Session) -> Heard | None:
        """The first message of the list that has not been dealt with: urgent ones first, then the oldest."""

    async def at(self, session: Session, message: int) -> Heard | None: ...

    async def beside(self, session: Session, message: int, step: Literal[1, -1]) -> Heard | None:
        """The next message of the list, or the one before; those changed in this session are still there."""

    async def change(self, session: Session, message: int, event: Event) -> None: ...

    async def greet(self, tenant: int, mailbox: str, recorded: Recorded | None) -> None:
        """The owner's own greeting from now on; None: the common one."""

    async def new_pin(self, tenant: int, mailbox: str, pin: str) -> None: ...

    async def forward(self, session: Session, message: int, letter: Letter, comment: Recorded | None) -> None:
        """A copy for another mailbox, after the comment if there is one. Told twice it is one message."""
