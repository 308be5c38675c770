"""Deals 认购/交易 (SPEC §2.4.3). At most one live per room, by the database: no room is sold twice."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.deal import DealState
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind

_LIVE = text("state IN ('subscribed', 'contracted', 'sold')")


class Deal(Row, Base):
    """customer_id and seller_id are the first of deal_buyer and deal_seller.

    hold_id     the hold it came from: converted, of the same room and customer (a trigger sees to it)
    discounts   the snapshot of what was applied, in order: `sales.money.discount`'s steps; discount: the rate they
                come to if it is one rate ("0.98")
    plan_snapshot  the payment plan as it was on the day
    timetable   {"sign_due": "2024-04-01", …}: what is to happen when (S4-99)
    reasons     at most three items of the code table "reason"
    """

    __tablename__ = "deal"
    __table_args__ = (
        UniqueConstraint("tenant_id", "deal_no"),
        CheckConstraint("deal_fen > 0 AND list_fen >= 0", name="money"),
        Index("one_live_deal", "room_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(
            "ix_deal_sign_due",
            "sign_due",
            sqlite_where=text("state = 'subscribed'"),
            postgresql_where=text("state = 'subscribed'"),
        ),
        Index(None, "room_id"),
        Index(None, "customer_id"),
        Index(None, "seller_id", "sub_date"),
        Index(None, "project_id", "state"),
        Index(None, "project_id", "sub_date"),
        Index(None, "prev_deal_id"),
    )

    deal_no: Mapped[str] = mapped_column(String(32))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("salesperson.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    state: Mapped[DealState] = mapped_column(one_of(DealState), default=DealState.SUBSCRIBED)
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("payment_plan.id"))
    plan_kind: Mapped[PlanKind] = mapped_column(one_of(PlanKind, "plan_kind"))
    loan_kind: Mapped[LoanKind | None] = mapped_column(one_of(LoanKind, "loan_kind"))
    plan_snapshot: Mapped[dict[str, Any]] = mapped_column(default=dict)
    list_fen: Mapped[int]
    unit_fen: Mapped[int]
    discounts: Mapped[list[Any]] = mapped_column(default=list)
    discount: Mapped[Decimal | None]
    deal_fen: Mapped[int]
    sub_date: Mapped[date]
    sign_due: Mapped[date | None]
    sign_date: Mapped[date | None]
    formal_due: Mapped[date | None]
    formal_date: Mapped[date | None]
    sold_date: Mapped[date | None]
    end_date: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(255))
    prev_deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    next_deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    gifts: Mapped[list[Any]] = mapped_column(default=list)
    channel: Mapped[str | None] = mapped_column(String(32))
    reasons: Mapped[list[Any]] = mapped_column(default=list)
    timetable: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str | None] = mapped_column(String(1000))


class DealBuyer(Row, Base):
    """One of the one to four buyers; their shares sum to 1. position 1: the first buyer. relation: to the first."""

    __tablename__ = "deal_buyer"
    __table_args__ = (
        UniqueConstraint("deal_id", "customer_id"),
        UniqueConstraint("deal_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 4", name="position"),
    )

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=1)
    share: Mapped[Decimal]
    relation: Mapped[str | None] = mapped_column(String(32))


class DealSeller(Row, Base):
    """Among whom the commission is split; the shares sum to 1."""

    __tablename__ = "deal_seller"
    __table_args__ = (UniqueConstraint("deal_id", "seller_id"), UniqueConstraint("deal_id", "position"))

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    seller_id: Mapped[int] = mapped_column(ForeignKey("salesperson.id"), index=True)
    position: Mapped[int] = mapped_column(Integer, default=1)
    share: Mapped[Decimal]
