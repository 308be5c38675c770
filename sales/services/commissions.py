"""Commission 佣金 of a month: computed, closed, clawed back (SPEC §2.8, M06)."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import delete, func, select

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import (
    CommissionLine,
    CommissionPeriod,
    CommissionScheme,
    Customer,
    Deal,
    DealBuyer,
    DealSeller,
    Receipt,
    Salesperson,
)
from sales.money import amount, commission
from sales.money.commission import Basis, Line, Sale, Scheme, Share, Tier
from sales.services.desk import Desk
from sales.states.commission import CommissionKind, CommissionState
from sales.states.deal import DealState
from sales.states.receipt import ReceiptState

STANDARD = "standard"
REFERRER = "customer "  # before the id of one who introduced a buyer: sellers have ids of their own


def compute(desk: Desk, month: str) -> Sequence[CommissionLine]:
    """The sellers', their managers' and the referrers' lines of a month ("2024-03"), anew; clawbacks of the month stay.

    Each seller is paid by their own scheme; who introduced the buyer gets what the scheme of the deal's first seller
    says. E_PERM, E_VALIDATION, E_LOCKED once the month is closed.
    """
    desk.must(Right.COMMISSION)
    first, after = span(month)
    _must_be_open(desk, month)
    table = CommissionLine
    again = (table.tenant_id == desk.tenant, table.month == month, table.kind != CommissionKind.CLAWBACK)
    desk.session.execute(delete(table).where(*again))
    for line in _lines(desk, first, after):
        desk.session.add(_row(desk, month, line))
    desk.session.flush()
    found = desk.session.scalars(
        select(table).where(table.tenant_id == desk.tenant, table.month == month).order_by(table.id)
    ).all()
    total = sum(line.amount_fen for line in found)
    desk.note("commission.compute", "commission_period", None, None, {"month": month, "total_fen": total})
    return found


def close(desk: Desk, month: str) -> CommissionPeriod:
    """Freeze the month's lines. E_PERM, E_VALIDATION (it is not over yet), E_LOCKED if it is closed."""
    _, after = span(month)
    if desk.today < after:
        raise amount.invalid(f"{month}尚未结束", f"{month} is not over yet", month=month)
    for line in compute(desk, month):
        line.state = CommissionState.FROZEN
    period = CommissionPeriod(**desk.own, month=month, closed_at=desk.now, closed_by=desk.actor.name)
    desk.session.add(period)
    desk.session.flush()
    desk.note("commission.close", "commission_period", period.id, None, {"month": month})
    return period


def claw_back(desk: Desk, deal: Deal) -> None:
    """Everything booked for a deal that ends, as negative lines of this month, or of the next one that is open."""
    desk.session.flush()
    booked = desk.session.scalars(select(CommissionLine).where(CommissionLine.deal_id == deal.id)).all()
    if not booked:
        return
    month = f"{desk.today:%Y-%m}"
    while closed(desk, month):
        month = f"{span(month)[1]:%Y-%m}"
    lines = [
        Line(row.kind, _whose(row), str(row.deal_id), row.base_fen, row.cum_fen, row.amount_fen, row.released_fen)
        for row in booked
    ]
    for line in commission.clawback(lines, str(deal.id)):
        if line.commission_fen:
            desk.session.add(_row(desk, month, line))
    desk.session.flush()


def span(month: str) -> tuple[date, date]:
    """The first day of "2024-03", and of the month after it. E_VALIDATION."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise amount.invalid(f"“{month}”不是月份", f"{month!r} is no month such as 2024-03", month=month) from None
    return first, date(first.year + first.month // 12, first.month % 12 + 1, 1)


def closed(desk: Desk, month: str) -> bool:
    wanted = select(CommissionPeriod.id).where(
        CommissionPeriod.tenant_id == desk.tenant, CommissionPeriod.month == month
    )
    return desk.session.scalar(wanted) is not None


def _must_be_open(desk: Desk, month: str) -> None:
    if closed(desk, month):
        raise Refused(Code.LOCKED, f"{month}的佣金已结算。", f"The commissions of {month} are closed.", month=month)


def _lines(desk: Desk, first: date, after: date) -> list[Line]:
    """By scheme: each scheme pays its own sellers' parts of the month's deals."""
    sellers = {
        row.id: row for row in desk.session.scalars(select(Salesperson).where(Salesperson.tenant_id == desk.tenant))
    }
    schemes = _schemes(desk, first)
    by_id = {row.id: row for row in desk.session.scalars(select(CommissionScheme))}
    deals = desk.session.scalars(
        select(Deal)
        .where(
            Deal.tenant_id == desk.tenant,
            Deal.sign_date >= first,
            Deal.sign_date < after,
            Deal.state.in_((DealState.CONTRACTED, DealState.SOLD)),
        )
        .order_by(Deal.sign_date, Deal.id)
    ).all()
    lines: list[Line] = []
    for code, scheme in schemes.items():
        paid = {
            key
            for key, row in sellers.items()
            if (by_id[row.scheme_id].code if row.scheme_id in by_id else STANDARD) == code
        }
        month = commission.month(scheme, [_sale(desk, deal, scheme) for deal in deals])
        mine = [line for line in month if line.kind is CommissionKind.SALE and int(line.seller) in paid]
        lines += mine
        introduced = {str(deal.id) for deal in deals if deal.seller_id in paid}
        lines += [line for line in month if line.kind is CommissionKind.REFERRAL and line.deal in introduced]
        for group in {row.group_id for key, row in sellers.items() if key in paid}:
            bosses = [row for row in sellers.values() if row.group_id == group and row.role == "manager"]
            members = {str(key) for key, row in sellers.items() if row.group_id == group and row.role != "manager"}
            sold = frozenset(str(deal.id) for deal in deals if deal.state is DealState.SOLD)
            for boss in bosses if scheme.override_rate else ():
                theirs = [line for line in mine if line.seller in members]
                lines += commission.override(scheme, str(boss.id), theirs, sold)
    return lines


def _schemes(desk: Desk, day: date) -> dict[str, Scheme]:
    rows = desk.session.scalars(
        select(CommissionScheme)
        .where(CommissionScheme.tenant_id == desk.tenant, CommissionScheme.valid_from <= day)
        .order_by(CommissionScheme.valid_from)
    )
    return {
        row.code: Scheme(
            tuple(Tier(int(start), Decimal(rate)) for start, rate in row.tiers),
            row.release_sign,
            row.override_rate or Decimal(0),
            row.referral_fen,
            Basis(row.basis),
        )
        for row in rows
        if row.valid_to is None or row.valid_to >= day
    }


def _sale(desk: Desk, deal: Deal, scheme: Scheme) -> Sale:
    shares = desk.session.execute(
        select(DealSeller.seller_id, DealSeller.share)
        .where(DealSeller.deal_id == deal.id)
        .order_by(DealSeller.position)
    ).all()
    fen = deal.deal_fen
    if scheme.basis is Basis.RECEIVED:
        received = select(func.coalesce(func.sum(Receipt.amount_fen), 0)).where(
            Receipt.deal_id == deal.id, Receipt.state != ReceiptState.DRAFT
        )
        fen = min(max(int(desk.session.scalar(received) or 0), 0), fen)
    assert deal.sign_date is not None
    return Sale(
        str(deal.id),
        deal.sign_date,
        fen,
        tuple(Share(str(row.seller_id), row.share) for row in shares),
        deal.state is DealState.SOLD,
        _referrer(desk, deal),
    )


def _referrer(desk: Desk, deal: Deal) -> str:
    """Who introduced the first buyer (老带新); "": nobody, or one of the buyers themselves."""
    customer = desk.session.scalar(select(Customer.referrer_id).where(Customer.id == deal.customer_id))
    buyers = desk.session.scalars(select(DealBuyer.customer_id).where(DealBuyer.deal_id == deal.id)).all()
    return "" if customer is None or customer in buyers else f"{REFERRER}{customer}"


def _whose(row: CommissionLine) -> str:
    return str(row.seller_id) if row.referrer_id is None else f"{REFERRER}{row.referrer_id}"


def _row(desk: Desk, month: str, line: Line) -> CommissionLine:
    referred = line.seller.startswith(REFERRER)
    whose = int(line.seller.removeprefix(REFERRER))
    return CommissionLine(
        **desk.own,
        seller_id=None if referred else whose,
        referrer_id=whose if referred else None,
        deal_id=int(line.deal),
        kind=line.kind,
        month=month,
        base_fen=line.basis_fen,
        cum_fen=line.cum_fen,
        amount_fen=line.commission_fen,
        released_fen=line.released_fen,
    )
