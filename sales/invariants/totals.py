"""Invariant 9: R17 = R18 = R25 and R12 = R13, because every deal stands in one place of each."""

from collections.abc import Iterator

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from sales.invariants.invariant import Offence, Tenant, of
from sales.models import Deal, DealBuyer, Room
from sales.states.deal import LIVE, DealState


def agree(session: Session, tenant: Tenant) -> Iterator[Offence]:
    """By room and building (R17, R18, R04), by buyer (R25), by day of signing and by state (R12, R13)."""
    rows = session.execute(
        select(Deal.id, Deal.deal_no)
        .join(Room, Room.id == Deal.room_id)
        .outerjoin(DealBuyer, and_(DealBuyer.deal_id == Deal.id, DealBuyer.position == 1))
        .where(
            of(Deal, tenant),
            Deal.state.in_(LIVE),
            or_(
                Deal.project_id != Room.project_id,
                DealBuyer.id.is_(None),
                DealBuyer.customer_id != Deal.customer_id,
                and_(Deal.state.in_((DealState.CONTRACTED, DealState.SOLD)), Deal.sign_date.is_(None)),
            ),
        )
        .order_by(Deal.id)
    )
    for key, no in rows:
        yield Offence(
            "deal",
            key,
            f"交易{no}的楼盘、买方或签约日期与房间、状态不符，报表合计不会相等",
            f"project, buyer or signing day of deal {no} do not fit its room and state: totals of reports would differ",
        )
