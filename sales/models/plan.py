"""Payment plans 付款方式 (SPEC §2.5.7)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind


class PaymentPlan(Row, Base):
    """deposit_fen, min_down, loan_round_fen None: as the business parameters say.

    A plan that deals were made by is never edited: the next version follows it (follows_id) under the same code.
    """

    __tablename__ = "payment_plan"
    __table_args__ = (UniqueConstraint("project_id", "code", "version"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    code: Mapped[str] = mapped_column(String(16))
    version: Mapped[int] = mapped_column(Integer, default=1)
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    kind: Mapped[PlanKind] = mapped_column(one_of(PlanKind, "kind"))
    loan_kind: Mapped[LoanKind | None] = mapped_column(one_of(LoanKind, "loan_kind"))
    deposit_fen: Mapped[int | None]
    min_down: Mapped[Decimal | None]
    loan_round_fen: Mapped[int | None]
    provident_cap_fen: Mapped[int | None]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("payment_plan.id"))


class PlanLine(Row, Base):
    """A part of the price. percent None: the remainder (last line) or the deposit. Due `due_days` after `due_from`."""

    __tablename__ = "payment_plan_line"
    __table_args__ = (
        UniqueConstraint("plan_id", "seq"),
        CheckConstraint("due_from IN ('subscription', 'signing', 'milestone')", name="due_from"),
    )

    plan_id: Mapped[int] = mapped_column(ForeignKey("payment_plan.id"))
    seq: Mapped[int] = mapped_column(Integer)
    fee_type: Mapped[str] = mapped_column(String(16))
    percent: Mapped[Decimal | None]
    due_from: Mapped[str] = mapped_column(String(16), default="signing")
    due_days: Mapped[int] = mapped_column(Integer, default=0)
    milestone: Mapped[str | None] = mapped_column(String(32))
