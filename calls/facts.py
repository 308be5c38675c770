"""Facts: what has happened on calls, in the past tense. Everything else (records, screens, bills) is folded from them.

A fact is immutable, carries the call's id and the moment it happened (aware UTC), and is never corrected.
Keys may be private (a PIN): a fact whose `private` is true is stored with its keys masked.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """kind: the name under which the fact is stored (`call_event.kind`)."""

    kind: ClassVar[str] = ""
    call: str
    at: datetime

    def data(self) -> dict[str, Any]:
        """The fact's own fields, as stored in `call_event.data` (JSON)."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("call", "at")}


KINDS: dict[str, type[Fact]] = {}


def _kind(name: str) -> Any:
    def register(cls: type[Fact]) -> type[Fact]:
        cls.kind = name
        KINDS[name] = cls
        return cls

    return register


@_kind("offered")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallOffered(Fact):
    """A caller is at the door. `exchange` names the run of the exchange: entity id and start time (SURVIVAL §5)."""

    channel: str
    linkedid: str
    caller: str
    callee: str
    name: str = ""
    exchange: str = ""
    controller: str = ""


@_kind("routed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallRouted(Fact):
    """The number called belongs to `service`, which is answered by this version of a flow, fixed for this call."""

    service: str
    flow: str
    version: str
    known: bool = True  # False: nobody owns the number called, the default service answers
    lang: str = ""
    customer: int | None = None


@_kind("customer")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallerKnown(Fact):
    """A stranger's call turned out to be this customer's; told behind the caller's back, perhaps after the end."""

    customer: int


@_kind("answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallAnswered(Fact):
    pass


@_kind("node")
@dataclass(frozen=True, slots=True, kw_only=True)
class StepEntered(Fact):
    node: str
    step: str  # the kind of step


@_kind("exit")
@dataclass(frozen=True, slots=True, kw_only=True)
class StepPassed(Fact):
    node: str
    exit: str


@_kind("prompt")
@dataclass(frozen=True, slots=True, kw_only=True)
class Said(Fact):
    """The caller began to hear `text`. `names` are the catalogue's names of its parts."""

    node: str
    lang: str
    text: str
    names: tuple[str, ...] = ()


@_kind("key")
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyPressed(Fact):
    key: str
    private: bool = False


@_kind("keys_dropped")
@dataclass(frozen=True, slots=True, kw_only=True)
class KeysDropped(Fact):
    """The type-ahead buffer was full (20): so many keys were thrown away in one burst."""

    count: int


@_kind("help")
@dataclass(frozen=True, slots=True, kw_only=True)
class HelpGiven(Fact):
    node: str
    level: int


@_kind("invalid")
@dataclass(frozen=True, slots=True, kw_only=True)
class WrongKeys(Fact):
    node: str
    keys: str
    time: int  # 1, 2 or 3


@_kind("lang")
@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageChosen(Fact):
    lang: str


@_kind("dial")
@dataclass(frozen=True, slots=True, kw_only=True)
class LegRang(Fact):
    """Another party is being called for this caller."""

    leg: str  # its channel id
    number: str
    role: str = "seat"


@_kind("dial_answered")
@dataclass(frozen=True, slots=True, kw_only=True)
class LegAnswered(Fact):
    """who: "human" or "machine" where the line itself had to be listened to, "" where nobody has."""

    leg: str
    who: str = ""


@_kind("dial_result")
@dataclass(frozen=True, slots=True, kw_only=True)
class LegEnded(Fact):
    """result: answered busy noanswer unallocated congested rejected gaveup; seconds: talk time.

    number: the one wanted, where no leg was made because the result was known before (leg is "" then)
    """

    leg: str
    result: str
    cause: int
    seconds: float = 0.0
    number: str = ""


@_kind("barred")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallBarred(Fact):
    """A call outside at the house's expense was refused. way: dialled, transfer, forward, follow-me, call-back."""

    number: str
    way: str


@_kind("recorded")
@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingMade(Fact):
    name: str
    file: str
    seconds: float
    ended: str


@_kind("board")
@dataclass(frozen=True, slots=True, kw_only=True)
class BoardHeard(Fact):
    """The caller began to hear a bulletin board. take: the id of the recording; lang: its language."""

    board: str
    take: int
    lang: str


@_kind("ticket")
@dataclass(frozen=True, slots=True, kw_only=True)
class TicketOpened(Fact):
    """What the caller has told became a ticket. about: complaint, suggestion, repair."""

    number: str
    about: str


@_kind("registered")
@dataclass(frozen=True, slots=True, kw_only=True)
class Registered(Fact):
    """The caller has registered. about: viewing, presubscription, event."""

    number: str
    about: str


@_kind("call_back")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallBackAsked(Fact):
    """The caller wants to be called under this number; new: nobody has promised it before."""

    number: str
    new: bool


@_kind("rated")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallRated(Fact):
    """How the caller liked the talk with a person: 1 (not at all) to 5 (S4-189)."""

    score: int


@_kind("order_claim")
@dataclass(frozen=True, slots=True, kw_only=True)
class OrderClaimed(Fact):
    """The caller tried to prove that an order is their own. result: right, wrong, locked."""

    result: str


@_kind("waiting")
@dataclass(frozen=True, slots=True, kw_only=True)
class MessageWaiting(Fact):
    """So many messages are in this mailbox now (S4-30): what a badge and a lamp show."""

    mailbox: str
    new: int
    saved: int


@_kind("conference")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceEntered(Fact):
    """The caller is in a conference room. present: how many are there now."""

    room: str
    host: bool
    present: int


@_kind("conference_left")
@dataclass(frozen=True, slots=True, kw_only=True)
class ConferenceLeft(Fact):
    room: str


@_kind("queued")
@dataclass(frozen=True, slots=True, kw_only=True)
class QueueEntered(Fact):
    """The caller waits for a seat of a queue. position: 1 = the next."""

    queue: str
    position: int


@_kind("queue_left")
@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLeft(Fact):
    """how: "answered", "overdue" (asked what they would rather do), "cancelled", "hung up". waited: seconds."""

    queue: str
    how: str
    waited: float


@_kind("resumed")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallResumed(Fact):
    """A controller took the call up again: after its own death, a broken link, or another controller's death."""

    controller: str
    place: str


@_kind("trouble")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallTroubled(Fact):
    """Something of ours failed during this call and the caller was looked after some other way."""

    what: str
    node: str = ""


@_kind("ended")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallEnded(Fact):
    """The one end of a call. `by`: caller, us, far, switch restart, vanished, fallback."""

    cause: int
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Something a person must know that is no single call's business. `key` names the condition (raised once
    until cleared), `cleared` its end."""

    key: str
    text: str
    at: datetime
    cleared: bool = False


AnyFact = Fact | Alarm
