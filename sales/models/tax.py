"""Rules of taxes and collected fees, each from a day on (SPEC §2.5.9, M08)."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class TaxRule(Row, Base):
    """kind stamp 印花税, deed 契税: rate of the price; fund 维修基金: unit_fen per m².

    usage ""  any; home 1, 2 …: first, second home, 0 = any; max_built_x100: up to this area (included), None = any.
    The narrowest rule valid on the day counts.
    """

    __tablename__ = "tax_rule"
    __table_args__ = (
        CheckConstraint("kind IN ('stamp', 'deed', 'fund')", name="kind"),
        CheckConstraint("(kind = 'fund') = (unit_fen IS NOT NULL) AND (kind = 'fund') = (rate IS NULL)", name="value"),
        Index(None, "tenant_id", "kind", "valid_from"),
    )

    kind: Mapped[str] = mapped_column(String(8))
    usage: Mapped[str] = mapped_column(String(16), default="")
    home: Mapped[int] = mapped_column(Integer, default=0)
    max_built_x100: Mapped[int | None]
    rate: Mapped[Decimal | None]
    unit_fen: Mapped[int | None]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
