"""Numbers for people (deal, receipt, contract, ticket): never twice, gaps allowed (SPEC §2.0, keys)."""

from datetime import date

from sqlalchemy import BigInteger, ForeignKey, String, bindparam, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base
from db.statement import Statement


class NumberSequence(Base):
    """The last number given for a kind on a day; day "" = one row for ever."""

    __tablename__ = "number_sequence"

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    day: Mapped[str] = mapped_column(String(8), primary_key=True)
    last: Mapped[int]


_NEXT = Statement(
    text(
        "INSERT INTO number_sequence (tenant_id, kind, day, last) VALUES (:tenant, :kind, :day, :many)"
        " ON CONFLICT (tenant_id, kind, day) DO UPDATE SET last = number_sequence.last + :many RETURNING last"
    ).bindparams(
        bindparam("tenant", type_=BigInteger()),
        bindparam("kind", type_=String()),
        bindparam("day", type_=String()),
        bindparam("many", type_=BigInteger()),
    )
)


def next_number(session: Session, tenant: int, kind: str, day: date | None = None, many: int = 1) -> int:
    """1, 2, 3 … within (tenant, kind, day), in the transaction of the session: whoever comes next waits for its end.
    Of several at once the last."""
    stamp = "" if day is None else f"{day:%Y%m%d}"
    values = {"tenant": tenant, "kind": kind, "day": stamp, "many": many}
    given: int = _NEXT.run(session.connection(), values).scalar_one()
    return given


def next_no(session: Session, tenant: int, kind: str, day: date) -> str:
    """The number as it is printed: kind, day and at least four digits, e.g. "SK20240331-0007"."""
    return _printed(kind, day, next_number(session, tenant, kind, day))


def next_nos(session: Session, tenant: int, kind: str, day: date, many: int) -> list[str]:
    """So many of them, in one question."""
    last = next_number(session, tenant, kind, day, many) if many else 0
    return [_printed(kind, day, number) for number in range(last - many + 1, last + 1)]


def _printed(kind: str, day: date, number: int) -> str:
    return f"{kind}{day:%Y%m%d}-{number:04d}"
