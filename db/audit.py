"""The audit log: who did what to which row, chained by hashes, so a changed or missing row is found (SPEC §2.1, S3-10).

Each tenant has a chain of its own: hash = SHA-256(hash of the row before + this row). `record` only notes; the rows
are chained and written as the last thing before the commit, so that on PostgreSQL the head of the chain is locked
for the time of two statements and not for the whole unit of work.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Connection,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    bindparam,
    cast,
    event,
    func,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Mapped, Session, SessionTransaction, mapped_column

from db.base import Base, Key
from db.statement import Statement
from db.work import to_json

ORIGIN = "0" * 64  # what stands before the first row
AT_ONCE = 1000  # rows that are read at once
_NOTED = "audit"  # where a session keeps what has been noted


class AuditLog(Base):
    """Rows are only ever added: the database refuses to change or delete them."""

    __tablename__ = "audit_log"
    __table_args__ = (
        UniqueConstraint("tenant_id", "position"),
        CheckConstraint("result IN ('ok', 'denied', 'error')", name="result"),
        Index(None, "entity", "entity_id"),
        Index(None, "tenant_id", "at"),
    )

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    position: Mapped[int] = mapped_column(BigInteger)  # 1, 2, 3 … without a gap
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(64))
    entity: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    result: Mapped[str] = mapped_column(String(8))
    ip: Mapped[str | None] = mapped_column(String(45))
    call_id: Mapped[str | None] = mapped_column(String(26))
    prev_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditChain(Base):
    """The head of a tenant's chain: without it, rows cut off from the end would not be missed."""

    __tablename__ = "audit_chain"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[str] = mapped_column(String(64))


@dataclass(frozen=True, slots=True)
class Broken:
    """Where a chain does not hold. id None: the row at `position` is missing."""

    tenant: int
    position: int
    id: int | None
    why: str


def record(
    session: Session,
    *,
    tenant: int,
    at: datetime,
    actor: str,
    action: str,
    entity: str,
    entity_id: int | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    result: str = "ok",
    ip: str | None = None,
    call_id: str | None = None,
) -> None:
    """Note what is being done; it is written with the commit of this session, or not at all.

    before, after: the changed columns. Numbers of identity cards or banks go in masked: the log is not encrypted.
    """
    row = {
        "at": at,
        "actor": actor,
        "action": action,
        "entity": entity,
        "entity_id": entity_id,
        "before": _plain(before),
        "after": _plain(after),
        "result": result,
        "ip": ip,
        "call_id": call_id,
    }
    session.info.setdefault(_NOTED, []).append((session.get_nested_transaction(), tenant, row))


def verify(session: Session, tenant: int) -> Broken | None:
    """The first row that was changed, removed or put in between; None: the whole chain holds."""
    before, expected = ORIGIN, 1
    for row in _rows(session, tenant):
        if row.position != expected:
            return Broken(tenant, expected, None, f"row {expected} of the chain is missing")
        if row.prev_hash != before:
            return Broken(tenant, expected, row.id, "it does not follow the row before it")
        told = {name: getattr(row, name) for name in _COLUMNS}
        if row.hash != _chained(before, tenant, row.position, told):
            return Broken(tenant, expected, row.id, "its content was changed")
        before, expected = row.hash, expected + 1
    head = session.execute(select(_CHAIN.c.position, _CHAIN.c.hash).where(_CHAIN.c.tenant_id == tenant)).first()
    position, last = head or (0, ORIGIN)
    if position >= expected:
        return Broken(tenant, expected, None, f"row {expected} of the chain is missing: it was {position} rows long")
    if (position, last) != (expected - 1, before):
        return Broken(tenant, expected - 1, None, "the chain is longer than its head knows")
    return None


_LOG: Any = AuditLog.__table__
_CHAIN: Any = AuditChain.__table__
_COLUMNS = ("at", "actor", "action", "entity", "entity_id", "before", "after", "result", "ip", "call_id")
_OF_TENANT = _CHAIN.c.tenant_id == bindparam("tenant")
_HEAD = Statement(select(_CHAIN.c.position, _CHAIN.c.hash).where(_OF_TENANT).with_for_update())
_ON = update(_CHAIN).where(_OF_TENANT).values(position=bindparam("reached"), hash=bindparam("last"))
_MOVE = Statement(_ON)
_ROW = insert(_LOG).values({column.name: bindparam(column.name) for column in _LOG.c if column.name != "id"})
_INSERT = Statement(_ROW)
_INSERT_AND_MOVE = Statement(_ROW.add_cte(_ON.cte("moved")))  # one question fewer while the head is locked


def _alone() -> Statement:
    """A row by itself, hashed where the head of its chain is: others wait for the head no longer than this takes."""
    head = select((_CHAIN.c.position + 1).label("position"), _CHAIN.c.hash).where(_OF_TENANT).with_for_update()
    at = head.cte("head")
    said = (
        at.c.hash
        + bindparam("opening", type_=String())
        + cast(at.c.position, String)
        + bindparam("rest", type_=String())
    )
    hashed = func.encode(func.sha256(func.convert_to(said, literal_column("'UTF8'"))), literal_column("'hex'"))
    link = select(at.c.position, at.c.hash.label("prev_hash"), hashed.label("hash")).cte("link")
    moved = update(_CHAIN).where(_OF_TENANT).values(position=link.c.position, hash=link.c.hash).cte("moved")
    columns = [column for column in _LOG.c if column.name != "id"]
    chained = [link.c.get(column.name, bindparam(column.name, type_=column.type)) for column in columns]
    row = insert(_LOG).from_select([column.name for column in columns], select(*chained), include_defaults=False)
    return Statement(row.add_cte(moved))


_ALONE = _alone()


def _rows(session: Session, tenant: int) -> Iterator[Any]:
    """All of a chain, page by page: it may be longer than memory."""
    wanted = select(_LOG).where(_LOG.c.tenant_id == tenant).order_by(_LOG.c.position).limit(AT_ONCE)
    page = session.execute(wanted).all()
    while page:
        yield from page
        page = session.execute(wanted.where(_LOG.c.position > page[-1].position)).all()


def _plain(told: dict[str, Any] | None) -> dict[str, Any] | None:
    """As it will be read back: what is hashed must not differ from what is stored."""
    if told is None:
        return None
    plain: dict[str, Any] = json.loads(to_json(told))
    return plain


def _chained(before: str, tenant: int, position: int, row: dict[str, Any]) -> str:
    return hashlib.sha256(f"{before}{_opening(tenant)}{position}{_rest(row)}".encode()).hexdigest()


def _opening(tenant: int) -> str:
    """What is hashed between the hash before and the row's position, and after that its `_rest`: a JSON list."""
    return f"[{tenant},"


def _rest(row: dict[str, Any]) -> str:
    told = [row["at"].astimezone(UTC).isoformat(), *(row[name] for name in _COLUMNS[1:])]
    return "," + json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))[1:]


@event.listens_for(Session, "before_commit")
def _seal(session: Session) -> None:
    if _NOTED not in session.info or session.in_nested_transaction():
        return
    session.flush()
    chains: dict[int, list[dict[str, Any]]] = {}
    for _, tenant, row in session.info.pop(_NOTED):
        chains.setdefault(tenant, []).append(row)
    connection = session.connection()
    for tenant in sorted(chains):  # in one order: two units never wait for each other
        _append(connection, tenant, chains[tenant])


def _append(connection: Connection, tenant: int, rows: list[dict[str, Any]]) -> None:
    if len(rows) == 1 and connection.dialect.name == "postgresql" and _append_one(connection, tenant, rows[0]):
        return
    position, before = _head(connection, tenant)
    values = []
    for row in rows:
        position += 1
        now = _chained(before, tenant, position, row)
        values.append(row | {"tenant_id": tenant, "position": position, "prev_hash": before, "hash": now})
        before = now
    *most, last = values
    if most:
        _INSERT.run(connection, most)
    last |= {"tenant": tenant, "reached": position, "last": before}
    if connection.dialect.name == "postgresql":
        _INSERT_AND_MOVE.run(connection, last)
    else:
        _INSERT.run(connection, last)
        _MOVE.run(connection, last)


def _append_one(connection: Connection, tenant: int, row: dict[str, Any]) -> bool:
    """False: the chain has not begun yet."""
    hashed = {"opening": _opening(tenant), "rest": _rest(row)}
    return _ALONE.run(connection, {**row, **hashed, "tenant": tenant, "tenant_id": tenant}).rowcount == 1


def _head(connection: Connection, tenant: int) -> tuple[int, str]:
    """Where the chain stands; until the commit nobody else goes on with it."""
    head = _HEAD.run(connection, {"tenant": tenant}).first()
    if head is None:
        # the first row of a tenant: of two at once, one makes the head and both then wait for it
        new = _upsert(connection)(_CHAIN).values(tenant_id=tenant, position=0, hash=ORIGIN).on_conflict_do_nothing()
        connection.execute(new)
        head = _HEAD.run(connection, {"tenant": tenant}).one()
    return head[0], head[1]


def _upsert(connection: Connection) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    return postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert


@event.listens_for(Session, "after_soft_rollback")
def _forget(session: Session, ended: SessionTransaction) -> None:
    noted = session.info.get(_NOTED)
    if noted:
        session.info[_NOTED] = [] if not ended.nested else [note for note in noted if not _within(note[0], ended)]


def _within(inner: SessionTransaction | None, outer: SessionTransaction) -> bool:
    while inner is not None:
        if inner is outer:
            return True
        inner = inner.parent
    return False
