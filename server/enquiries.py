"""What callers ask of rooms and loans, answered by the house's database or by a project's own computer (S4-25, S4-45).

A project's row says which (`project.host`); the flow does not know the difference.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from calls.clock import BUSINESS, Clock
from calls.unavailable import Unavailable
from db.work import Database, Unreachable
from dialplan.service import Project
from ivr.enquiry import MOST_LAYOUTS, MOST_ROOMS, Found, Layout, Room, Rooms, Wish
from ivr.loan import Loan, LoanWish
from sales import queries
from sales.queries import LayoutRow, LoanTerms, Range, RoomOffer, RoomWish
from sales.rooms import SpokenRooms
from sales.states.mortgage import RepaymentMethod

WAN = 1_000_000  # fen
METHODS = {
    "equal instalment": RepaymentMethod.EQUAL_INSTALMENT,
    "equal principal": RepaymentMethod.EQUAL_PRINCIPAL,
}
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Enquiries:
    """An `ivr.desk.Rooms` for all projects."""

    house: Rooms
    hosts: Rooms

    async def by_code(self, project: Project, code: str) -> Room | None:
        return await self._of(project).by_code(project, code)

    async def layouts(self, project: Project) -> Sequence[Layout]:
        return await self._of(project).layouts(project)

    async def search(self, project: Project, wish: Wish) -> Found:
        return await self._of(project).search(project, wish)

    def _of(self, project: Project) -> Rooms:
        return self.hosts if project.host else self.house


class HouseRooms:
    """An `ivr.desk.Rooms` on the house's own database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._rooms = SpokenRooms(db, Room)

    async def by_code(self, project: Project, code: str) -> Room | None:
        return await self._rooms.by_code(project.id, code)

    async def layouts(self, project: Project) -> Sequence[Layout]:
        rows = await _asked(self._db, queries.layouts_of, project.id)
        return [told_layout(row) for row in rows[:MOST_LAYOUTS]]

    async def search(self, project: Project, wish: Wish) -> Found:
        wanted = RoomWish(
            bedrooms=(wish.bedrooms,) if wish.bedrooms else (),
            total_fen=Range(most=wish.most_wan * WAN or None),
            built_x100=Range(least=wish.least_m2 * 100 or None),
        )
        found = await _asked(self._db, queries.rooms_for_sale, project.id, wanted, MOST_ROOMS)
        return Found(found.total, [_room(offer) for offer in found.rows])


class HouseLoans:
    """An `ivr.loan.Loans`: the rates are the house's, wherever a project's rooms are."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    async def reckon(self, project: Project, wish: LoanWish) -> Loan | None:
        terms = LoanTerms(wish.price_fen, Decimal(wish.down) / 100, wish.years * 12, METHODS[wish.method])
        today = self._clock.now().astimezone(BUSINESS).date()
        try:
            cost = await _asked(self._db, queries.loan_cost, project.id, terms, today)
        except LookupError as missing:
            raise Unavailable(str(missing)) from missing
        if cost is None:
            return None
        return Loan(cost.loan_fen, cost.annual, cost.first_fen, cost.last_fen, cost.interest_fen)


def told_layout(row: LayoutRow) -> Layout:
    """As it is told to callers."""
    name = {"zh": row.name_zh, "en": row.name_en}
    return Layout(row.code, name, row.built_x100, row.orientations, row.for_sale, row.least_fen, row.most_fen)


def _room(offer: RoomOffer) -> Room:
    return Room(
        code=offer.code,
        building=int(offer.building),
        floor=offer.floor,
        door=offer.door,
        layout={"zh": offer.layout_zh, "en": offer.layout_en},
        built_x100=offer.built_x100,
        orientation=offer.orientation,
        unit_fen=offer.unit_fen,
        list_fen=offer.total_fen,
        state=offer.state.value,
    )


async def _asked(db: Database, fn: Callable[..., T], *args: object) -> T:
    try:
        return await db.read(fn, *args)
    except Unreachable as away:
        raise Unavailable(str(away)) from away
