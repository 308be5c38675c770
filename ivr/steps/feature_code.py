"""What a phone of the house has dialled: where that leads, or what it changes about the phone's own extension."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import CallTroubled
from dialplan import codes
from dialplan.classes import OUTSIDE as NINE
from dialplan.extension import Extension, Features, Kind, internal, kind_of
from ivr.attendant import toll
from ivr.desk import Unavailable
from ivr.step import DONE, Exit, Step, kind, plain
from ivr.visit import Visit

EXTENSION, OUTSIDE, UNKNOWN = "extension", "outside", "unknown"
SEAT_IN, SEAT_STATE = "seat in", "seat state"
DND_ON, DND_OFF = "dnd_on", "dnd_off"
FORWARD_ON, FORWARD_OFF = "forward_on", "forward_off"
FORWARD_OUTSIDE, FORWARD_NOWHERE = "forward_outside", "forward_nowhere"
NOTHING, FAILED = "code_unknown", "code_failed"


@kind("feature code", zh="内线功能码")
@dataclass(frozen=True, slots=True)
class FeatureCode(Step):
    """board, conference, fax  may 60xx, 70xx, 9001 be dialled? Then the exit of that name is taken
    seats  may a seat say how it stands (`*11` to `*14`)? Then “seat in” or “seat state” is taken

    “extension” and “outside” keep the number for a later step; “done” is when something was changed and said.
    A stranger whom a phone has transferred here may reach extensions and nothing else.
    """

    board: bool = False
    conference: bool = False
    fax: bool = False
    seats: bool = False

    def _others(self) -> Collection[Kind]:
        allowed = {Kind.BOARD: self.board, Kind.CONFERENCE: self.conference, Kind.FAX: self.fax}
        return [other for other, yes in allowed.items() if yes]

    def exits(self) -> Collection[Exit]:
        seats = (SEAT_IN, SEAT_STATE) if self.seats else ()
        return (EXTENSION, OUTSIDE, *(other.value for other in self._others()), *seats, DONE, UNKNOWN)

    def hasty(self) -> Collection[Exit]:
        return self.exits()

    def prompts(self) -> Mapping[str, Collection[str]]:
        fixed = plain(DND_ON, DND_OFF, FORWARD_OFF, FORWARD_OUTSIDE, FORWARD_NOWHERE, NOTHING, FAILED)
        return {**fixed, FORWARD_ON: ("extension",)}

    async def run(self, visit: Visit) -> Exit:
        party = visit.call.party
        own = visit.desk.attendant.find(visit.service.tenant, party.caller) if party.inside else None
        match codes.read(party.callee):
            case codes.Within(number) if exit := self._exit(visit, number):
                visit.change(entry=number)
                return exit
            case codes.Outside(number) if party.inside:
                visit.change(entry=number)
                return OUTSIDE
            case codes.Outside(number):
                toll.refuse(visit, number, "transfer")
            case codes.Seat(do, digit) if self.seats and party.inside:
                visit.change(entry=do + digit)
                return SEAT_IN if do == "in" else SEAT_STATE
            case codes.Change(features) if own:
                return await self._change(visit, own, features)
        await visit.say([visit.prompt(NOTHING)])
        return UNKNOWN

    def _exit(self, visit: Visit, number: str) -> Exit:
        which = kind_of(number)
        if which is Kind.PHONE:
            return EXTENSION if visit.desk.attendant.find(visit.service.tenant, number) else ""
        return which.value if which in self._others() else ""

    async def _change(self, visit: Visit, own: Extension, features: Features) -> Exit:
        [(name, value)] = features.items()
        if name == "dnd":
            said = visit.prompt(DND_ON if value else DND_OFF)
        elif not value:
            said = visit.prompt(FORWARD_OFF)
        elif refusal := self._refusal(visit, own, str(value)):
            await visit.say([visit.prompt(refusal)])
            return UNKNOWN
        else:
            said = None
        try:
            changed = await visit.desk.attendant.change(own.tenant, own.number, features)
        except Unavailable as away:
            visit.tell(CallTroubled, what=str(away), node=visit.place.step)
            changed = False
        if not changed:
            await visit.say([visit.prompt(FAILED)])
            return UNKNOWN
        await visit.say([said or visit.sentence(FORWARD_ON, extension=value)])
        return DONE

    def _refusal(self, visit: Visit, own: Extension, number: str) -> str:
        """Why calls cannot be forwarded to that number, "" if they can: to extensions of the house alone."""
        if number.startswith(NINE) or not internal(number):
            toll.refuse(visit, number, "forward")
            return FORWARD_OUTSIDE
        there = visit.desk.attendant.find(own.tenant, number)
        return "" if there and number != own.number else FORWARD_NOWHERE
