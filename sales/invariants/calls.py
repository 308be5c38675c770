"""Invariants 10, 12 and 14: calls, their bills, and the books. The ledger's tables are known by their names only."""

from collections.abc import Iterator

from sqlalchemy import BigInteger, column, func, or_, select, table
from sqlalchemy.orm import Session

from calls.record import Result
from sales.invariants.invariant import Offence, Tenant, of
from sales.queries.ledger import CALL, CALL_LEG

BILL_ITEM = table("bill_item", column("id", BigInteger), column("tenant_id", BigInteger))
GL_VOUCHER = table("gl_voucher", column("id", BigInteger), column("tenant_id", BigInteger))
GL_LINE = table(
    "gl_line", column("voucher_id", BigInteger), column("debit_fen", BigInteger), column("credit_fen", BigInteger)
)


def bills(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """Nothing rates calls yet: whatever stands in the bills cannot be computed again."""
    for key in session.scalars(select(BILL_ITEM.c.id).where(of(BILL_ITEM.c, tenant)).order_by(BILL_ITEM.c.id)):
        yield Offence("bill_item", key, "无费率可重算", "there is no tariff to compute it again")


def results(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """One of the known results for every call that has ended; and a call whose caller has gone, has ended."""
    known = tuple(result.value for result in Result)
    gone = (
        select(CALL_LEG.c.id)
        .where(CALL_LEG.c.call_id == CALL.c.call_id, CALL_LEG.c.role == "caller", CALL_LEG.c.ended.is_not(None))
        .exists()
    )
    rows = session.execute(
        select(CALL.c.id, CALL.c.call_id, CALL.c.result)
        .where(
            of(CALL.c, tenant),
            or_(
                CALL.c.ended.is_not(None) & func.coalesce(CALL.c.result, "").not_in(known),
                CALL.c.ended.is_(None) & gone,
            ),
        )
        .order_by(CALL.c.id)
    )
    for key, call, result in rows:
        yield Offence(
            "call",
            key,
            f"通话{call}已结束，结果为“{result or '无'}”",
            f"call {call} has ended, its result is {result or 'missing'}",
        )


def vouchers(session: Session, tenant: Tenant) -> Iterator[Offence]:
    debit = func.coalesce(func.sum(GL_LINE.c.debit_fen), 0)
    credit = func.coalesce(func.sum(GL_LINE.c.credit_fen), 0)
    rows = session.execute(
        select(GL_VOUCHER.c.id, debit, credit)
        .outerjoin(GL_LINE, GL_LINE.c.voucher_id == GL_VOUCHER.c.id)
        .where(of(GL_VOUCHER.c, tenant))
        .group_by(GL_VOUCHER.c.id)
        .having(debit != credit)
    )
    for key, in_, out in rows:
        yield Offence("gl_voucher", key, f"借方{in_}分，贷方{out}分", f"its debits are {in_} fen, its credits {out}")
