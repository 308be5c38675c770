"""The telephone numbers of a customer: several, one of them first (SPEC §2.4.1)."""

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, validates

from db.base import Base, Row


class CustomerPhone(Row, Base):
    """phone: E.164 (`sales.phones.normal`); families share one, so it is not unique. position 1: the primary one.

    `reversed` is the number from its end, kept by this class: "…0001" is found by an index as its beginning "1000…".
    """

    __tablename__ = "customer_phone"
    __table_args__ = (
        UniqueConstraint("customer_id", "phone"),
        CheckConstraint("position >= 1", name="position"),
        Index(None, "tenant_id", "phone"),
        Index(None, "tenant_id", "reversed"),
    )

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    phone: Mapped[str] = mapped_column(String(20))
    reversed: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer, default=1)
    label: Mapped[str | None] = mapped_column(String(16))

    @validates("phone")
    def _turn_round(self, _: str, phone: str) -> str:
        self.reversed = phone[::-1]
        return phone
