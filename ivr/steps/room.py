"""Say what may be said of the room entered: a price only if it is for sale (node Q4r; SPEC §7 no. 23)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.desk import Room
from ivr.leaf import QUIET, STAYS, Leaf
from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

OTHER = "other"
NUMBER, SAY, SAY_STATE, NOT_SALE, NONE = "room_number", "room_say", "room_say_state", "room_not_sale", "room_none"
NOT_OFFERED = ("not_for_sale", "not_released")

Told = tuple[str, Mapping[str, object]]  # a prompt's name and what fills its slots


@kind("room", zh="报房间信息")
@dataclass(frozen=True, slots=True)
class SayRoom(Step):
    """help  what a silent caller hears

    Keys: 2 another room, 9 again, 0 agent, * back.
    """

    help: Prompt

    def _leaf(self) -> Leaf:
        return Leaf(self.help, more={"2": OTHER}, phrases=("room_other",))

    def exits(self) -> Collection[Exit]:
        return self._leaf().exits()

    def keys(self) -> Mapping[str, Exit]:
        return self._leaf().keys()

    def stays(self) -> Mapping[str, str]:
        return STAYS

    def quiet(self) -> Collection[Exit]:
        return QUIET

    def prompts(self) -> Mapping[str, Collection[str]]:
        of_state = ("building", "floor", "door", "layout", "area", "state")
        priced = (*of_state, "dir", "unit_price", "price")
        return {
            NUMBER: ("code",),
            SAY: priced,
            SAY_STATE: of_state,
            **plain(NOT_SALE, NONE),
            **self._leaf().prompts(),
        }

    async def run(self, visit: Visit) -> Exit:
        room = await visit.desk.rooms.by_code(visit.project.id, visit.place.entry)
        if room is None:
            return await self._leaf().tell(visit, [visit.prompt(NONE)])
        return await self._leaf().tell(visit, [visit.sentence(name, **values) for name, values in told(room)])


def told(room: Room) -> tuple[Told, ...]:
    """The sentences about a room, for the caller and for whoever renders them ahead.

    The number is a sentence of its own, said twice and uncut; a price stays inside its sentence (SPEECH §5). Names of
    customers are never said, prices only of rooms that are for sale.
    """
    number: Told = (NUMBER, {"code": room.code})
    if room.state in NOT_OFFERED:
        return number, (NOT_SALE, {})
    values: dict[str, object] = {
        "building": room.building,
        "floor": room.floor,
        "door": room.door,
        "layout": room.layout,
        "area": room.built_x100,
        "state": room.state,
    }
    if room.state != "available":
        return number, (SAY_STATE, values)
    return number, (
        SAY,
        values | {"dir": room.orientation, "unit_price": room.unit_fen, "price": room.list_fen},
    )
