"""Waiting for a person: music, one's position, the seat that rings, and what one would rather do (SPEC §2.4.10)."""

from dataclasses import dataclass

from calls.call import Answered, GaveUp
from ivr.queue import Offer, Overdue, Queuer
from ivr.step import Prompt
from ivr.visit import Visit

WAITING, RINGING = "waiting", "ringing"  # phases: "waiting;SINCE", "ringing;SINCE;PHONE;SECONDS"
ANSWERED, OVERDUE, CANCELLED, FULL = "answered", "overdue", "cancelled", "full"
HUNG_UP = "hung up"
POSITION, NEXT = "queue_position", "queue_next"
SAID: tuple[Prompt, ...] = (NEXT,)
TOLD_EVERY = 30.0  # seconds


@dataclass(slots=True)
class Wait:
    """`await Wait(visit, queue).go()`: ANSWERED, OVERDUE, CANCELLED or FULL. What must outlive us is in the phase."""

    visit: Visit
    queue: str
    _since: float = 0.0
    _told: int = 0

    async def go(self) -> str:
        visit, queues = self.visit, self.visit.desk.queues
        offer = self._resume()
        who = Queuer(visit.service.tenant, self.queue, visit.lang, visit.call, self._since)
        self._since = queues.enter(who, ringing=offer is not None)
        if not self._since:
            return FULL
        try:
            how = await self._wait(offer)
        except Exception:  # not when another controller takes the call over: then they keep their place there
            queues.leave(visit.call.id, HUNG_UP)
            raise
        queues.leave(visit.call.id, how)
        # a nudge that came too late must not be the silence of whoever asks next
        visit.put_back(await visit.call.key(0.0))
        return how

    def _resume(self) -> Offer | None:
        """Taken up again: since when they wait, and what was ringing."""
        what, *rest = self.visit.place.phase.split(";")
        if what in (WAITING, RINGING):
            self._since = float(rest[0])
        return Offer(rest[1], float(rest[2])) if what == RINGING else None

    async def _wait(self, offer: Offer | None) -> str:
        visit, queues = self.visit, self.visit.desk.queues
        while True:
            if offer is None:
                visit.change(phase=f"{WAITING};{self._since}")
                match queues.news(visit.call.id):
                    case Offer() as offer:
                        visit.change(phase=f"{RINGING};{self._since};{offer.phone};{offer.ring:g}")
                        await visit.call.hold(False)
                    case Overdue():
                        await visit.call.hold(False)
                        return OVERDUE
                    case None:
                        if await self._pass_time() == "*":
                            return CANCELLED
                        continue
            match await visit.call.dial(offer.phone, patience=offer.ring):
                case Answered():
                    return ANSWERED
                case GaveUp():
                    return CANCELLED
                case _:
                    queues.back(visit.call.id)
                    offer = None

    async def _pass_time(self) -> str:
        """Music until there is news, half a minute has passed, or a key; `*` goes back to the menu."""
        visit = self.visit
        position = visit.desk.queues.position(visit.call.id)
        key = ""
        if position and position != self._told:
            self._told = position
            await visit.call.hold(False)
            words = visit.prompt(NEXT) if position == 1 else visit.sentence(POSITION, n=position - 1)
            key = await visit.say([words])
        if not key:
            await visit.call.hold(True)
            key = await visit.key(TOLD_EVERY)
        if key == "*":
            await visit.call.hold(False)
        return key
