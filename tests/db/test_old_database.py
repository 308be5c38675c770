"""A database of the first release with rows in it is brought up to date, and nothing it knew is lost."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from calls.clock import FixedClock
from db.base import Base
from db.upgrade import differences, downgrade, head, upgrade
from db.work import Database
from sales.models import Customer, CustomerPhone, PermitCover, PresalePermit, Room
from tests.db.engines import ENGINES, NOON, Cluster

AT = "2024-01-02 03:04:05+00:00"
ROWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("tenant", {"id": 1, "code": "haitian", "name": "海天", "kind": "owner", "state": "active",
                "feature_switches": "{}"}),
    ("developer", {"id": 1, "name_zh": "海天", "name_en": "Haitian"}),
    ("project", {"id": 1, "developer_id": 1, "code": "01", "name_zh": "海天花园", "name_en": "Haitian Garden"}),
    ("building", {"id": 1, "project_id": 1, "code": "01", "name_zh": "一栋", "name_en": "one", "units": 1,
                  "floors": 3}),
    ("layout", {"id": 1, "project_id": 1, "code": "A", "name_zh": "两室", "name_en": "two", "bedrooms": 2, "halls": 1,
                "baths": 1, "kitchens": 1, "balconies": 1, "built_x100": 8900, "inner_x100": 7000}),
    *(
        ("room", {"id": key, "project_id": 1, "building_id": 1, "layout_id": 1, "unit_no": 1, "floor": key,
                  "door": "01", "room_code": f"010{key}01", "usage": "住宅", "orientation": "S", "built_x100": 8900,
                  "inner_x100": 7000, "unit_fen": 100, "list_fen": 8900, "permit_no": permit, "state": state})
        for key, permit, state in ((1, "YS001", "sold"), (2, "YS001", "available"), (3, None, "not_released"))
    ),
    *(
        ("customer", {"id": key, "no": f"C{key}", "name": name, "gender": "M", "phone": phone, "lang": ""})
        for key, name, phone in ((1, "陈伟", "+8613800000001"), (2, "Emily Carter", "+8613800000088"), (3, "无号", ""))
    ),
)  # fmt: skip


def fill(connection: Connection) -> None:
    for table, told in ROWS:
        row = told | {"created_at": AT, "updated_at": AT, "row_version": 1}
        if table != "tenant":
            row["tenant_id"] = 1
        values = ", ".join("NULL" if value is None else f"'{value}'" for value in row.values())
        connection.exec_driver_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({values})")


@pytest.fixture(params=ENGINES)
async def old(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database at revision 0001, as the first release filled it."""

    async def prepare(db: Database) -> None:
        await upgrade(db, "0001")
        await db.migrate(fill)

    if request.param == "sqlite":
        async with Database.open(f"sqlite:///{tmp_path}/loupan.db", FixedClock(NOON).now) as db:
            await prepare(db)
            yield db
        return
    cluster: Cluster = request.getfixturevalue("cluster")
    name = await cluster.create()
    async with Database.open(cluster.url(name), FixedClock(NOON).now) as db:
        await prepare(db)
        yield db
    await cluster.drop(name)


async def test_numbers_names_and_permits_move(old: Database) -> None:
    assert await upgrade(old) == head()
    assert await differences(old, Base.metadata) == []

    def customers(session: Session) -> list[Any]:
        asked = (
            select(Customer.no, Customer.name, CustomerPhone.phone, CustomerPhone.reversed, Customer.pinyin_initials)
            .outerjoin(CustomerPhone, CustomerPhone.customer_id == Customer.id)
            .order_by(Customer.id)
        )
        return [tuple(row) for row in session.execute(asked)]

    assert await old.read(customers) == [
        ("C1", "陈伟", "+8613800000001", "1000000083168+", "cw"),
        ("C2", "Emily Carter", "+8613800000088", "8800000083168+", "ec"),
        ("C3", "无号", None, None, "wh"),
    ]

    def whole(session: Session) -> tuple[Any, ...]:
        chen = session.get_one(Customer, 1)
        return chen.kind, chen.stage, chen.intent, chen.tags, chen.custom, chen.opt_out_calls, chen.gender

    assert await old.read(whole) == ("person", "registered", {}, [], {}, False, "M")

    def permits(session: Session) -> list[Any]:
        asked = (
            select(Room.room_code, PresalePermit.no, PermitCover.room_id, Room.state)
            .outerjoin(PresalePermit, PresalePermit.id == Room.permit_id)
            .outerjoin(PermitCover, PermitCover.room_id == Room.id)
            .order_by(Room.id)
        )
        return [tuple(row) for row in session.execute(asked)]

    assert await old.read(permits) == [
        ("010101", "YS001", 1, "sold"), ("010201", "YS001", 2, "available"), ("010301", None, None, "not_released"),
    ]  # fmt: skip


async def test_the_next_row_finds_a_number_and_the_checks_are_in_force(old: Database) -> None:
    await upgrade(old)
    checks = {"ck_room_state", "ck_room_area", "ck_room_floor", "ck_room_price", "ck_room_hold", "ck_room_deal"}

    def found(connection: Connection) -> set[str | None]:
        return {check["name"] for check in inspect(connection).get_check_constraints("room")}

    assert await old.migrate(found) == checks

    def spoil(session: Session) -> None:
        session.execute(text("UPDATE room SET state = 'gone' WHERE id = 2"))

    with pytest.raises(IntegrityError):
        await old.write(spoil)
    with pytest.raises(IntegrityError):
        await old.write(lambda s: s.execute(text("UPDATE customer SET lang = 'xx'")) and None)


async def test_back_to_the_first_release_and_up_again(old: Database) -> None:
    await upgrade(old)
    await downgrade(old, "0001")

    def told(session: Session) -> tuple[list[Any], list[Any]]:
        phones = session.execute(text("SELECT phone FROM customer ORDER BY id")).scalars().all()
        permits = session.execute(text("SELECT permit_no FROM room ORDER BY id")).scalars().all()
        return list(phones), list(permits)

    assert await old.read(told) == (["+8613800000001", "+8613800000088", ""], ["YS001", "YS001", None])
    assert await upgrade(old) == head()
    assert await differences(old, Base.metadata) == []
