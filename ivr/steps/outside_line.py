"""A line outside for a phone of the house, as far as its level goes (SPEC §2.11, call_permission)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.call import Answered, GaveUp
from dialplan.classes import Class, classify, may
from dialplan.extension import Level
from dialplan.reach import Reached
from ivr.attendant import toll
from ivr.attendant.ringing import reached
from ivr.step import DONE, Exit, Step, kind, plain
from ivr.steps.extension import CANCELLED, EXITS
from ivr.visit import Visit

RING = 60.0  # seconds
REFUSED = "refused"
RINGING = "ringing"
BARRED, UNKNOWN = "outside_barred", "outside_unknown"
SORRY = {
    "busy": "outside_busy",
    "no answer": "outside_noanswer",
    "absent": "outside_noanswer",
    "unallocated": "outside_unalloc",
    "congested": "ext_congest",
    REFUSED: BARRED,
}


@kind("outside line", zh="拨外线")
@dataclass(frozen=True, slots=True)
class OutsideLine(Step):
    """Calls the number outside that was dialled, if the phone's extension may. Emergencies are never refused.

    `*` stops the ringing. “done” is when the other side has hung up after the talk.
    """

    def exits(self) -> Collection[Exit]:
        return (DONE, *SORRY, CANCELLED)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": CANCELLED}

    def hasty(self) -> Collection[Exit]:
        return tuple(SORRY)

    def quiet(self) -> Collection[Exit]:
        return (DONE, *SORRY)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(*SORRY.values(), UNKNOWN)

    async def run(self, visit: Visit) -> Exit:
        number = visit.place.entry
        exit = visit.place.phase
        if exit not in SORRY:  # else taken up again while the caller was being told
            if exit != RINGING and not self._allowed(visit, number):
                toll.refuse(visit, number, "dialled")
                exit = REFUSED
            else:
                visit.change(phase=RINGING)
                match reached(await visit.call.dial(number, patience=RING, outside=True)):
                    case Answered():
                        return DONE
                    case GaveUp():
                        return CANCELLED
                    case Reached() as told:
                        exit = EXITS[told]
        visit.change(phase=exit)
        nobodys = exit == REFUSED and classify(number) in (Class.UNKNOWN, Class.INTERNAL)
        await visit.say([visit.prompt(UNKNOWN if nobodys else SORRY[exit])])
        return exit

    def _allowed(self, visit: Visit, number: str) -> bool:
        own = visit.desk.attendant.find(visit.service.tenant, visit.call.party.caller)
        return may(own.level if own else Level.INTERNAL, number)
