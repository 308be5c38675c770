"""The audit log is a chain: whatever is changed, taken out or cut off is found, on both engines."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Executable, delete, func, select, text, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from db import audit
from db.audit import AuditChain, AuditLog, verify
from db.tenant import HOME, Tenant
from db.work import Database
from tests.db.engines import NOON


def found(session: Session) -> None:
    session.add_all(Tenant(id=key, code=f"t{key}", name="x") for key in (HOME, 2))


def note(session: Session, action: str, tenant: int = HOME, facts: dict[str, object] | None = None) -> None:
    audit.record(
        session, tenant=tenant, at=NOON, actor="01", action=action, entity="room", entity_id=7,
        before={"state": "available"}, after={"state": "reserved", **(facts or {})},
    )  # fmt: skip


def run(session: Session, statement: Executable) -> None:
    session.execute(statement)


@pytest.fixture
async def house(db: Database) -> Database:
    await db.write(found)
    return db


def rows(session: Session) -> list[tuple[int, int, str]]:
    told = select(AuditLog.tenant_id, AuditLog.position, AuditLog.action).order_by(
        AuditLog.tenant_id, AuditLog.position
    )
    return [(tenant, position, action) for tenant, position, action in session.execute(told)]


async def test_rows_of_a_unit_are_chained_at_its_commit(house: Database) -> None:
    def unit(session: Session) -> None:
        note(session, "reserve", facts={"price_fen": 89_000_000, "name": "陈伟 🏠"})
        note(session, "other house", tenant=2)
        note(session, "log")
        assert rows(session) == []  # not before the commit

    await house.write(unit)
    await house.write(note, "release")
    assert await house.read(rows) == [(1, 1, "reserve"), (1, 2, "log"), (1, 3, "release"), (2, 1, "other house")]
    assert await house.read(verify, HOME) is None
    assert await house.read(verify, 2) is None
    assert await house.read(verify, 3) is None  # nothing was ever done there


async def test_a_first_row_worked_by_hand(house: Database) -> None:
    import hashlib

    await house.write(note, "reserve")
    told = (
        '[1,1,"2024-03-31T04:00:00+00:00","01","reserve","room",7,'
        '{"state":"available"},{"state":"reserved"},"ok",null,null]'
    )
    stored = await house.read(lambda s: s.scalars(select(AuditLog.hash)).one())
    assert stored == hashlib.sha256(("0" * 64 + told).encode()).hexdigest()


async def test_what_is_rolled_back_leaves_no_row(house: Database) -> None:
    def refused(session: Session) -> None:
        note(session, "reserve")
        raise RuntimeError("no")

    def partly(session: Session) -> None:
        note(session, "kept")
        with session.begin_nested():
            note(session, "kept too")
        point = session.begin_nested()
        note(session, "lost")
        with session.begin_nested():
            note(session, "lost with it")
        point.rollback()
        note(session, "after")

    with pytest.raises(RuntimeError):
        await house.write(refused)
    assert await house.read(rows) == []
    await house.write(partly)
    assert [action for _, _, action in await house.read(rows)] == ["kept", "kept too", "after"]


async def test_the_database_refuses_to_change_or_delete_a_row(house: Database) -> None:
    await house.write(note, "reserve")
    for change in (
        update(AuditLog).values(actor="02"),
        delete(AuditLog),
    ):
        with pytest.raises(IntegrityError, match="only ever added"):
            await house.write(run, change)
    assert await house.read(verify, HOME) is None


async def unlock(db: Database) -> None:
    """What somebody with the database in their hands can do."""
    if db.dialect == "sqlite":
        for event in ("update", "delete"):
            await db.write(run, text(f"DROP TRIGGER audit_log_no_{event}"))
    else:
        await db.write(run, text("ALTER TABLE audit_log DISABLE TRIGGER USER"))


@pytest.mark.parametrize(
    ("forgery", "position", "word"),
    [
        (update(AuditLog).where(AuditLog.position == 2).values(actor="02"), 2, "content"),
        (update(AuditLog).where(AuditLog.position == 2).values(after={"state": "sold"}), 2, "content"),
        (update(AuditLog).where(AuditLog.position == 3).values(prev_hash="1" * 64), 3, "follow"),
        (update(AuditLog).where(AuditLog.position == 4).values(hash="1" * 64), 4, "content"),
        (delete(AuditLog).where(AuditLog.position == 3), 3, "missing"),
        (delete(AuditLog).where(AuditLog.position == 1), 1, "missing"),
        (delete(AuditLog).where(AuditLog.position >= 3), 3, "missing"),
        (update(AuditChain).values(position=2), 4, "longer"),
    ],
)
async def test_forgeries_are_found(house: Database, forgery: Executable, position: int, word: str) -> None:
    for action in ("reserve", "extend", "book", "subscribe"):
        await house.write(note, action)
    await unlock(house)
    await house.write(run, forgery)
    broken = await house.read(verify, HOME)
    assert broken is not None
    assert (broken.tenant, broken.position) == (HOME, position)
    assert word in broken.why


async def test_fifty_at_once_make_one_chain(house: Database) -> None:
    """The first rows too: nobody has made the head yet."""
    await asyncio.gather(*(house.write(note, f"a{number}") for number in range(50)))
    assert await house.read(verify, HOME) is None
    told = await house.read(rows)
    assert [position for _, position, _ in told] == list(range(1, 51))
    assert Counter(action for *_, action in told) == Counter(f"a{number}" for number in range(50))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10) | st.floats(-1e9, 1e9),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=5), parts, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=5), JSON, max_size=4))
def test_what_is_hashed_is_what_is_read_back(facts: dict[str, object]) -> None:
    once = audit._plain(facts)
    assert audit._plain(once) == once
    assert audit._plain(None) is None


async def test_strange_values_verify(house: Database) -> None:
    strange = {
        "float": 0.1 + 0.2,
        "nul": "a\0b",
        "half": "\ud83d",
        "deep": {"b": [1, {"z": None, "a": "中"}]},
        "on": NOON,
    }
    await house.write(note, "odd", HOME, strange)
    assert await house.read(verify, HOME) is None
    assert await house.read(lambda s: s.scalar(select(func.count()).select_from(AuditLog))) == 1
