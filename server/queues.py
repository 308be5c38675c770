"""The queues of a running centre (`ivr.queue.Queues`): who waits is remembered here, who is offered is decided by
`cti_agent.queue`, and a seat belongs to a call once the database says so (`cti_agent.seats.move`).

A caller's place is the moment since when they wait, which the flow keeps with the call: so it survives this process. Of
several controllers each has the callers it serves; a seat they both want rings for whoever's row change is first.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import AnyFact, CallEnded, LegAnswered, QueueEntered, QueueLeft
from cti_agent.models import QueueRow
from cti_agent.pool import Ready, Strategy
from cti_agent.queue import Full, Queue, Waiting
from cti_agent.seat import SeatEvent, SeatState
from cti_agent.seats import Manned
from db.refusal import Refused
from db.work import Unreachable
from ivr.queue import News, Offer, Overdue, Queuer

log = logging.getLogger(__name__)

AGAIN = 1.0  # seconds until a seat is claimed again that the database could not be asked about

Move = Callable[..., Awaitable[Manned | None]]


@dataclass(slots=True)
class Waiter:
    """A caller in a line. news: what the flow has not been told yet. seat: rings for them; answered: it talks with
    them, and that they do not wait any more has been told."""

    who: Queuer
    waiting: Waiting
    news: News = None
    seat: int = 0
    answered: bool = False
    left: bool = False


@dataclass(slots=True, eq=False)
class Line:
    """A queue with who waits in it."""

    row: QueueRow
    queue: Queue
    waiters: dict[str, Waiter] = field(default_factory=dict)
    timer: asyncio.TimerHandle | None = None


class HouseQueues:
    """`HouseQueues(bus, clock, move)`. move: an event of a seat, in the database (`HouseSeats.move`)."""

    def __init__(self, bus: Bus, clock: Clock, move: Move) -> None:
        self._bus, self._clock, self._move = bus, clock, move
        self._lines: dict[tuple[int, str], Line] = {}
        self._since: dict[str, float] = {}  # of calls that are still there, though they may have left the line
        self._asked: set[str] = set()  # of those, whoever was asked what they would rather do
        self._talks: dict[int, str] = {}  # which seat talks in which call
        self._tasks: set[asyncio.Task[None]] = set()

    def set_up(self, rows: list[QueueRow]) -> bool:
        """The queues there are now; True: some of them do not know the seats yet. One that is gone lets its callers
        wait to their end, and one that people wait in keeps its strategy until they are served."""
        before = dict(self._lines)
        for row in rows:
            line = self._lines.get((row.tenant_id, row.code))
            if line is None or (line.row.strategy != row.strategy and not line.waiters):
                line = self._lines[row.tenant_id, row.code] = Line(row, Queue(Strategy(row.strategy)))
            line.row = row
            line.queue.most, line.queue.overflow = row.most, float(row.overflow_s)
        return self._lines != before

    async def close(self) -> None:
        for line in self._lines.values():
            if line.timer is not None:
                line.timer.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # -- what a flow asks ----------------------------------------------------------------------------------------------

    def exists(self, tenant: int, queue: str) -> bool:
        return (tenant, queue) in self._lines

    def enter(self, who: Queuer, *, ringing: bool = False) -> float:
        line, call = self._lines[who.tenant, who.queue], who.call.id
        since = who.since or self._since.get(call) or self._now()
        skills = frozenset({who.lang}) if line.row.by_language else frozenset()
        waiting = Waiting(call, since, skills=skills, asked=call in self._asked)
        if not ringing:
            try:
                line.queue.enter(waiting)
            except Full:
                return 0.0
        line.waiters[call] = Waiter(who, waiting, answered=ringing and call in self._talks.values())
        if call not in self._since:
            self._since[call] = since
            if not who.since:
                self._tell(QueueEntered, call, queue=who.queue, position=line.queue.position(call))
        self._look(line)
        return since

    def news(self, call: str) -> News:
        waiter = self._waiter(call)
        if waiter is None:
            return None
        news, waiter.news = waiter.news, None
        return news

    def position(self, call: str) -> int:
        line = self._line(call)
        return line.queue.position(call) if line else 0

    def back(self, call: str) -> None:
        line = self._line(call)
        if line is not None:
            line.waiters[call].seat = 0
            line.queue.back(line.waiters[call].waiting)
            self._look(line)

    def leave(self, call: str, how: str) -> None:
        line = self._line(call)
        if line is None:
            return
        waiter = line.waiters.pop(call)
        waiter.left = True
        line.queue.leave(call)
        if isinstance(waiter.news, Offer) and waiter.seat:  # it would have rung
            self._do(self._give_back(waiter.seat, call))
        if how == "overdue":
            self._asked.add(call)
        if not waiter.answered:  # else that was told then, whoever hangs up first
            self._left(waiter, how)
        self._look(line)

    # -- what is heard of seats and calls ------------------------------------------------------------------------------

    def seat(self, manned: Manned) -> None:
        """A seat as it is now: offered to the queues it serves, or not any more."""
        ready = manned.seat.state is SeatState.READY
        if manned.seat.state is SeatState.TALKING:
            self._talks[manned.key] = manned.seat.call
        else:
            self._talks.pop(manned.key, None)
        for line in self._lines.values():
            name = str(manned.key)
            if ready and line.row.id in manned.queues and manned.seat.idle_since is not None:
                offered = manned.seat.offered_at
                line.queue.ready(
                    Ready(
                        name,
                        manned.seat.idle_since.timestamp(),
                        manned.skills,
                        manned.seat.calls,
                        offered.timestamp() if offered else 0.0,
                    )
                )
                self._look(line)
            else:
                line.queue.unready(name)

    def hear(self, fact: AnyFact) -> None:
        match fact:
            case LegAnswered() if (waiter := self._waiter(fact.call)) is not None:
                waiter.answered = True
                self._left(waiter, "answered")
            case CallEnded():
                self._since.pop(fact.call, None)
                self._asked.discard(fact.call)

    def snapshot(self) -> list[dict[str, Any]]:
        """Who waits where, for whoever looks on: [{queue, waiting: [{call, position, waited}]}] (K06)."""
        now = self._now()
        return [
            {
                "tenant": line.row.tenant_id,
                "queue": line.row.code,
                "waiting": [
                    {"call": one.call, "position": place, "waited": round(now - one.since, 1)}
                    for place, one in enumerate(line.queue.waiting(), 1)
                ],
            }
            for line in self._lines.values()
        ]

    # -- deciding ------------------------------------------------------------------------------------------------------

    def _look(self, line: Line) -> None:
        """Offer what can be offered, ask whom it is time to ask, and look again when something is due."""
        now = self._now()
        for offer in line.queue.offers(now):
            self._do(self._claim(line, line.waiters[offer.call], int(offer.seats[0])))
        for call in line.queue.overdue(now):
            waiter = line.waiters[call]
            waiter.news = Overdue()
            waiter.who.call.nudge()
        if line.timer is not None:
            line.timer.cancel()
        due = line.queue.due(now)
        loop = asyncio.get_running_loop()
        line.timer = None if due is None else loop.call_later(due + 0.01, self._look, line)

    async def _claim(self, line: Line, waiter: Waiter, seat: int) -> None:
        call = waiter.who.call.id
        try:
            manned = await self._move(seat, SeatEvent.RING, call=call)
        except Refused:  # another call was first, or the seat has gone
            self._stand_again(line, waiter)
            return
        except Unreachable as away:
            log.warning("seat %d cannot be offered now: %s", seat, away)
            await asyncio.sleep(AGAIN)
            self._stand_again(line, waiter)
            return
        if waiter.left or manned is None:
            await self._give_back(seat, call)
            return
        waiter.seat = seat
        waiter.news = Offer(manned.seat.phone, float(line.row.ring_s))
        waiter.who.call.nudge()

    def _stand_again(self, line: Line, waiter: Waiter) -> None:
        if not waiter.left:
            line.queue.back(waiter.waiting)
            self._look(line)

    async def _give_back(self, seat: int, call: str) -> None:
        try:
            await self._move(seat, SeatEvent.CALLER_LEFT, of_call=call)
        except (Refused, Unreachable) as fault:
            log.warning("seat %d, whose caller left: %s", seat, fault)

    # -- small things --------------------------------------------------------------------------------------------------

    def _line(self, call: str) -> Line | None:
        return next((line for line in self._lines.values() if call in line.waiters), None)

    def _waiter(self, call: str) -> Waiter | None:
        line = self._line(call)
        return line.waiters[call] if line else None

    def _left(self, waiter: Waiter, how: str) -> None:
        waited = round(max(0.0, self._now() - waiter.waiting.since), 1)
        self._tell(QueueLeft, waiter.waiting.call, queue=waiter.who.queue, how=how, waited=waited)

    def _tell(self, kind: Any, call: str, **data: Any) -> None:
        self._bus.publish(kind(call=call, at=self._clock.now(), **data))

    def _now(self) -> float:
        return self._clock.now().timestamp()

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
