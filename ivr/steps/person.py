"""Hand the caller to a person: a seat of the service's queue, or the operator's phone; and say so if nobody is reached
(SPEC §2.4.10, §4.4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from calls.call import Answered, Busy, Congested, GaveUp, NoAnswer, Rejected, Unallocated
from ivr.step import DONE, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit
from ivr.waiting import ANSWERED, CANCELLED, FULL, NEXT, OVERDUE, POSITION, Wait

BUSY, NO_ANSWER, ABSENT, CONGESTED = "busy", "no answer", "absent", "congested"
SORRY = {
    BUSY: "operator_busy",
    NO_ANSWER: "operator_noanswer",
    ABSENT: "operator_absent",
    CONGESTED: "operator_congested",
}
NOT_REGISTERED = 20  # Q.850: the phone is there, but off
RING = 20.0  # seconds
RINGING = "ringing"


@kind("person", zh="转人工")
@dataclass(frozen=True, slots=True)
class Person(Step):
    """to   "operator": the queue of the service, else the operator's phone
    say  said before it rings

    The caller may press `*` to stop the ringing or the waiting. “done” is when the other side has hung up after the
    talk; “overdue”, when the caller has waited so long that a menu may ask what they would rather do: here again, they
    have their place again. A queue that is full is “busy”.
    """

    to: Literal["operator"] = "operator"
    say: Prompt = "operator"

    def exits(self) -> Collection[Exit]:
        return (DONE, *SORRY, CANCELLED, OVERDUE)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": CANCELLED}

    def hasty(self) -> Collection[Exit]:
        return tuple(SORRY)

    def quiet(self) -> Collection[Exit]:
        return (DONE, *SORRY)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {**plain(self.say, NEXT, *SORRY.values()), POSITION: ("n",)}

    async def run(self, visit: Visit) -> Exit:
        exit = visit.place.phase
        if exit not in SORRY:  # else taken up again while the caller was being told
            exit = await self._connect(visit)
        if exit in SORRY:
            visit.change(phase=exit)
            visit.put_back(await visit.say([visit.prompt(SORRY[exit])]))
        return exit

    async def _connect(self, visit: Visit) -> Exit:
        queue, queues = visit.service.queue, visit.desk.queues
        if queue and queues.exists(visit.service.tenant, queue):
            how = await Wait(visit, queue).go()
            return {ANSWERED: DONE, FULL: BUSY}.get(how, how)
        if not visit.service.operator:
            return ABSENT
        if visit.place.phase != RINGING:
            if await visit.say([visit.prompt(self.say)]) == "*":
                return CANCELLED
            visit.change(phase=RINGING)
        match await visit.call.dial(visit.service.operator, patience=RING):
            case Answered():
                return DONE
            case Busy() | Rejected():
                return BUSY
            case NoAnswer(cause):
                return ABSENT if cause == NOT_REGISTERED else NO_ANSWER
            case Unallocated():
                return ABSENT
            case Congested():
                return CONGESTED
            case GaveUp():
                return CANCELLED
