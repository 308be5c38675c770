"""Ring for an extension whoever is to be rung, one after the other, and remember it in the place (SPEC §4.4)."""

from calls.call import Answered, Busy, Congested, Dialled, GaveUp, NoAnswer, Rejected, Unallocated
from calls.facts import LegEnded
from dialplan.classes import OUTSIDE, may
from dialplan.extension import Extension, internal
from dialplan.reach import Reached, Ring, Tried, following
from ivr.attendant import toll
from ivr.visit import Visit

RING = 20.0  # seconds for each number
OFF = 20  # Q.850: the phone is there, but not registered
SEPARATOR = ","

Ended = Reached | Answered | GaveUp


async def ring(visit: Visit, wanted: str) -> Ended:
    """The phase of the place is what has been tried: "8001n,8002" = 8001 has not answered, 8002 is ringing."""
    tenant = visit.service.tenant

    def find(number: str) -> Extension | None:
        return visit.desk.attendant.find(tenant, number)

    tried = _read(visit.place.phase)
    while True:
        match following(find, wanted, tried):
            case Ring(number, by_forward):
                _remember(visit, tried, number)
                ended = await _ring(visit, find(wanted), number, by_forward=by_forward)
            case told:
                if told not in [each.reached for each in tried]:
                    tell(visit, wanted, told)
                return told
        if not isinstance(ended, Reached):
            return ended
        tried = [*tried, Tried(number, ended)]
        _remember(visit, tried)


async def _ring(visit: Visit, owner: Extension | None, number: str, *, by_forward: bool) -> Ended:
    if internal(number):
        return reached(await visit.call.dial(number, patience=RING))
    outside = number.removeprefix(OUTSIDE)
    if by_forward or owner is None or not may(owner.level, outside):
        # a forward is set by whoever stands at a phone: never outside; the list is an administrator's
        toll.refuse(visit, number, "forward" if by_forward else "follow-me")
        tell(visit, number, Reached.UNALLOCATED)
        return Reached.UNALLOCATED
    return reached(await visit.call.dial(outside, patience=RING, outside=True))


CAUSES = {
    Reached.BUSY: ("busy", 17),
    Reached.NO_ANSWER: ("noanswer", 19),
    Reached.ABSENT: ("noanswer", OFF),
    Reached.UNALLOCATED: ("unallocated", 1),
    Reached.CONGESTED: ("congested", 34),
}


def tell(visit: Visit, number: str, told: Reached) -> None:
    """A result that was known without ringing anybody: do not disturb, no such number (`call_event` dial_result)."""
    result, cause = CAUSES[told]
    visit.tell(LegEnded, leg="", result=result, cause=cause, number=number)


def reached(dialled: Dialled) -> Ended:
    """What a caller is told of it: who rejects a call is busy for him."""
    match dialled:
        case Answered() | GaveUp():
            return dialled
        case Busy() | Rejected():
            return Reached.BUSY
        case NoAnswer(cause):
            return Reached.ABSENT if cause == OFF else Reached.NO_ANSWER
        case Unallocated():
            return Reached.UNALLOCATED
        case Congested():
            return Reached.CONGESTED


def _remember(visit: Visit, tried: list[Tried], ringing: str = "") -> None:
    words = [each.number + each.reached.value for each in tried]
    visit.change(phase=SEPARATOR.join([*words, ringing] if ringing else words))


def _read(phase: str) -> list[Tried]:
    words = [word for word in phase.split(SEPARATOR) if word and not word[-1].isdecimal()]
    return [Tried(word[:-1], Reached(word[-1])) for word in words]
