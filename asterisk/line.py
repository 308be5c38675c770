"""The caller's own channel: what is sent to it, what is written on it, and whether it is still there."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import monotonic
from typing import NoReturn, Protocol

from asterisk import state
from asterisk.ari import verbs
from asterisk.ari.rest import Answer, Asks, NoAnswer
from asterisk.ari.verbs import Request
from asterisk.lease import NONE, covers, lease, wants_renewal
from asterisk.office import Office
from asterisk.state import State
from calls.call import Hungup, Party, Utterance
from calls.facts import CallTroubled

TRIES = 3  # to leave, before it is left to the dead man's switch
IDLE_RENEWALS = 20  # times the lease is renewed for a flow that asks nothing of the call; then the caller is let go


class Trunk(Protocol):
    """What a line needs of the station that serves it."""

    app: str
    office: Office

    @property
    def aside(self) -> Asks:
        """Questions over HTTP, which work also while the websocket is blocked."""

    def send(self, request: Request, then: Callable[[Answer], None] | None = None) -> None: ...

    async def ready(self) -> None:
        """Until the link is up."""

    def leg(self, channel: str, line: "Line | None") -> None:
        """Events of this channel concern that line (None: no longer)."""

    def look(self, line: "Line", otherwise: Callable[[], None]) -> None:
        """A command found nobody there: is the caller gone? If not, `otherwise` is called."""

    def gone(self, line: "Line") -> None:
        """The line has ended, by whatever way; told once."""


class Line:
    """`Line(trunk, call id, party)`. `riding` is what was going on when another controller left it, until used."""

    def __init__(self, trunk: Trunk, call: str, party: Party, riding: State | None = None) -> None:
        self.trunk = trunk
        self.call = call
        self.party = party
        self.channel = party.channel
        self.riding = riding
        self.place = riding.place if riding else ""
        self.dirty = False
        self.holding = False
        self.leaving = ""  # "words": the dialplan says the last words; "us": hung up by us; "fallback": handed over
        self.cause: int | None = None  # set when the line is gone
        self.by = ""
        self.ended_at: datetime | None = None
        self._let_go = False
        self._asked = 16  # the cause with which we hang up
        self._said: tuple[Request, ...] = ()  # how we left, to be said again should the link have dropped it
        self._count = 0
        self._lease_ends = monotonic()  # 0: none is needed
        self._renewals = 0
        self._doing = (riding.doing, riding.ids) if riding else (state.IDLE, ())
        self._pausing: asyncio.Future[None] | None = None

    # -- waiting -------------------------------------------------------------------------------------------------

    async def ready(self) -> None:
        """Before every verb: is there a caller, and a way to the exchange? Raises `Hungup`."""
        self.check()
        await self.trunk.ready()
        self.check()
        self._renewals = 0

    def check(self) -> None:
        if self.cause is not None:
            raise Hungup(self.cause)
        if self.leaving or self._let_go:
            raise Hungup

    async def _pause(self, seconds: float) -> None:
        loop = asyncio.get_running_loop()
        pausing = self._pausing = loop.create_future()
        timer = loop.call_later(seconds, _end, pausing)
        try:
            await pausing
        finally:
            timer.cancel()
            self._pausing = None

    async def until(self, seen: Callable[[], bool], seconds: float, *, gone_too: bool = False) -> bool:
        """Until `seen()` is true, so many seconds have passed, or (unless `gone_too`) the line is gone. True: seen."""
        end = monotonic() + seconds
        while not seen() and (gone_too or self.cause is None):
            left = end - monotonic()
            if left <= 0:
                return False
            await self._pause(left)
        return seen()

    def wake(self) -> None:
        if self._pausing is not None:
            _end(self._pausing)

    # -- sending -------------------------------------------------------------------------------------------------

    def send(self, request: Request, then: Callable[[Answer], None] | None = None) -> None:
        """In order, without waiting. What a broken link swallows is put right when it is back (`reconcile`)."""
        if self._let_go:
            return
        try:
            self.trunk.send(request, then)
        except NoAnswer:
            self.dirty = True

    def fresh(self, letter: str) -> str:
        """An id never used before on this exchange: chosen by us, so that it is known before it is used."""
        self._count += 1
        return f"{letter}-{self.call}-{int(monotonic() * 1000) % 10**9}-{self._count}"

    def mark(self, place: str) -> None:
        if place != self.place:
            self.place = place
            self.dirty = True

    def write(self, doing: str, ids: tuple[str, ...] = (), busy: float = 0.0, last: str = "") -> None:
        """State and dead man's switch in one request, before whatever they speak of (SURVIVAL §2.3).

        Only while nothing plays or records on the channel: it would wait for that, and everything behind it.
        """
        seconds = NONE if doing == state.TALKING else lease(busy, self.trunk.office.grace)
        values = {
            state.VARIABLE: State(self.call, doing, ids, self.place).encode(),
            "TIMEOUT(absolute)": str(seconds),
        }
        if last:
            values["LP_LAST"] = last
        self._doing = (doing, ids)
        self._lease_ends = monotonic() + seconds if seconds else 0.0
        self.dirty = False
        self.send(verbs.set_variables(self.channel, values))

    def idle(self, patience: float) -> None:
        """Nothing plays, and the caller has so many seconds: write what is not written yet."""
        if self.dirty or self._doing[0] != state.IDLE or not self._covered(patience):
            self.write(state.IDLE, (), patience)

    def _covered(self, patience: float) -> bool:
        return covers(self._lease_ends, monotonic(), patience, self.trunk.office.grace)

    def renew(self) -> None:
        """The lease of a caller with whom nothing is done, e.g. while the flow waits for the database, or on hold."""
        if self._doing[0] != state.IDLE or self.leaving or self.cause is not None:
            return
        due = wants_renewal(self._lease_ends, monotonic(), self.trunk.office.grace)
        if due and (self.holding or self._renewals < IDLE_RENEWALS):
            self._renewals += 1
            self.write(state.IDLE)

    def done(self) -> None:
        """What was written as going on has ended; the next write says what follows."""
        self._doing = (state.IDLE, self._doing[1])

    def trouble(self, what: str) -> None:
        office = self.trunk.office
        office.bus.publish(CallTroubled(call=self.call, at=office.now(), what=what))

    # -- the ends ------------------------------------------------------------------------------------------------

    def last_words(self, words: Sequence[Utterance]) -> NoReturn:
        """Said by the dialplan, which then hangs up: we only listen for the end."""
        if not words:
            self.hangup(16)
        self.write(state.LEAVING, (), sum(word.seconds for word in words), "&".join(word.sound for word in words))
        self._leave("words", verbs.subscribe(self.trunk.app, self.channel), verbs.go_on(self.channel, "bye"))
        raise Hungup

    def to_fallback(self) -> None:
        """The dialplan looks after the caller from here on."""
        if self.cause is None and not self.leaving:
            self._leave("fallback", verbs.go_on(self.channel, "fallback"))

    def hangup(self, cause: int) -> NoReturn:
        self._asked = cause
        self._leave("us", verbs.hangup(self.channel, cause))
        raise Hungup(cause)

    def _leave(self, how: str, *requests: Request) -> None:
        self.leaving, self._said = how, requests
        self.leave_again()

    def left_before(self) -> None:
        """Another controller had said the last words: see that the dialplan has them, and listen for the end."""
        self.riding = None
        self.leaving = "words"
        self._said = (verbs.subscribe(self.trunk.app, self.channel), verbs.go_on(self.channel, "bye"))
        self.leave_again()

    def leave_again(self) -> None:
        """Also after a gap in the link in which we left and the caller is still with us."""
        for request in self._said:
            self._insist(request, TRIES)

    def _insist(self, request: Request, tries: int) -> None:
        """A refusal must not keep a caller who is to go. (Leaving twice is leaving once.)"""
        self.send(request, partial(self._left, request, tries - 1))

    def _left(self, request: Request, tries: int, answer: Answer) -> None:
        if answer.ok or not answer.status or not tries or self.cause is not None:
            return
        if answer.gone:
            self.trunk.look(self, partial(self._insist, request, tries))
        else:
            self._insist(request, tries)

    def let_go(self) -> None:
        """The call is another controller's from here on: nothing of ours may touch the channel any more."""
        self._let_go = True

    def released(self, cause: int, soft: bool) -> None:
        """The exchange tells that the line is being released. soft: from inside, and then it names no cause."""
        ours = self.leaving == "us" or (self.leaving == "words" and soft)
        self.over(self._asked if ours else cause or 16, "us" if ours else "caller")

    def over(self, cause: int, by: str) -> None:
        """The line is gone; the first to know it says how."""
        if self.cause is not None:
            return
        self.cause, self.by, self.ended_at = cause, by, self.trunk.office.now()
        self.wake()
        self.trunk.gone(self)


def _end(pausing: "asyncio.Future[None]") -> None:
    if not pausing.done():
        pausing.set_result(None)
