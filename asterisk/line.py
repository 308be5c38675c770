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

SWITCH = "TIMEOUT(absolute)"  # the dead man's
TRIES = 3  # to leave, before it is left to the dead man's switch
PARTING = 5.0  # seconds beyond the last words after which it is looked whether the caller has gone
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


def parting(channel: str) -> str:
    """The playback of a caller's last words: an id by which others can ask whether they are being said."""
    return f"x-{channel}"


class Line:
    """`Line(trunk, call id, party)`. riding: what was going on when another controller left it, until used.
    leased: seconds for which the dialplan has set the dead man's switch before it gave us the call."""

    def __init__(self, trunk: Trunk, call: str, party: Party, riding: State | None = None, leased: float = 0.0) -> None:
        self.trunk = trunk
        self.call = call
        self.party = party
        self.channel = party.channel
        self.riding = riding
        self.place = riding.place if riding else ""
        self.dirty = False
        self.holding = False
        self.leaving = ""  # "words": the last words are being said; "us": hung up by us; "fallback": handed over
        self.cause: int | None = None  # set when the line is gone
        self.by = ""
        self.ended_at: datetime | None = None
        self._let_go = False
        self._asked = 16  # the cause with which we hang up
        self._leave: Request | None = None  # how we left, to be said again should the link have dropped it
        self._words: Request | None = None  # what is said before that, until the exchange has it
        self._gone_by = 0.0  # when a caller who leaves is to have gone (monotonic)
        self._count = 0
        self._lease_ends = monotonic() + leased  # 0: none is needed
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

    def write(self, doing: str, ids: tuple[str, ...] = (), busy: float = 0.0) -> None:
        """State and, if need be, dead man's switch, before whatever they speak of (SURVIVAL §2.3).

        Written is whatever a flow can go on from; the last words are not, because nothing comes after them. Only while
        nothing plays or records on the channel: the switch would wait for that, and everything behind it. It is left
        alone while it is far enough, because the exchange's one thread for our commands waits for the caller's.
        """
        if doing in (state.TALKING, state.CONFERRING):
            self._set_switch(NONE)
        elif not self._lease_ends or not self._covered(busy):
            self._set_switch(lease(busy, self.trunk.office.grace))
        self._doing = (doing, ids)
        self.dirty = False
        self.send(verbs.set_shared(self.channel, state.NAME, State(self.call, doing, ids, self.place).encode()))

    def _set_switch(self, seconds: int) -> None:
        self._lease_ends = monotonic() + seconds if seconds else 0.0
        self.send(verbs.set_variables(self.channel, {SWITCH: str(seconds)}))

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
        """In one burst: say this, then go on in the dialplan, which hangs up. Whether we live to see it or not.

        The step back into the dialplan waits behind the words, so that StasisEnd is the end of the call.
        """
        if not words:
            self.hangup(16)
        seconds = sum(word.seconds for word in words)
        if not self._covered(seconds):
            self.write(state.LEAVING, (), seconds)
        self._words = verbs.play(self.channel, parting(self.channel), [f"sound:{word.sound}" for word in words])
        self.send(self._words, self._spoken)
        self._part("words", verbs.next_step(self.channel), seconds)
        raise Hungup

    def _spoken(self, answer: Answer) -> None:
        if answer.status:
            self._words = None
        if not (answer.ok or answer.gone) and self.cause is None:
            self.trouble(f"the last words could not be said ({answer.status})")

    def to_fallback(self) -> None:
        """The dialplan looks after the caller from here on."""
        if self.cause is None and not self.leaving:
            self._part("fallback", verbs.go_on(self.channel, "fallback"))

    def hangup(self, cause: int) -> NoReturn:
        self._asked = cause
        self._part("us", verbs.hangup(self.channel, cause))
        raise Hungup(cause)

    def left_before(self) -> None:
        """Another controller has the last words said: see that the caller goes after them, and listen for the end."""
        self.riding = None
        self._part("words", verbs.next_step(self.channel))

    @property
    def lingers(self) -> bool:
        """We have parted, and the caller ought to be gone by now."""
        return bool(self.leaving) and monotonic() > self._gone_by

    def _part(self, how: str, request: Request, seconds: float = 0.0) -> None:
        """seconds: of the words that are still to be heard."""
        self.leaving, self._leave = how, request
        self._gone_by = monotonic() + seconds + PARTING
        self._insist(request, TRIES)

    async def leave_again(self) -> None:
        """After a gap in the link in which we left and the caller is still with us. Raises `NoAnswer`."""
        words = self._words
        if words is not None and not (await self.trunk.aside.ask(verbs.playback(parting(self.channel)))).ok:
            self.send(words, self._spoken)
        if self._leave is not None:
            self._insist(self._leave, TRIES)

    def _insist(self, request: Request, tries: int) -> None:
        """A refusal must not keep a caller who is to go. (Leaving twice is leaving once.)"""
        self.send(request, partial(self._left, request, tries - 1))

    def _left(self, request: Request, tries: int, answer: Answer) -> None:
        if answer.ok or not answer.status or self.cause is not None:
            return
        if not tries:
            if self.leaving == "words":
                self.leaving = "fallback"  # the dead man's switch does the rest
        elif answer.gone:
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
