"""A house with many rooms, customers and deals, put straight into the tables: what the questions are asked of."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.orm import Session

from billing.models import CallRow
from db.tenant import HOME
from db.work import Database
from sales.fixture import load_fixture
from sales.models import (
    Building,
    Customer,
    CustomerPhone,
    Deal,
    DealBuyer,
    Hold,
    Layout,
    PriceItem,
    PriceList,
    PriceListState,
    Project,
    Receivable,
    Room,
    Salesperson,
    Ticket,
)
from sales.states.deal import DealState
from sales.states.hold import HoldKind
from sales.states.plan import PlanKind
from sales.states.receivable import ReceivableState
from sales.states.room import RoomState
from sales.states.ticket import TicketKind, TicketState

NOW = datetime.fromisoformat("2024-03-31T12:00:00+08:00")
TODAY = NOW.date()
AT_ONCE = 2000  # rows of one statement
FLOORS, DOORS = 30, 35
FIRST_BUILDING = 3  # the first two are those of fixture T
ORIENTATIONS = ("S", "N", "E", "W", "SE", "SW", "NE", "NW")
VIEWS = (None, "lake", "park", "street")
STATES = (RoomState.AVAILABLE,) * 5 + (RoomState.SOLD,) * 3 + (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE)
LAYOUTS = (("C", 1, 5200), ("D", 2, 7800), ("E", 3, 10500), ("F", 4, 14200), ("G", 5, 18800))
SURNAMES = "陈刘赵孙周吴郑何冯李王张黄林杨许曾彭潘梁"
GIVEN = "伟洋敏磊静军丽涛雪刚芳强娟勇艳杰磊超秀霞平刚桂英华玉兰玲鹏飞斌宇浩凯文博"
OWN: Mapping[str, Any] = {"tenant_id": HOME, "created_by": "bench"}


@dataclass(frozen=True)
class Stock:
    """What a bench asks about: ids of rooms for sale, customers and sellers, and the customers' numbers."""

    rooms: Sequence[int]
    customers: Sequence[int]
    sellers: Sequence[int]
    phones: Sequence[str]


async def fill(db: Database, rooms: int, customers: int, *, trade: bool = True) -> Stock:
    """Fixture T and so many rooms and customers beside it; `trade`: with price lists, deals, holds, tickets, calls.

    Without trade every room is for sale.
    """
    await db.write(load_fixture, "T")
    chance = random.Random(20240331)
    made = await db.write(_ground, rooms, chance, trade)
    phones = await db.write(_people, customers, chance)
    ids = await db.read(_ids)
    if trade:
        await db.write(_trade, ids, chance)
    if db.dialect == "postgresql":  # as its own housekeeping would, a little later
        await db.store(lambda connection: connection.exec_driver_sql("ANALYZE") and None)
    return Stock(made, ids["customers"], ids["sellers"], phones)


def _insert(connection: Connection, model: Any, rows: Iterator[dict[str, Any]]) -> None:
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append({**OWN, **row} if "created_by" in model.__table__.c else {"tenant_id": HOME, **row})
        if len(batch) == AT_ONCE:
            connection.execute(insert(model), batch)
            batch = []
    if batch:
        connection.execute(insert(model), batch)


def _ground(session: Session, count: int, chance: random.Random, trade: bool) -> list[int]:
    connection = session.connection()
    project = session.scalars(select(Project.id)).one()
    each = FLOORS * DOORS
    codes = [f"{FIRST_BUILDING + n:02}" for n in range(-(-count // each))]
    _insert(connection, Building, ({"project_id": project, "code": code, "name_zh": f"{code}栋",
            "name_en": f"Building {code}", "floors": FLOORS} for code in codes))  # fmt: skip
    _insert(connection, Layout, ({"project_id": project, "code": code, "name_zh": f"{rooms}房", "name_en": code,
            "bedrooms": rooms, "built_x100": area, "inner_x100": area * 8 // 10}
            for code, rooms, area in LAYOUTS))  # fmt: skip
    buildings: dict[str, int] = dict(session.execute(select(Building.code, Building.id)).tuples().all())
    layouts = list(session.execute(select(Layout.id, Layout.built_x100)))

    def rooms() -> Iterator[dict[str, Any]]:
        for n in range(count):
            building, within = codes[n // each], n % each
            floor, door = within // DOORS + 1, within % DOORS + 1
            layout, area = chance.choice(layouts)
            area += chance.randrange(-200, 201)
            unit = chance.randrange(900_000, 2_400_000, 100)
            yield {
                "project_id": project, "building_id": buildings[building], "layout_id": layout, "floor": floor,
                "door": f"{door:02}", "room_code": f"{building}{floor:02}{door:02}",
                "orientation": chance.choice(ORIENTATIONS), "view": chance.choice(VIEWS), "built_x100": area,
                "inner_x100": area * 8 // 10, "unit_fen": unit, "list_fen": unit * area // 100,
                "state": chance.choice(STATES) if trade else RoomState.AVAILABLE,
            }  # fmt: skip

    _insert(connection, Room, rooms())
    if trade:
        _prices(session, [buildings[code] for code in codes])
    return list(session.scalars(select(Room.id).where(Room.room_code >= f"{FIRST_BUILDING:02}").order_by(Room.id)))


def _prices(session: Session, buildings: Sequence[int]) -> None:
    """A list for each building, a hundredth above the rooms' own prices, drafted first and then put into effect."""
    connection = session.connection()
    _insert(connection, PriceList, ({"building_id": key, "version": 1} for key in buildings))
    made = select(PriceList.building_id, PriceList.id).where(PriceList.building_id.in_(buildings))
    lists: dict[int, int] = dict(session.execute(made).tuples().all())
    priced = session.execute(
        select(Room.id, Room.building_id, Room.unit_fen, Room.list_fen).where(Room.building_id.in_(buildings))
    ).all()
    _insert(connection, PriceItem, ({"price_list_id": lists[building], "room_id": room, "unit_fen": unit * 101 // 100,
            "list_fen": total * 101 // 100} for room, building, unit, total in priced))  # fmt: skip
    session.execute(
        update(PriceList)
        .where(PriceList.id.in_(lists.values()))
        .values(state=PriceListState.EFFECTIVE, effective_at=NOW)
    )


def _people(session: Session, count: int, chance: random.Random) -> list[str]:
    connection = session.connection()
    _insert(connection, Salesperson, ({"code": f"{100 + n}", "name": f"销售{n}"} for n in range(50)))
    names = [chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN) for _ in range(500)]
    spelled = {name: (mock.pinyin, mock.pinyin_initials) for name in names if (mock := Customer(name=name))}
    first = session.scalars(select(Customer.id).order_by(Customer.id.desc())).first() or 0

    def customers() -> Iterator[dict[str, Any]]:
        for n in range(count):
            name = names[n % len(names)]
            yield {
                "no": f"B{n}", "name": name, "pinyin": spelled[name][0], "pinyin_initials": spelled[name][1],
                "registered": TODAY,
            }  # fmt: skip

    _insert(connection, Customer, customers())
    ids = session.scalars(select(Customer.id).where(Customer.id > first).order_by(Customer.id)).all()
    phones = [f"+86139{n:08}" for n in range(count)]
    _insert(connection, CustomerPhone, ({"customer_id": key, "phone": phone, "reversed": phone[::-1], "position": 1}
            for key, phone in zip(ids, phones, strict=True)))  # fmt: skip
    return phones


def _ids(session: Session) -> dict[str, Sequence[int]]:
    return {
        "customers": session.scalars(select(Customer.id).where(Customer.no.like("B%")).order_by(Customer.id)).all(),
        "sellers": session.scalars(select(Salesperson.id).where(Salesperson.name.like("销售%"))).all(),
    }


def _trade(session: Session, ids: Mapping[str, Sequence[int]], chance: random.Random) -> None:
    """Every sold room has a deal with three receivables; one customer in ten a hold, a ticket; each has called."""
    connection = session.connection()
    customers, sellers = ids["customers"], ids["sellers"]
    sold = session.execute(
        select(Room.id, Room.project_id, Room.list_fen).where(
            Room.state == RoomState.SOLD, Room.room_code >= f"{FIRST_BUILDING:02}"
        )
    ).all()
    buyers = [chance.choice(customers) for _ in sold]
    _insert(connection, Deal, ({
        "deal_no": f"B{n}", "project_id": project, "room_id": room, "customer_id": buyer,
        "seller_id": chance.choice(sellers), "state": DealState.CONTRACTED, "plan_kind": PlanKind.LUMP_SUM,
        "list_fen": price, "unit_fen": 1, "deal_fen": price, "sub_date": TODAY - timedelta(days=n % 300),
        "sign_date": TODAY,
    } for n, ((room, project, price), buyer) in enumerate(zip(sold, buyers, strict=True))))  # fmt: skip
    deals = session.execute(select(Deal.id, Deal.customer_id, Deal.deal_fen).where(Deal.deal_no.like("B%"))).all()
    _insert(
        connection,
        DealBuyer,
        ({"deal_id": deal, "customer_id": buyer, "share": Decimal(1)} for deal, buyer, _ in deals),
    )
    _insert(connection, Receivable, ({
        "deal_id": deal, "seq": seq, "fee_type": "楼款", "amount_fen": price // 3, "state": ReceivableState.ACTIVE,
        "due_date": TODAY + timedelta(days=30 * seq - 45),
    } for deal, _, price in deals for seq in (1, 2, 3)))  # fmt: skip
    free = session.scalars(
        select(Room.id)
        .where(Room.state == RoomState.AVAILABLE, Room.room_code >= f"{FIRST_BUILDING:02}")
        .limit(len(customers) // 10)
    ).all()
    _insert(connection, Hold, ({
        "no": f"B{room}", "room_id": room, "kind": HoldKind.RESERVE, "customer_id": chance.choice(customers),
        "seller_id": chance.choice(sellers), "started_at": NOW,
        "expires_at": NOW + timedelta(hours=chance.randrange(72)),
    } for room in free))  # fmt: skip
    _insert(connection, Ticket, ({
        "ticket_no": f"B{n}", "kind": TicketKind.REPAIR, "state": TicketState.ASSIGNED,
        "customer_id": chance.choice(customers), "subject": "漏水", "opened_at": NOW,
    } for n in range(len(customers) // 10)))  # fmt: skip
    _insert(
        connection, CallRow, (_call(n, f"+86139{chance.randrange(len(customers)):08}") for n in range(len(customers)))
    )


def _call(n: int, phone: str) -> dict[str, Any]:
    began = NOW - timedelta(minutes=n % 500_000)
    return {
        "call_id": f"B{n}", "linkedid": str(n), "channel": "c", "exchange": "x", "controller": "one", "direction": "in",
        "caller": phone, "caller_norm": phone, "caller_name": "", "callee": "02038880000",
        "callee_norm": "+862038880000", "service": "main", "flow": "main", "flow_version": "1", "lang": "zh",
        "started": began, "answered": began, "ended": began + timedelta(seconds=60), "duration_s": 60, "billsec": 60,
        "disposition": "ANSWERED", "result": "ivr_only", "last_node": "room", "keys": 8, "helps": 0, "invalids": 0,
    }  # fmt: skip
