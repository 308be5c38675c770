"""Discount rules 折扣 (SPEC §2.2, §2.7). A deal keeps what was applied as a snapshot; later changes do not reach it."""

from datetime import date
from decimal import Decimal

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class DiscountRule(Row, Base):
    """kind rate 打折: 0.98; total_off 总价优惠: fen; unit_off 单价优惠: fen/m²; special 特殊: fen off, by approval.

    plan_id None: with any payment plan. authority: what one must be to give it (seller, manager, leader).
    """

    __tablename__ = "discount_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('rate', 'total_off', 'unit_off', 'special')", name="kind"),
        CheckConstraint("(kind = 'rate') = (rate IS NOT NULL) AND (kind = 'rate') = (value_fen IS NULL)", name="value"),
        CheckConstraint("authority IN ('seller', 'manager', 'leader')", name="authority"),
        Index(None, "project_id", "position"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    plan_id: Mapped[int | None] = mapped_column(ForeignKey("payment_plan.id"))
    code: Mapped[str] = mapped_column(String(16))
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(16))
    rate: Mapped[Decimal | None]
    value_fen: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    authority: Mapped[str] = mapped_column(String(16), default="seller")
    stackable: Mapped[bool] = mapped_column(Boolean, default=True)
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
