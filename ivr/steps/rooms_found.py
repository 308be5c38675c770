"""Tell how many rooms are as wished, and of the cheapest of them one by one (node Q5r)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.enquiry import Found, Room, Wish
from ivr.keys import one_of
from ivr.leaf import AGAIN, PHRASES
from ivr.step import EVERYWHERE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.room import FAX, Told, sentences, told
from ivr.visit import Visit, Words

NONE = "none"
NEXT, DETAILS, LIST = "#", "1", "2"  # keys
COUNT, CHEAPEST, LAST = "result_found", "result_cheapest", "result_last"
NUMBER, SAY = "result_number", "result_room"
DETAILED = "+"  # in the phase


@kind("rooms found", zh="找房结果")
@dataclass(frozen=True, slots=True)
class RoomsFound(Step):
    """help  what a silent caller hears
    fax   whether 2 offers the list by fax, by an exit “fax” (default false)

    Keys: # next, 1 details, 9 again, 0 agent, * back.
    """

    help: Prompt
    fax: bool = False

    def exits(self) -> Collection[Exit]:
        return (NONE, *self.keys().values(), GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {**({LIST: FAX} if self.fax else {}), **EVERYWHERE}

    def stays(self) -> Mapping[str, str]:
        return {NEXT: "next", DETAILS: "details", AGAIN: "again"}

    def hasty(self) -> Collection[Exit]:
        return (NONE,)

    def quiet(self) -> Collection[Exit]:
        return (NONE, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        choices = ("result_next", "result_details", *(("result_fax",) if self.fax else ()), *PHRASES)
        return {
            COUNT: ("n",),
            NUMBER: ("k",),
            SAY: ("building", "floor", "door", "layout", "area", "price"),
            **sentences(),
            **plain(CHEAPEST, LAST, *choices, self.help, *COMMON_PROMPTS),
        }

    async def run(self, visit: Visit) -> Exit:
        found = await visit.desk.rooms.search(visit.project, Wish.read(visit.place.entry))
        if not found.rooms:
            return NONE
        keys = {key: exit for key, exit in self.keys().items() if exit not in visit.service.off}
        rule = one_of({NEXT, DETAILS, AGAIN, *keys})
        at, detailed = _where(visit, found)
        words: Words = [*_count(visit, found), *_words(visit, found, at, detailed)]
        while True:
            choices = self._choices(visit, last=at == len(found.rooms) - 1)
            match await ask(visit, Question([*words, *choices], rule, [visit.prompt(self.help)], again=choices)):
                case Keyed(key) if key in keys:
                    return keys[key]
                case Keyed(key) if key == NEXT and at == len(found.rooms) - 1:
                    words = [visit.prompt(LAST)]
                    continue
                case Keyed(key) if key == NEXT:
                    at, detailed = at + 1, False
                case Keyed(key):
                    detailed = detailed or key == DETAILS
                case Exhausted():
                    return GAVE_UP
            visit.change(phase=f"{at}{DETAILED if detailed else ''}")
            words = _words(visit, found, at, detailed)

    def _choices(self, visit: Visit, *, last: bool) -> Words:
        fax = self.fax and FAX not in visit.service.off
        names = (
            *(() if last else ("result_next",)), "result_details", *(("result_fax",) if fax else ()), *PHRASES,
        )  # fmt: skip
        return [visit.prompt(name) for name in names]


def _where(visit: Visit, found: Found) -> tuple[int, bool]:
    """Which of the rooms the caller is told of, and whether in detail."""
    phase = visit.place.phase
    at = int(phase.removesuffix(DETAILED) or 0)
    return min(at, len(found.rooms) - 1), phase.endswith(DETAILED)


def _count(visit: Visit, found: Found) -> Words:
    if visit.place.phase:
        return ()  # taken up again: that has been said
    few = [visit.prompt(CHEAPEST)] if found.total > len(found.rooms) else []
    return [visit.sentence(COUNT, n=found.total), *few]


def _words(visit: Visit, found: Found, at: int, detailed: bool) -> Words:
    room = found.rooms[at]
    said = told(room) if detailed else ((NUMBER, {"k": at + 1}), brief(room))
    return [visit.sentence(name, **values) for name, values in said]


def brief(room: Room) -> Told:
    """A room for sale in a list, in one sentence."""
    values = {"building": room.building, "floor": room.floor, "door": room.door, "layout": room.layout}
    return SAY, {**values, "area": room.built_x100, "price": room.list_fen}
