"""The seats of a running centre (`ivr.seat.Seats`): what a phone says of itself, what is heard of its calls, and the
end of a wrap-up. Every event is a unit of work; the rows are the truth, and survive this process."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import AnyFact, CallEnded, CallOffered, LegAnswered, LegEnded, LegRang
from cti_agent import seats
from cti_agent.seat import REASONS, SeatEvent, SeatState
from cti_agent.seats import Manned
from db.refusal import Code, Refused
from db.work import Database, Unreachable
from ivr.board.pins import Pins
from ivr.board.port import Entry
from ivr.desk import Unavailable
from ivr.seat import Outcome
from server.queues import HouseQueues

log = logging.getLogger(__name__)

DOOR = "seat-"  # + a seat's number: its PIN's door
EVERY = 2.0  # seconds between looks at rows that others have changed
AGAIN = 1.0  # seconds until the database is asked again
LATE = 0.01  # seconds after its end at which a wrap-up is looked at

Work = Callable[[], Awaitable[None]]


class HouseSeats:
    """`HouseSeats(db, bus, clock)`; `start` reads who is signed in, and frees seats whose calls are over.

    Facts are worked off one after another, so that a seat's events keep their order.
    """

    def __init__(self, db: Database, bus: Bus, clock: Clock) -> None:
        self._db, self._bus, self._clock = db, bus, clock
        self._pins = Pins(db, bus, clock)
        self.queues = HouseQueues(bus, clock, self.move)
        self._seats: dict[int, Manned] = {}
        self._timers: dict[int, asyncio.TimerHandle] = {}
        self._todo: asyncio.Queue[Work] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._deafen: Callable[[], None] = lambda: None

    async def start(self) -> None:
        await self.refresh()
        self._deafen = self._bus.subscribe(self._hear)
        self._tasks = [asyncio.create_task(self._work(), name="seats"), asyncio.create_task(self._look(), name="rows")]

    async def stop(self) -> None:
        self._deafen()
        self._deafen = lambda: None
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for timer in self._timers.values():
            timer.cancel()
        await self.queues.close()

    async def refresh(self) -> None:
        """Queues and seats as the tables have them now."""
        if self.queues.set_up(await self._db.read(seats.all_queues)):
            for known in self._seats.values():
                self.queues.seat(known)
        there = {manned.key: manned for manned in await self._db.read(seats.all_seats)}
        for key in self._seats.keys() | there.keys():
            manned = there.get(key)
            # a wrap-up's timer is set anew: the clock may have been
            if manned is not None and (manned != self._seats.get(key) or manned.seat.state is SeatState.WRAPUP):
                self._know(manned)

    async def only(self, open_calls: set[str]) -> None:
        """After a start: seats whose call is none of these are free again."""
        for manned in tuple(self._seats.values()):
            if manned.seat.call and manned.seat.call not in open_calls:
                await self._over(manned, manned.seat.call)

    async def move(self, key: int, event: SeatEvent, of_call: str = "", **about: str) -> Manned | None:
        """An event of a seat, now. None: it is not busy with that call. Raises Refused, Unreachable."""
        manned = await self._db.write(seats.move, key, event, self._clock.now(), of_call, **about)
        if manned is not None:
            self._know(manned)
        return manned

    def snapshot(self) -> list[Manned]:
        return sorted(self._seats.values(), key=lambda manned: (manned.tenant, manned.seat.number))

    # -- what a phone says ---------------------------------------------------------------------------------------------

    async def sign_in(self, tenant: int, seat: str, pin: str, phone: str) -> Outcome:
        manned = next((m for m in self._seats.values() if (m.tenant, m.seat.number) == (tenant, seat)), None)
        match await self._pins.enter(tenant, DOOR + seat, pin, phone):
            case Entry.LOCKED:
                return Outcome.LOCKED
            case Entry.RIGHT if manned is not None:
                if manned.seat.state is not SeatState.OFFLINE and manned.seat.phone == phone:
                    return Outcome.DONE
                return await self._say(manned.key, SeatEvent.SIGN_IN, phone=phone)
            case _:
                return Outcome.WRONG

    async def sign_out(self, tenant: int, phone: str) -> Outcome:
        return await self._of_phone(tenant, phone, SeatEvent.SIGN_OUT)

    async def get_ready(self, tenant: int, phone: str) -> Outcome:
        return await self._of_phone(tenant, phone, SeatEvent.GET_READY)

    async def pause(self, tenant: int, phone: str, digit: str) -> Outcome:
        if digit not in REASONS:
            return Outcome.REFUSED
        return await self._of_phone(tenant, phone, SeatEvent.PAUSE, reason=REASONS[digit].value)

    async def _of_phone(self, tenant: int, phone: str, event: SeatEvent, **about: str) -> Outcome:
        manned = self._at(tenant, phone)
        if manned is None:
            return Outcome.NOT_IN
        if event is SeatEvent.GET_READY and manned.seat.state is SeatState.READY:
            return Outcome.DONE
        return await self._say(manned.key, event, **about)

    async def _say(self, key: int, event: SeatEvent, **about: str) -> Outcome:
        try:
            manned = await self.move(key, event, **about)
        except Refused as refused:
            return Outcome.TAKEN if refused.code is Code.CONFLICT else Outcome.REFUSED
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        return Outcome.LATER if manned is not None and manned.seat.wanted is not None else Outcome.DONE

    # -- what is heard of calls ----------------------------------------------------------------------------------------

    def _hear(self, fact: AnyFact) -> None:
        self.queues.hear(fact)
        match fact:
            case LegRang() if (manned := self._with_phone(fact.number)) is not None:
                self._todo.put_nowait(partial(self._rang, manned.key, fact))
            case LegAnswered() | LegEnded() | CallEnded():
                self._todo.put_nowait(partial(self._happened, fact))
            case CallOffered() if (manned := self._dialling(fact)) is not None:
                self._todo.put_nowait(partial(self._dials, manned.key, fact.call))

    async def _rang(self, key: int, fact: LegRang) -> None:
        """The queue's own claim is only told its leg; somebody who dialled this phone rings a seat that is ready."""
        seat = self._seats[key].seat
        if seat.state is SeatState.RINGING and seat.call == fact.call:
            await self._db.write(seats.tied, key, fact.leg)
            await self.refresh()
        elif seat.state is SeatState.READY:
            await self.move(key, SeatEvent.RING, call=fact.call, leg=fact.leg)

    async def _happened(self, fact: LegAnswered | LegEnded | CallEnded) -> None:
        for manned in tuple(self._seats.values()):
            seat = manned.seat
            if seat.call != fact.call:
                continue
            match fact:
                case LegAnswered() if fact.leg == manned.leg and seat.state is SeatState.RINGING:
                    await self.move(manned.key, SeatEvent.ANSWER, of_call=fact.call)
                case LegEnded() if fact.leg == manned.leg:
                    await self._leg_over(manned, fact)
                case CallEnded():
                    await self._over(manned, fact.call)

    async def _leg_over(self, manned: Manned, fact: LegEnded) -> None:
        if manned.seat.state is SeatState.RINGING and fact.result == "answered":  # we were not there to hear it
            answered = await self.move(manned.key, SeatEvent.ANSWER, of_call=fact.call)
            manned = answered or manned
        if manned.seat.state is SeatState.TALKING or fact.result == "gaveup":
            await self._over(manned, fact.call)
        elif manned.seat.state is SeatState.RINGING:
            reason = {"busy": "busy", "rejected": "rejected"}.get(fact.result, "no answer")
            await self.move(manned.key, SeatEvent.NO_ANSWER, of_call=fact.call, reason=reason)

    async def _over(self, manned: Manned, call: str) -> None:
        match manned.seat.state:
            case SeatState.RINGING:
                await self.move(manned.key, SeatEvent.CALLER_LEFT, of_call=call)
            case SeatState.TALKING:
                await self.move(manned.key, SeatEvent.HANG_UP, of_call=call)

    async def _dials(self, key: int, call: str) -> None:
        if self._seats[key].seat.state in (SeatState.READY, SeatState.NOT_READY, SeatState.WRAPUP):
            await self.move(key, SeatEvent.DIAL, call=call)

    # -- the clock -----------------------------------------------------------------------------------------------------

    def _know(self, manned: Manned) -> None:
        key = manned.key
        if (known := self._seats.get(key)) is not None and known.version > manned.version:
            return  # read before it was changed
        self._seats[key] = manned
        self.queues.seat(manned)
        if (timer := self._timers.pop(key, None)) is not None:
            timer.cancel()
        if manned.seat.state is SeatState.WRAPUP and manned.seat.until is not None:
            left = (manned.seat.until - self._clock.now()).total_seconds()
            loop = asyncio.get_running_loop()
            self._timers[key] = loop.call_later(max(0.0, left) + LATE, self._wrapped, key)

    def _wrapped(self, key: int) -> None:
        self._todo.put_nowait(partial(self._wrap, key))

    async def _wrap(self, key: int) -> None:
        seat = self._seats[key].seat
        if seat.state is not SeatState.WRAPUP or seat.until is None:
            return
        if self._clock.now() < seat.until:  # the loop's clock is a little ahead of the house's
            self._know(self._seats[key])
            return
        await self.move(key, SeatEvent.WRAPPED)

    async def _work(self) -> None:
        while True:
            work = await self._todo.get()
            while True:
                try:
                    await work()
                except Unreachable as away:
                    log.warning("the seats wait for the database: %s", away)
                    await asyncio.sleep(AGAIN)
                    continue
                except Refused as refused:  # somebody else moved it first
                    log.info("a seat stays as it is: %s", refused)
                    await self._read_again()
                except Exception:
                    log.exception("a seat's event was lost")
                break

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            await self._read_again()

    async def _read_again(self) -> None:
        try:
            await self.refresh()
        except Unreachable as away:
            log.debug("the seats stay as they are: %s", away)

    def _at(self, tenant: int, phone: str) -> Manned | None:
        return next((m for m in self._seats.values() if (m.tenant, m.seat.phone) == (tenant, phone)), None)

    def _dialling(self, fact: CallOffered) -> Manned | None:
        """A seat's phone has dialled something that is not a code."""
        return None if fact.callee.startswith("*") else self._with_phone(fact.caller)

    def _with_phone(self, number: str) -> Manned | None:
        return next((m for m in self._seats.values() if number and m.seat.phone == number), None)


def as_told(manned: Manned) -> dict[str, Any]:
    """A seat for programs."""
    seat = manned.seat
    return {
        "seat": seat.number,
        "phone": seat.phone,
        "state": seat.state.value,
        "reason": seat.reason,
        "since": seat.since,
        "until": seat.until,
        "call": seat.call,
        "next": seat.wanted.value if seat.wanted else "",
        "calls": seat.calls,
    }
