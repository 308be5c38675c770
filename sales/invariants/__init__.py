"""What must always hold (SPEC §2.12), asked of the database: every offending row is named. Changes nothing."""

from collections.abc import Iterator

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from sales.invariants import belonging, calls, contracts, history, money, rooms, totals
from sales.invariants.invariant import Invariant, Violation

__all__ = ["INVARIANTS", "Invariant", "Violation", "check", "unanswerable"]

INVARIANTS: tuple[Invariant, ...] = (
    Invariant(
        1,
        "每个房间最多一笔有效交易和一个有效保留，房态与其指向一致",
        "a room has at most one live deal and one active hold, and its state says so",
        rooms.held_and_sold,
    ),
    Invariant(
        2,
        "有效交易的应收合计等于成交价，核销不超过应收和收款",
        "what is to be paid for a deal is its price, and nothing is allocated twice",
        money.receivables,
    ),
    Invariant(3, "资金守恒：转款、冲销、保留金、退款两边相等", "no money comes into being or is lost", money.conserved),
    Invariant(4, "退款等于已付减违约金，不为负", "a refund is what was paid less the penalty", money.refunds),
    Invariant(5, "开票不超过已收款", "no more is invoiced than was received", money.invoices),
    Invariant(6, "日记账连续：期末等于期初加收减付", "the journal of each account is without a gap", money.journal),
    Invariant(7, "合同编号只用一次，用过不再用", "a contract number serves one contract, once", contracts.numbers),
    Invariant(
        8,
        "每次房态变化都有日志和审计，审计链完整",
        "every change of a room's state is logged and audited, and the audit's chain is whole",
        history.told,
    ),
    Invariant(9, "分户、分栋、客户的合计相等", "totals by room, by building and by customer agree", totals.agree),
    Invariant(10, "话费可由话单重算", "bills can be computed again from the call records", calls.bills, ("bill_item",)),
    Invariant(11, "任何记录不跨租户", "no row of one tenant belongs to another's", belonging.tenants),
    Invariant(
        12, "每个接通的来电恰有一个结果", "every answered call ends in exactly one result", calls.results, ("call",)
    ),
    Invariant(13, "各栋房间数之和等于总数", "every room is counted in one building of its project", rooms.counted),
    Invariant(14, "凭证借贷相等", "the debits of a voucher are its credits", calls.vouchers, ("gl_voucher", "gl_line")),
)


def check(session: Session, tenant: int | None = None) -> list[Violation]:
    """Every row that breaks an invariant, of one tenant or of all; [] = all is well."""
    missing = {invariant.number for invariant, _ in unanswerable(session)}
    return [
        violation
        for invariant in INVARIANTS
        if invariant.number not in missing
        for violation in invariant.violations(session, tenant)
    ]


def unanswerable(session: Session) -> Iterator[tuple[Invariant, str]]:
    """The invariants about tables this database does not have, and the first such table."""
    there = set(inspect(session.connection()).get_table_names())
    for invariant in INVARIANTS:
        for table in invariant.tables:
            if table not in there:
                yield invariant, table
                break
