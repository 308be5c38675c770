"""Say what may be said of the room entered: a price only if it is for sale (node Q4r; SPEC §7 no. 23)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.desk import Room
from ivr.leaf import QUIET, STAYS, Leaf
from ivr.step import Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

OTHER, MORTGAGE, FAX = "other", "mortgage", "fax"
NUMBER, SAY, SAY_STATE, NOT_SALE, NONE = "room_number", "room_say", "room_say_state", "room_not_sale", "room_none"
FOR_SALE = "available"
NOT_OFFERED = ("not_for_sale", "not_released")

Told = tuple[str, Mapping[str, object]]  # a prompt's name and what fills its slots


@kind("room", zh="报房间信息")
@dataclass(frozen=True, slots=True)
class SayRoom(Step):
    """help      what a silent caller hears
    fax       whether 1 offers to fax this, by an exit “fax” (default false)
    mortgage  whether 3 offers, for a room for sale, to reckon a mortgage on it, by an exit “mortgage” (default false)

    Keys: 2 another room, 9 again, 0 agent, * back.
    """

    help: Prompt
    fax: bool = False
    mortgage: bool = False

    def _leaf(self, *, fax: bool, mortgage: bool) -> Leaf:
        offered = {
            **({"1": (FAX, "room_fax")} if fax else {}),
            "2": (OTHER, "room_other"),
            **({"3": (MORTGAGE, "room_mortgage")} if mortgage else {}),
        }
        more = {key: exit for key, (exit, _) in offered.items()}
        return Leaf(self.help, more, tuple(phrase for _, phrase in offered.values()))

    def _whole(self) -> Leaf:
        return self._leaf(fax=self.fax, mortgage=self.mortgage)

    def exits(self) -> Collection[Exit]:
        return self._whole().exits()

    def keys(self) -> Mapping[str, Exit]:
        return self._whole().keys()

    def stays(self) -> Mapping[str, str]:
        return STAYS

    def quiet(self) -> Collection[Exit]:
        return QUIET

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {**sentences(), **plain(NONE), **self._whole().prompts()}

    async def run(self, visit: Visit) -> Exit:
        room = await visit.desk.rooms.by_code(visit.project, visit.place.entry)
        fax = self.fax and room is not None and FAX not in visit.service.off
        leaf = self._leaf(fax=fax, mortgage=self.mortgage and room is not None and room.state == FOR_SALE)
        if room is None:
            return await leaf.tell(visit, [visit.prompt(NONE)])
        return await leaf.tell(visit, [visit.sentence(name, **values) for name, values in told(room)])


def sentences() -> Mapping[str, Collection[str]]:
    """The prompts that `told` may choose from -> their slots."""
    of_state = ("building", "floor", "door", "layout", "area", "state")
    priced = (*of_state, "dir", "unit_price", "price")
    return {NUMBER: ("code",), SAY: priced, SAY_STATE: of_state, NOT_SALE: ()}


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
    if room.state != FOR_SALE:
        return number, (SAY_STATE, values)
    return number, (
        SAY,
        values | {"dir": room.orientation, "unit_price": room.unit_fen, "price": room.list_fen},
    )
