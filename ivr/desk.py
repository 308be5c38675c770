"""What the rest of the house does for a caller: small ports, filled in by `server`.

A step reaches a feature only through here, so that a flow runs the same on a real call, in a test and in
`./run flow try`. Ports speak in plain frozen values; none of them shows a table or a socket.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from calls.bus import Bus
from calls.call import Utterance
from calls.clock import Clock
from calls.unavailable import Unavailable as Unavailable  # raised by the ports of data
from dialplan.service import Project as Project
from dialplan.service import Service as Service
from ivr.attendant.none import NoAttendant
from ivr.attendant.port import Attendant as Attendant
from ivr.board.none import NoBoards, NoStudio
from ivr.board.port import Boards as Boards
from ivr.board.port import Studio as Studio
from ivr.conference import Conferences as Conferences
from ivr.conference import NoConferences
from ivr.counter.counter import Counter
from ivr.enquiry import Room as Room
from ivr.enquiry import Rooms as Rooms
from ivr.loan import Loans, NoLoans
from ivr.mailbox.port import Messages as Messages
from ivr.queue import NoQueues
from ivr.queue import Queues as Queues
from ivr.seat import NoSeats
from ivr.seat import Seats as Seats

Lang = str  # "zh" | "en"


class Sentence(Protocol):
    """Words on their way to becoming sound."""

    @property
    def ready(self) -> Sequence[Utterance] | None:
        """What to play, or None while it is still being rendered. Never raises: in the worst case an apology."""


class Voice(Protocol):
    """Prompt names and data in, sounds out. Never blocks: what is not rendered yet is rendered in the background."""

    def prompt(self, lang: Lang, name: str) -> Utterance:
        """A fixed prompt of the catalogue. A missing file falls back (other voice, other language) with an alarm."""

    def say(self, lang: Lang, name: str, values: Mapping[str, object]) -> Sentence:
        """A prompt of the catalogue with slots, e.g. ("zh", "room_say", {...}): one whole sentence."""

    def text(self, lang: Lang, text: str) -> Sentence:
        """Free text (a project's description), sentence by sentence."""


class Content(Protocol):
    async def text(self, project: int, topic: str, lang: Lang) -> str | None:
        """A text of the project: developer, location, surroundings, facilities, garden, delivery, routes, fees,
        features, hours, subscribe, contract, mortgage, refund, handover, title. None: nothing written."""


class Hours(Protocol):
    def open(self, service: Service) -> bool:
        """Is it business time for this service now? (S4-10; pure in `dialplan.hours`, kept in memory)"""

    def open_at(self, service: Service, at: datetime) -> bool:
        """And then?"""


@dataclass(frozen=True, slots=True)
class Desk:
    """recordings: where the exchange puts what callers say."""

    clock: Clock
    bus: Bus
    voice: Voice
    rooms: Rooms
    content: Content
    hours: Hours
    messages: Messages
    boards: Boards = field(default_factory=NoBoards)
    studio: Studio = field(default_factory=NoStudio)
    loans: Loans = field(default_factory=NoLoans)
    attendant: Attendant = field(default_factory=NoAttendant)
    counter: Counter = field(default_factory=Counter)
    conferences: Conferences = field(default_factory=NoConferences)
    queues: Queues = field(default_factory=NoQueues)
    seats: Seats = field(default_factory=NoSeats)
    recordings: Path = Path()
