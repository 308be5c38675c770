"""One application name on the exchange: its link, its callers, and what becomes of them when the link breaks.

A controller has one station of its own, and one more for each dead colleague whose callers it has taken over: the
same code brings them back (SURVIVAL §1, §4).
"""

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any, Protocol

from asterisk import state
from asterisk.ari import events, verbs
from asterisk.ari.events import Channel, Event
from asterisk.ari.link import Link
from asterisk.ari.rest import Answer, Asks, NoAnswer, Rest
from asterisk.ari.verbs import Request
from asterisk.call import AriCall
from asterisk.leg import LEG, PREFIX
from asterisk.line import Line, parting
from asterisk.offer import offered
from asterisk.office import Office
from asterisk.party import party
from asterisk.register import Register
from asterisk.state import State
from asterisk.survey import Survey, survey
from asterisk.ulid import ulid
from asterisk.visit import Attend, Visit
from calls.facts import CallResumed

log = logging.getLogger(__name__)

REDIRECTED = 1.0  # seconds a party stays that nobody waits for
HEARD = (
    "StasisStart",
    "StasisEnd",
    "ChannelDtmfReceived",
    "ChannelDestroyed",
    "ChannelHangupRequest",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "ChannelLeftBridge",
    "CallBroadcast",
    "ApplicationReplaced",
    "ChannelUserevent",
)


class Floor(Protocol):
    """What a station needs of its controller."""

    attend: Attend

    def offered(self, station: "Station", channel: Channel) -> bool:
        """A call is offered: do we want it?"""

    def surveyed(self, station: "Station", taken: Survey) -> None:
        """Before the calls found are resumed: is this another run of the exchange, has anything vanished?"""

    def resumed(self, station: "Station", count: int) -> None: ...

    def closed(self) -> None:
        """A call's end has been told."""

    def replaced(self, station: "Station") -> None: ...

    def disconnected(self, station: "Station", why: str) -> None: ...

    def strained(self, station: "Station", what: str) -> None: ...


class Station:
    """`Station(rest, app, office, floor)`; `run()` until `close()`. `register`: who is here."""

    def __init__(self, rest: Rest, app: str, office: Office, floor: Floor) -> None:
        self.app = app
        self.office = office
        self.run_of_exchange = ""
        self.register = Register()
        self.link = Link(rest, app, self)
        self._rest = rest
        self._floor = floor
        self._looking: set[asyncio.Task[None]] = set()
        self._handlers: dict[type[Event], Callable[[Any], None]] = {
            events.StasisStart: self._entered,
            events.StasisEnd: self._left,
            events.CallBroadcast: self._broadcast,
            events.ApplicationReplaced: lambda _: floor.replaced(self),
        }

    async def run(self) -> None:
        await self.link.run()

    def close(self) -> None:
        self.link.close()
        for task in self._looking:
            task.cancel()

    def sweep(self) -> None:
        """Now and then: leases that run out while nothing is done, and ends that nobody told us of."""
        for visit in tuple(self.register.visits.values()):
            line = visit.call.line
            line.renew()
            if line.lingers:
                self.look(line, lambda: None)

    # -- what lines ask of it (`line.Trunk`) -----------------------------------------------------------------------

    @property
    def aside(self) -> Asks:
        return self._rest

    def send(self, request: Request, then: Callable[[Answer], None] | None = None) -> None:
        self.link.send(request, then)

    async def ready(self) -> None:
        if not self.link.up:
            await self.link.wait_up()

    def leg(self, channel: str, line: Line | None) -> None:
        self.register.leg(channel, line)

    def gone(self, line: Line) -> None:
        self.register.gone(line)

    def look(self, line: Line, otherwise: Callable[[], None]) -> None:
        task = asyncio.create_task(self._look(line, otherwise), name=f"look for {line.channel}")
        self._looking.add(task)
        task.add_done_callback(self._looking.discard)

    async def _look(self, line: Line, otherwise: Callable[[], None]) -> None:
        """Is it still there? If it is, but no longer with us, the dialplan has it: the dead man's switch went off."""
        if line.cause is not None:
            return
        try:
            found = await self._rest.ask(verbs.channel(line.channel))
            mine = await self._rest.ask(verbs.application(self.app)) if found.ok else None
        except NoAnswer:
            return  # the exchange or the link is in trouble; the next survey tells
        visit = self.register.visits.get(line.channel)
        if visit is None or line.cause is not None:
            return
        if found.status == 404:
            line.over(16, "us" if line.leaving in ("words", "us") else "caller")
        elif mine and mine.ok and line.channel not in mine.json()["channel_ids"]:
            line.over(16, "us" if line.leaving == "words" else "fallback")
        else:
            otherwise()

    # -- what the link tells (`link.Owner`) ------------------------------------------------------------------------

    def heard(self, event: Event) -> None:
        handle = self._handlers.get(type(event))
        if handle is not None:
            handle(event)
        else:
            self.register.deliver(event)

    def refused(self, request: Request, answer: Answer) -> None:
        """A command nobody waited for. That a caller leaves while we speak to him is no news, whatever it is called:
        404, 409, or 400 "Failed to execute function" for a variable."""
        visit = self.register.visits.get(request.about)
        what = f"{request.method} {request.path}: {answer.status} {answer.body[:200]}"
        if visit is None:
            if not answer.gone:
                log.warning("%s: %s", self.app, what)
        elif answer.gone:
            self.look(visit.call.line, lambda: log.warning("%s: %s", self.app, what))
        else:
            line = visit.call.line
            self.look(line, lambda: line.trouble(f"the exchange refused: {what}"))

    def strained(self, what: str) -> None:
        self._floor.strained(self, what)

    def disconnected(self, why: str) -> None:
        self._floor.disconnected(self, why)

    async def connected(self) -> None:
        """Callers of ours go on where they were, strangers go to the fallback, the vanished are closed."""
        self.link.send(verbs.filter_events(self.app, HEARD))
        taken = await survey(self.link, self.app)
        self._floor.surveyed(self, taken)
        self.run_of_exchange = taken.run
        for visit in tuple(self.register.visits.values()):
            line = visit.call.line
            if line.channel not in taken.channels:
                line.over(16, "us" if line.leaving else "vanished")
            else:
                await visit.call.reconcile(taken.states)
        coming = {event.channel.id for event in self.link.held() if isinstance(event, events.StasisStart)}
        strangers = [c for name, c in taken.channels.items() if name in taken.ours and name not in self.register.visits]
        parted = await self._parted(strangers)
        count = sum(
            self._adopt(channel, taken.carried.get(channel.id), channel.id in parted)
            for channel in strangers
            if channel.id not in coming
        )
        kept = {name for visit in self.register.visits.values() if (r := visit.call.line.riding) for name in r.ids}
        for channel in strangers:
            if channel.id.startswith(PREFIX) and channel.id not in kept and channel.id not in self.register.legs:
                self.link.send(verbs.hangup(channel.id))
        self._floor.resumed(self, count)

    async def _parted(self, channels: Iterable[Channel]) -> set[str]:
        """Those to whom the last words are being said: nothing of it stands in their state (`Line.last_words`)."""
        names = [channel.id for channel in channels if _caller(channel)]
        answers = await asyncio.gather(*[self.link.ask(verbs.playback(parting(name))) for name in names])
        return {name for name, answer in zip(names, answers, strict=True) if answer.ok}

    def _adopt(self, channel: Channel, found: State | None, parted: bool) -> bool:
        """A channel of ours that nobody attends to. True if it is a caller whose call goes on."""
        if not _caller(channel):
            return False
        if found is None and parted:
            return False  # the exchange ends this call by itself; what the ledger knows of it is closed as vanished
        if found is None:
            log.warning("%s: %s carries no state of ours, to the fallback", self.app, channel.id)
            self.link.send(verbs.go_on(channel.id, "fallback"))
            return False
        line = Line(self, found.call, party(channel), found)
        visit = self.register.visits[channel.id] = Visit(AriCall(line, channel.state == "Up"), self._closed)
        if parted or found.doing == state.LEAVING:
            line.left_before()
            return False
        self.office.bus.publish(
            CallResumed(call=found.call, at=self.office.now(), controller=self.app, place=found.place)
        )
        visit.begin(self._floor.attend, found.place or None, True)
        return True

    # -- events: each returns at once ------------------------------------------------------------------------------

    def _broadcast(self, event: events.CallBroadcast) -> None:
        if self._floor.offered(self, event.channel):
            self.link.send(verbs.claim(event.channel.id, self.app))

    def _entered(self, event: events.StasisStart) -> None:
        channel = event.channel
        if event.replaces in self.register.legs:
            if leg := self.register.leg_of(event.replaces):
                leg.replaced(channel.id)
            return
        if channel.id in self.register.legs:
            if leg := self.register.leg_of(channel.id):
                leg.entered(event.args)
            return
        if channel.id in self.register.visits or not _caller(channel):
            return
        if event.args[:1] == (LEG,):
            asyncio.get_running_loop().call_later(REDIRECTED, self._dismiss, channel.id)
            return
        office = self.office
        now = office.now()
        who = party(channel)
        line = Line(self, ulid(now), who, leased=_leased(event.args))
        up = channel.state == "Up"
        visit = self.register.visits[channel.id] = Visit(AriCall(line, up), self._closed)
        for fact in offered(line.call, now, channel, who, self.run_of_exchange, self.app):
            office.bus.publish(fact)
        visit.begin(self._floor.attend, None, False)

    def _dismiss(self, channel: str) -> None:
        """An answer that no caller of ours waits for: the phone rung has redirected the call (302). That is not
        followed; where it was to lead has been offered, and refused and told if it is outside."""
        with suppress(NoAnswer):
            self.link.send(verbs.hangup(channel))

    def _closed(self, visit: Visit) -> None:
        self.register.closed(visit)
        self._floor.closed()

    def _left(self, event: events.StasisEnd) -> None:
        if visit := self.register.visits.get(event.channel):
            line = visit.call.line
            if line.leaving == "fallback":
                line.over(16, "fallback")
            elif line.leaving == "words":
                line.released(16, True)  # they have been heard, or the caller did not wait for their end
            else:
                self.look(line, lambda: None)
        elif leg := self.register.leg_of(event.channel):
            leg.left()


def _caller(channel: Channel) -> bool:
    """Is it a caller's own channel, not one that we have made?"""
    return not (channel.name.startswith("Snoop/") or channel.id.startswith(PREFIX))


def _leased(args: Sequence[str]) -> float:
    """The dialplan tells with the call for how many seconds it has set the dead man's switch."""
    return float(args[0]) if args and args[0].isdecimal() else 0.0
