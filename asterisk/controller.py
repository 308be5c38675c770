"""The controller: takes offered calls, attends to them, brings them back after every kind of death (SURVIVAL)."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, time
from typing import NamedTuple

from asterisk.ari import verbs
from asterisk.ari.address import Address
from asterisk.ari.events import Channel
from asterisk.ari.rest import NoAnswer, Rest
from asterisk.call import AriCall
from asterisk.lease import renewal
from asterisk.offer import offered
from asterisk.office import Alarms, Office
from asterisk.party import party
from asterisk.peers import EVERY, LOOK, OURS, Beats, variable
from asterisk.station import Station
from asterisk.survey import Survey
from asterisk.ulid import ulid
from asterisk.visit import Attend
from calls.facts import CallEnded

log = logging.getLogger(__name__)

LAG = 0.25  # seconds late; an offer lives 0.5 s, and a caller claimed too late hears silence before the fallback
SWITCH_RESTART = 41  # Q.850: temporary failure


class OpenCall(NamedTuple):
    """A call the ledger believes open: id, channel, run of the exchange, controller (application) that has it."""

    call: str
    channel: str
    exchange: str
    controller: str


async def no_ledger() -> Iterable[OpenCall] | None:
    """Nobody keeps records."""
    return None


@dataclass(slots=True)
class Counters:
    """Since the start."""

    offered: int = 0
    claimed: int = 0
    resumed: int = 0
    links_lost: int = 0
    takeovers: int = 0
    replaced: int = 0
    exchange_restarts: int = 0


class Controller:
    """`Controller(address, office, attend, name="one", open_calls=…)`.

    address     where the exchange's ARI is
    office      bus, clock, recordings, limits
    attend      `async attend(call, place, resumed)`: the flow. place: the last `mark` of a call that is resumed, else
                None. Runs in one task per call; `Hungup` may pass; when it returns or raises, the call is ended
    name        the Stasis application is `lp-<name>`; the same name after a restart brings the same callers back
    open_calls  asked at the first connection and at a takeover: what the ledger believes open (None: there is none).
                A call that goes on and that it has never heard of, because whoever had it died before telling, is
                offered to it anew

    `await start()`, `await stop(drain=…)`. No caller ever waits for `open_calls`.
    """

    def __init__(
        self,
        address: Address,
        office: Office,
        attend: Attend,
        name: str = "one",
        open_calls: Callable[[], Awaitable[Iterable[OpenCall] | None]] = no_ledger,
    ) -> None:
        self.attend = attend
        self.counters = Counters()
        self._rest = Rest(address)
        self._office = office
        self._name = name
        self._open_calls = open_calls
        self._alarms = Alarms(office)
        self._beats = Beats()
        self._stations: dict[str, Station] = {}
        self._home = self._station(OURS + name)
        self._surveyed: set[str] = set()
        self._run = ""
        self._accepting = False
        self._lag = 0.0  # seconds by which the last beat was late
        self._tasks: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()

    # -- for the server ------------------------------------------------------------------------------------------

    @property
    def app(self) -> str:
        """The application name under which it takes calls now."""
        return self._home.app

    @property
    def exchange(self) -> str:
        """The run of the exchange it is connected to ("" before the first connection)."""
        return self._run

    @property
    def calls(self) -> tuple[AriCall, ...]:
        """The calls that are live now."""
        return tuple(visit.call for station in self._stations.values() for visit in station.register.visits.values())

    @property
    def open(self) -> int:
        """Calls whose end has not been told yet."""
        return sum(station.register.open for station in self._stations.values())

    def healthy(self) -> bool:
        """Connected, and taking calls."""
        return self._accepting and self._home.link.up

    async def ready(self) -> None:
        """Until the first connection stands and its callers are back."""
        await self._home.link.wait_up()

    async def start(self) -> None:
        """Begins to connect and returns; `await ready()` waits for the exchange."""
        self._accepting = True
        self._rest.open()
        self._spawn(self._home.run(), self._home.app)
        self._spawn(self._beat(), "beats")
        self._spawn(self._watch_peers(), "peers")
        self._spawn(self._renew(), "leases")

    async def stop(self, drain: float = 0.0) -> None:
        """Take no more calls; wait up to `drain` seconds for the end of those there are; leave the rest on the
        exchange, for the next controller of this name or the dead man's switch."""
        self._accepting = False
        try:
            async with asyncio.timeout(drain):
                while self.open:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            log.warning("%d calls are left to the next controller", self.open)
        stations = tuple(self._stations.values())
        left = [visit for station in stations for visit in station.register.all]
        for station in stations:
            station.register.let_go()
            station.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, *(visit.stopped() for visit in left), return_exceptions=True)
        await self._rest.close()

    # -- for its stations (`station.Floor`) ------------------------------------------------------------------------

    def offered(self, station: Station, channel: Channel) -> bool:
        self.counters.offered += 1
        if station is not self._home or not self._accepting:
            return False
        if self.open >= self._office.most:
            self._alarms.tell("calls", f"{self.open} calls at once: no more are taken, the fallback answers")
            return False
        if self._lag > LAG:
            self._alarms.tell("lag", f"the controller is {self._lag:.1f} s late: the fallback answers new calls")
            return False
        self._alarms.clear("calls")
        self._alarms.clear("lag")
        self.counters.claimed += 1
        return True

    def closed(self) -> None:
        self._changed.set()

    def surveyed(self, station: Station, taken: Survey) -> None:
        if self._run and self._run != taken.run:
            self.counters.exchange_restarts += 1
            log.error("the exchange has been restarted: %s, before that %s", taken.run, self._run)
            for each in self._stations.values():
                each.register.close_all(SWITCH_RESTART, "switch restart")
        self._run = taken.run
        self._alarms.clear(f"ari link {station.app}")
        if station.app not in self._surveyed:
            self._surveyed.add(station.app)
            self._spawn(self._compare(station, taken), f"{station.app} compares with the ledger")

    async def _compare(self, station: Station, taken: Survey) -> None:
        """Close what ended while nobody of ours was there to see it; tell of what nobody lived to tell."""
        ongoing = {state.call: taken.channels[name] for name, state in taken.carried.items() if name in taken.channels}
        fallen = {name for name, channel in taken.channels.items() if channel.context == "fallback"}
        ours = {call.id for call in self.calls}
        since = ulid(self._office.now())  # what is younger than this is seen by its station
        known = await self._open_calls()
        if known is None:
            return
        known = tuple(known)
        for call in ongoing.keys() - {each.call for each in known} - ours:
            channel = ongoing[call]
            began = datetime.fromisoformat(channel.created)
            for fact in offered(call, began, channel, party(channel), taken.run, station.app):
                self._office.bus.publish(fact)
        for call, place, run, controller in known:
            if call in ongoing or place in fallen or call in ours or call > since:
                continue
            if run != taken.run and station is self._home:
                self._end(call, SWITCH_RESTART, "switch restart")
            elif run == taken.run and controller == station.app:
                self._end(call, 16, "vanished")

    def _end(self, call: str, cause: int, by: str) -> None:
        self._office.bus.publish(CallEnded(call=call, at=self._office.now(), cause=cause, by=by))

    def resumed(self, station: Station, count: int) -> None:
        self.counters.resumed += count
        if count:
            log.info("%s: %d calls go on", station.app, count)
        if station is not self._home and not station.register.open:
            self._dismiss(station)

    def replaced(self, station: Station) -> None:
        """Somebody else has our name, and our callers with it: let go at once, come back under another name."""
        self.counters.replaced += 1
        log.error("%s: another controller has taken this name over", station.app)
        station.register.let_go()
        self._dismiss(station)
        if station is self._home and self._accepting:
            number = 2
            while f"{OURS}{self._name}-{number}" in self._surveyed:
                number += 1
            self._home = self._station(f"{OURS}{self._name}-{number}")
            self._spawn(self._home.run(), self._home.app)

    def disconnected(self, station: Station, why: str) -> None:
        if self._accepting and self._stations.get(station.app) is station:
            self.counters.links_lost += 1
            self._alarms.tell(f"ari link {station.app}", f"the link to the exchange is down: {why}")

    def strained(self, station: Station, what: str) -> None:
        self._alarms.tell(f"ari {what} {station.app}", f"the link to the exchange is strained: {what}")

    # -- stations ------------------------------------------------------------------------------------------------

    def _station(self, app: str) -> Station:
        station = self._stations[app] = Station(self._rest, app, self._office, self)
        return station

    def _dismiss(self, station: Station) -> None:
        self._stations.pop(station.app, None)
        self._alarms.clear(f"ari link {station.app}")
        if station is not self._home:
            self._surveyed.discard(station.app)
        station.close()

    def _spawn(self, work: Coroutine[object, object, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # -- what it does all the time ---------------------------------------------------------------------------------

    async def _beat(self) -> None:
        """Write the beat of every application we have: who reads it knows that our callers are looked after."""
        while True:
            for app in tuple(self._stations):
                if self._stations[app].link.up:
                    try:
                        await self._rest.ask(verbs.set_global(variable(app), str(int(time() * 1000))), EVERY)
                    except NoAnswer:
                        break
            before = monotonic()
            await asyncio.sleep(EVERY)
            self._lag = monotonic() - before - EVERY

    async def _watch_peers(self) -> None:
        while True:
            await asyncio.sleep(LOOK)
            if self._home.link.up and self._accepting:
                with suppress(NoAnswer):
                    await self._look_at_peers()

    async def _look_at_peers(self) -> None:
        answer = await self._rest.ask(verbs.applications())
        others = {
            raw["name"]: len(raw["channel_ids"])
            for raw in answer.json() or ()
            if raw["name"].startswith(OURS) and raw["name"] not in self._stations
        }
        self._beats.forget_all_but(others)
        for app, channels in others.items():
            if channels:
                read = await self._rest.ask(verbs.get_global(variable(app)))
                beat = str(read.json().get("value", "")) if read.ok else ""
                if self._beats.saw(app, beat, monotonic()):
                    self._take_over(app)
        for station in tuple(self._stations.values()):
            if station is not self._home and station.link.up and not station.register.open:
                self._dismiss(station)

    def _take_over(self, app: str) -> None:
        log.error("%s: its controller is dead, its callers are ours", app)
        self.counters.takeovers += 1
        self._spawn(self._station(app).run(), app)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(renewal(self._office.grace))
            for station in self._stations.values():
                if station.link.up:
                    station.sweep()
