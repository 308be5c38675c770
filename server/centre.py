"""The whole centre of one installation, wired and alive: `async with Centre(settings, screen) as centre`."""

import asyncio
import logging
import os
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Any, Self

from rich.console import Console

from asterisk.ami.link import Ami
from asterisk.ari.address import Address
from asterisk.controller import Controller, OpenCall
from asterisk.office import Office as ExchangeOffice
from asterisk.town.town import Town
from billing import records as call_records
from billing.ledger import Ledger
from billing.reconcile import Reconciliation
from billing.recordings import Recordings
from calls.bus import LocalBus
from calls.clock import SystemClock
from calls.facts import Alarm
from db.cipher import Cipher
from db.upgrade import upgrade
from db.work import Database
from dialplan.directory import Directory
from ivr.desk import Desk, Room
from ivr.store import Store
from prompts import catalogue
from prompts.voice import HouseVoice
from sales.acquaintances import Acquaintances
from sales.fixture import load_demo
from sales.queries import projects_of_services
from sales.rooms import SpokenRooms
from server.ahead import Ahead
from server.attendant import HouseAttendant
from server.boards import boards_of, studio_of
from server.conferences import conferences_of
from server.content import SpokenContent
from server.control import Refused, SideDoor
from server.counter import HouseCounter
from server.courier import Courier
from server.data_commands import data_commands
from server.desk import SalesDesk
from server.enquiries import Enquiries, HouseLoans, HouseRooms
from server.home import Home
from server.hosts import Hosts
from server.jobs import jobs
from server.log import open_log
from server.newcomers import Newcomers
from server.phones import Phones
from server.reception import Reception
from server.remote import RemoteSwitchroom
from server.scheduler import Scheduler
from server.seats import HouseSeats, as_told
from server.settings import Settings
from server.setup import prepare
from server.shelf import stock_demo
from server.switchroom import Switchroom
from server.trial import trial
from server.voicemail import Office, Voicemail

log = logging.getLogger(__name__)


class Centre:
    """One installation. Entering it brings everything up in order; leaving it brings everything down in reverse.

    keep_exchange  leave the private exchange running at the end (a service that is restarted loses no call)
    """

    def __init__(self, settings: Settings, screen: Console, *, keep_exchange: bool = False) -> None:
        self.settings = settings
        self.bus = LocalBus()
        self.clock = SystemClock()
        self._screen = screen
        self._keep_exchange = keep_exchange
        self._home = Home(settings.home)
        self._stack = AsyncExitStack()
        self.phones: Phones | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._open(self._stack)
        except BaseException:
            await self._stack.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    # -- what others ask of it -----------------------------------------------------------------------------------

    async def town(self) -> Town:
        return await self.room.town()

    async def records(self, call_ids: Sequence[str] | None = None, limit: int = 20, page: int = 1) -> list[Any]:
        """Call records, newest first, or those of certain calls in the order given."""
        await self.ledger.flush()
        return await self.db.read(call_records.records, calls=call_ids, size=limit, page=page)

    def phone(self) -> tuple[str, str]:
        """An extension that anybody may register, and its password."""
        extension = self.settings.phones[0]
        return extension, self.room.password(extension)

    def status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "home": str(self.settings.home),
            "name": self.settings.name,
            "healthy": self.controller.healthy(),
            "exchange": self.room.exchange.version,
            "exchange_pid": self.room.exchange.pid,
            "boot_s": round(self.room.exchange.boot_s, 3),
            "run": self.controller.exchange,
            "sip": self.room.exchange.sip_address,
            "ari": self.room.exchange.ari_url,
            "ami": ":".join(map(str, self.room.exchange.ami_address)),
            "load_from": self.settings.load_from,
            "phones": sorted(self.phones.registered) if self.phones else [],
            "calls": len(self.controller.calls),
            "open": self.controller.open,
            "flows": sum(task.get_name().startswith("call ") for task in asyncio.all_tasks()),
            "rendering": self.voice.studio.waiting,
            "alarms": sorted(self._alarms),
        }

    # -- coming up -----------------------------------------------------------------------------------------------

    async def _open(self, stack: AsyncExitStack) -> None:
        settings, home = self.settings, self._home
        stack.enter_context(home)
        open_log(home.logs)
        self._alarms: set[str] = set()
        self.bus.subscribe(self._watch_alarms)
        software = await prepare(settings, self._screen)
        self._screen.print("[dim]database, voice, flows[/dim]")
        await self._open_database(stack)
        await self._open_voice(stack)
        self.flows = Store(home.flows, self.db, self.catalogue, self.bus, self.clock)
        await self.flows.start()
        stack.push_async_callback(self.flows.close)
        self.room = (
            Switchroom(settings, home, software, self.directory.numbers, self.voice)
            if software is not None
            else RemoteSwitchroom(settings, home)
        )
        await self._open_exchange(stack)
        self._open_phones(stack)
        await self._open_controller(stack)
        todo = await jobs(settings, self.db, self.clock, *self.todo)
        self.scheduler = Scheduler(self.db, self.clock, self.bus, settings.name, todo)
        await self.scheduler.start()
        stack.push_async_callback(self.scheduler.stop)
        sales = SalesDesk(self.db, self.clock, settings.language)
        commands = {
            "call": self._trial,
            "records": self._records,
            "status": self._status,
            "seats": self._live,
            "reserve": sales.reserve,
        }
        door = SideDoor(home.control, {**commands, **data_commands(self.db, settings.language)})
        await door.open()
        stack.push_async_callback(door.close)

    async def _open_database(self, stack: AsyncExitStack) -> None:
        url = self.settings.database or f"sqlite:///{self._home.database}"
        if self.settings.mode == "demo" and self.settings.sample == "development":
            await stock_demo(self.settings, self._home, self._screen)
        self.db = await stack.enter_async_context(Database.open(url, self.clock.now, self._database_trouble))
        await upgrade(self.db)
        if self.settings.mode == "demo" and await self.db.write(load_demo, Cipher.of(self._home.path)):
            self._screen.print("a new house: the sample project is loaded (fixture T)")
        self.directory = Directory(self.db, self.clock, projects_of_services)
        await self.directory.start()
        stack.push_async_callback(self.directory.stop)
        self.acquaintances = Acquaintances(self.db)
        await self.acquaintances.start()
        stack.push_async_callback(self.acquaintances.stop)
        self.recordings = Recordings(self.db, self.clock)
        stack.push_async_callback(self.recordings.close)
        self.ledger = Ledger(self.db, self.bus, self.clock, self.directory.tenant_of)
        await stack.enter_async_context(self.ledger)
        newcomers = Newcomers(self.db, self.bus, self.clock, self.settings.name)
        newcomers.start()
        stack.push_async_callback(newcomers.stop)

    async def _open_voice(self, stack: AsyncExitStack) -> None:
        self.catalogue = catalogue.load()
        self.voice = HouseVoice(self._home.sounds, self.catalogue, self.bus, self.clock)
        await self.voice.start()
        stack.push_async_callback(self.voice.close)

    async def _open_exchange(self, stack: AsyncExitStack) -> None:
        exchange = self.room.exchange
        took = await exchange.start()
        self._screen.print(
            f"exchange: Asterisk {exchange.version} at {exchange.sip_address} "
            + (f"(up in {took:.2f} s)" if took else "(was running, taken over)"),
            highlight=False,
        )
        watch = asyncio.create_task(exchange.watch(), name="exchange")
        stack.push_async_callback(self._close_exchange, watch)
        stack.push_async_callback(self.room.close_town)

    def _open_phones(self, stack: AsyncExitStack) -> None:
        """Without a manager interface (a remote exchange may offer none) nobody watches the phones."""
        exchange, services = self.room.exchange, self.directory.numbers.services.values()
        if not exchange.ami_address[1]:
            return
        operators = sorted({service.operator for service in services if service.operator})
        self.phones = Phones(Ami(exchange.ami_address, exchange.ami_auth), operators, self.bus, self.clock)
        self.phones.start()
        stack.push_async_callback(self.phones.stop)

    async def _close_exchange(self, watch: asyncio.Task[None]) -> None:
        watch.cancel()
        await asyncio.wait([watch])
        if not self._keep_exchange:
            await self.room.exchange.stop()

    async def _open_controller(self, stack: AsyncExitStack) -> None:
        exchange = self.room.exchange
        ahead = Ahead(self.db, SpokenRooms(self.db, Room), self.voice)
        ahead.start()
        stack.push_async_callback(ahead.stop)
        address = Address(exchange.ari_url, *exchange.ari_auth)
        mailroom = Office(self.db, self.bus, self.clock, exchange.spool / "recording")
        self.voicemail = Voicemail(self.settings, mailroom, self.recordings)
        counter = await stack.enter_async_context(HouseCounter(mailroom, self.recordings, self._home))
        self.seats = HouseSeats(self.db, self.bus, self.clock)
        await self.seats.start()
        stack.push_async_callback(self.seats.stop)
        desk = Desk(
            clock=self.clock,
            bus=self.bus,
            voice=self.voice,
            rooms=Enquiries(HouseRooms(self.db), await stack.enter_async_context(Hosts(self.bus, self.clock))),
            content=SpokenContent(self.db, self.voice),
            loans=HouseLoans(self.db, self.clock),
            hours=self.directory,
            messages=self.voicemail.post,
            boards=await stack.enter_async_context(boards_of(self.db, self.bus, self.clock, self._home)),
            studio=await stack.enter_async_context(studio_of(self.db, self.bus, self.clock, self._home, self.voice)),
            attendant=HouseAttendant(self.directory, self.db),
            conferences=await conferences_of(stack, mailroom, self.recordings, self.voice, address),
            queues=self.seats.queues,
            seats=self.seats,
            counter=counter.counter,
            recordings=mailroom.recordings,
        )
        reception = Reception(lambda: self.directory.numbers, self.flows, self.acquaintances.who_is, desk)
        reconciliation = Reconciliation(self.db, self.bus, self.ledger, self.voicemail.post)
        self.todo = (*self.voicemail.jobs(reconciliation), *counter.jobs(reconciliation))
        courier = Courier(exchange.spool / "fallback.jsonl", reconciliation)

        async def open_calls() -> list[OpenCall]:
            await courier.fetch()  # what ended in the fallback has not vanished
            return [
                OpenCall(call.call_id, call.channel, call.exchange, call.controller)
                for call in await reconciliation.open_calls()
            ]

        self.controller = Controller(
            address,
            ExchangeOffice(
                self.bus,
                self.clock,
                exchange.spool / "recording",
                grace=self.settings.grace,
                outside=self.room.outside,
                by_ear=self.settings.outside_by_ear,
            ),
            reception.attend,
            self.settings.name,
            open_calls,
        )
        await self.voicemail.light(stack, address, lambda: self.controller.exchange)
        await self.controller.start()
        stack.push_async_callback(self.controller.stop, self.settings.drain)
        courier.start()
        stack.push_async_callback(courier.stop)
        await asyncio.wait_for(self.controller.ready(), 20)
        await self.seats.only({call.call_id for call in await reconciliation.open_calls()})

    # -- conditions ----------------------------------------------------------------------------------------------

    def _database_trouble(self, key: str, text: str, cleared: bool) -> None:
        self.bus.publish(Alarm(key=key, text=text, at=self.clock.now(), cleared=cleared))

    def _watch_alarms(self, fact: object) -> None:
        if isinstance(fact, Alarm):
            if fact.cleared:
                self._alarms.discard(fact.key)
            else:
                self._alarms.add(fact.key)

    # -- the side door -------------------------------------------------------------------------------------------

    async def _trial(self, words: dict[str, Any]) -> dict[str, Any]:
        if not self.settings.town:
            raise Refused("trial calls need the town, which the settings leave out (LOUPAN_TOWN)")
        did = words.get("to") or next(iter(self.directory.numbers.dids), "")
        return await trial(await self.town(), self.bus, words.get("keys", ""), words.get("caller", ""), did)

    async def _records(self, words: dict[str, Any]) -> dict[str, Any]:
        return {"records": await self.records(limit=int(words.get("limit", 20)), page=int(words.get("page", 1)))}

    async def _live(self, _: dict[str, Any]) -> dict[str, Any]:
        """Seats and queues as this controller sees them now (K06)."""
        return {"seats": [as_told(manned) for manned in self.seats.snapshot()], "queues": self.seats.queues.snapshot()}

    async def _status(self, _: dict[str, Any]) -> dict[str, Any]:
        return self.status()
