"""Conferences on the house's database and exchange: an `ivr.conference.Conferences`."""

import asyncio
import logging
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from asterisk.ari import verbs
from asterisk.ari.address import Address
from asterisk.ari.rest import Answer, NoAnswer, Rest
from asterisk.ari.verbs import Request
from asterisk.room import BRIDGE
from billing.recordings import Recordings
from calls.call import Recorded
from calls.facts import RecordingMade
from calls.unavailable import Unavailable
from conference import rooms
from conference.rooms import HOST
from db.work import Unreachable
from ivr.board.pins import Pins
from ivr.board.port import Entry
from ivr.conference import Attendee, Door, Refusal
from ivr.desk import Voice
from ivr.mailbox.post import Office
from ivr.mailbox.sound import length

log = logging.getLogger(__name__)

SHORTEST = 0.1  # seconds of a recording worth keeping


@dataclass(slots=True)
class Going:
    """A conference that goes on. tape: name of the recording, "" = none; by: the call in which it was asked for."""

    calls: set[str] = field(default_factory=set)
    tape: str = ""
    by: str = ""


class HouseConferences:
    """`HouseConferences(office, recordings, voice, rest)`.

    Who is there the exchange knows; what we remember of it here is only who of our own callers came in.
    """

    def __init__(self, office: Office, recordings: Recordings, voice: Voice, rest: Rest) -> None:
        self._office, self._recordings, self._voice, self._rest = office, recordings, voice, rest
        self._pins = Pins(office.db, office.bus, office.clock)
        self._going: dict[str, Going] = {}

    async def knock(self, tenant: int, number: str, pin: str, caller: str) -> Door:
        match await self._pins.choose(tenant, number, pin, caller, HOST, ""):
            case (Entry.RIGHT, side) if await self._find(tenant, number):
                return Door.HOST if side == HOST else Door.GUEST
            case (Entry.LOCKED, _):
                return Door.LOCKED
            case _:
                return Door.WRONG

    async def enter(self, who: Attendee) -> int | Refusal:
        room = await self._find(who.tenant, who.number)
        there = set(await self._there(who.room)) - {who.channel}
        if room is None or (room.is_shut and not who.host):
            return Refusal.SHUT
        if len(there) >= room.most:
            return Refusal.FULL
        self._going.setdefault(who.room, Going()).calls.add(who.call)
        if there:
            await self._do(verbs.play_bridge(BRIDGE + who.room, "sound:beep"))
        return len(there) + 1

    async def left(self, who: Attendee) -> None:
        going = self._going.setdefault(who.room, Going())
        going.calls.discard(who.call)
        if not going.calls and not set(await self._there(who.room)) - {who.channel}:
            await self._over(who)

    async def present(self, who: Attendee) -> int:
        return len(await self._there(who.room))

    async def shut(self, who: Attendee, on: bool) -> None:
        await self._write(rooms.shut, who.tenant, who.number, on)

    async def hush(self, who: Attendee, on: bool) -> None:
        for channel in await self._there(who.room):
            if channel != who.channel:
                await self._do(verbs.mute(channel) if on else verbs.unmute(channel))

    async def record(self, who: Attendee, on: bool) -> bool:
        going = self._going.setdefault(who.room, Going())
        if not on:
            await self._keep(going)
            return True
        if going.tape:
            return False
        name = f"conf-{who.call}-{self._office.clock.now():%H%M%S}"
        if not (await self._do(verbs.record_bridge(BRIDGE + who.room, name))).ok:
            return False
        going.tape, going.by = name, who.call
        for lang in ("zh", "en"):  # whoever is recorded is told
            words = self._voice.prompt(lang, "conf_recording")
            await self._do(verbs.play_bridge(BRIDGE + who.room, f"sound:{words.sound}"))
        return True

    async def end(self, who: Attendee) -> None:
        await self._over(who)

    # -- parts ---------------------------------------------------------------------------------------------------

    async def _over(self, who: Attendee) -> None:
        """Nothing is left of it: the bridge, the recording, the lock on the door."""
        await self._keep(self._going.pop(who.room, Going()))
        await self._do(verbs.drop_bridge(BRIDGE + who.room))
        await self._write(rooms.shut, who.tenant, who.number, False)

    async def _keep(self, going: Going) -> None:
        name, going.tape = going.tape, ""
        if not name:
            return
        await self._do(verbs.stop_recording(name))
        file = self._office.recordings / f"{name}.wav"
        seconds = await asyncio.to_thread(length, file)
        if seconds < SHORTEST:
            return
        at = self._office.clock.now()
        self._office.bus.publish(
            RecordingMade(call=going.by, at=at, name=name, file=str(file), seconds=seconds, ended="conference")
        )
        await self._recordings.keep(going.by, Recorded(file, seconds, "conference"), lambda *_: None)

    async def _there(self, room: str) -> list[str]:
        answer = await self._do(verbs.bridge(BRIDGE + room))
        return list(answer.json()["channels"]) if answer.ok else []

    async def _find(self, tenant: int, number: str) -> "Found | None":
        try:
            return await self._office.db.read(_found, tenant, number)
        except Unreachable as away:
            raise Unavailable(str(away)) from away

    async def _write(self, unit: Any, *about: object) -> None:
        try:
            await self._office.db.write(unit, *about)
        except Unreachable as away:
            raise Unavailable(str(away)) from away

    async def _do(self, request: Request) -> Answer:
        try:
            return await self._rest.ask(request)
        except NoAnswer as silent:
            raise Unavailable(str(silent)) from silent


@dataclass(frozen=True, slots=True)
class Found:
    """A room as it is now."""

    most: int
    is_shut: bool


def _found(session: Session, tenant: int, number: str) -> Found | None:
    row = rooms.find(session, tenant, number)
    return None if row is None else Found(row.most, row.is_shut)


async def conferences_of(
    stack: AsyncExitStack, office: Office, recordings: Recordings, voice: Voice, exchange: Address
) -> HouseConferences:
    rest = Rest(exchange)
    stack.push_async_callback(rest.close)
    return HouseConferences(office, recordings, voice, rest)
