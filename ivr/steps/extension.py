"""Ring the extension whose number was entered, and whoever is to be rung for it; say so if nobody is reached (X)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.call import Answered, GaveUp
from dialplan.reach import Reached
from ivr.attendant.ringing import ring
from ivr.step import DONE, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

CANCELLED = "cancelled"
EXITS = {
    Reached.BUSY: "busy",
    Reached.NO_ANSWER: "no answer",
    Reached.ABSENT: "absent",
    Reached.UNALLOCATED: "unallocated",
    Reached.CONGESTED: "congested",
}
SORRY = {
    "busy": "ext_busy",
    "no answer": "ext_noanswer",
    "absent": "ext_absent",
    "unallocated": "ext_unalloc",
    "congested": "ext_congest",
}


@kind("extension", zh="拨分机")
@dataclass(frozen=True, slots=True)
class ExtensionStep(Step):
    """say  said before it rings

    Forwards, do not disturb and the follow-me list are minded; each number rings for 20 seconds. `*` stops it.
    “done” is when the other side has hung up after the talk.
    """

    say: Prompt = "ext_connect"

    def exits(self) -> Collection[Exit]:
        return (DONE, *SORRY, CANCELLED)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": CANCELLED}

    def hasty(self) -> Collection[Exit]:
        return tuple(SORRY)

    def quiet(self) -> Collection[Exit]:
        return (DONE, *SORRY)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, *SORRY.values())

    async def run(self, visit: Visit) -> Exit:
        exit = visit.place.phase
        if exit not in SORRY:  # else taken up again while the caller was being told
            if not exit and await visit.say([visit.prompt(self.say)]) == "*":
                return CANCELLED
            match await ring(visit, visit.place.entry):
                case Answered():
                    return DONE
                case GaveUp():
                    return CANCELLED
                case told:
                    exit = EXITS[told]
        visit.change(phase=exit)
        visit.put_back(await visit.say([visit.prompt(SORRY[exit])]))
        return exit
