"""Mortgages 按揭 and the rates of the banks (SPEC §2.4.7, §2.6)."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.mortgage import LoanKind, MortgageState, RepaymentMethod

_LIVE = text("state NOT IN ('rejected', 'cancelled')")


class Mortgage(Row, Base):
    """loan_fen is the whole loan; provident_fen the part of it at provident_annual (组合). months 1 to 360.

    docs: what has been handed in, {"收入证明": "2024-03-05", …}; docs_complete: all of it.
    """

    __tablename__ = "mortgage"
    __table_args__ = (
        CheckConstraint("loan_fen > 0 AND provident_fen BETWEEN 0 AND loan_fen", name="loan"),
        CheckConstraint("months BETWEEN 1 AND 360", name="months"),
        Index("one_live_mortgage", "deal_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "deal_id"),
        Index(None, "state", "state_since"),
    )

    no: Mapped[str | None] = mapped_column(String(32))
    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    kind: Mapped[LoanKind] = mapped_column(one_of(LoanKind, "kind"), default=LoanKind.COMMERCIAL)
    bank: Mapped[str] = mapped_column(String(32))
    loan_fen: Mapped[int]
    provident_fen: Mapped[int] = mapped_column(default=0)
    months: Mapped[int] = mapped_column(Integer)
    annual: Mapped[Decimal]
    provident_annual: Mapped[Decimal | None]
    method: Mapped[RepaymentMethod] = mapped_column(one_of(RepaymentMethod, "method"))
    state: Mapped[MortgageState] = mapped_column(one_of(MortgageState), default=MortgageState.DOCS_PENDING)
    state_since: Mapped[date]
    docs: Mapped[dict[str, Any]] = mapped_column(default=dict)
    docs_complete: Mapped[bool] = mapped_column(Boolean, default=False)
    submitted: Mapped[date | None]
    approved: Mapped[date | None]
    disbursed: Mapped[date | None]
    rejected: Mapped[date | None]
    first_due: Mapped[date | None]
    reason: Mapped[str | None] = mapped_column(String(255))


class MortgageRate(Row, Base):
    """The annual rate from a day on, for loans of at least so many months; bank "" = any."""

    __tablename__ = "mortgage_rate"
    __table_args__ = (
        UniqueConstraint("tenant_id", "kind", "bank", "min_months", "valid_from"),
        CheckConstraint("kind IN ('commercial', 'provident')", name="kind"),
    )

    kind: Mapped[str] = mapped_column(String(16))
    bank: Mapped[str] = mapped_column(String(32), default="")
    min_months: Mapped[int] = mapped_column(Integer, default=1)
    valid_from: Mapped[date]
    annual: Mapped[Decimal]
