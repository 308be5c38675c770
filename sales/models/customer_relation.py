"""Who belongs to whom: spouses, parents, partners of customers (SPEC §2.4.1)."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class CustomerRelation(Row, Base):
    """`other` is the customer's `kind` (配偶, 父母, 兄妹 …), an item of the code table "relation"."""

    __tablename__ = "customer_relation"
    __table_args__ = (UniqueConstraint("customer_id", "other_id"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    other_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    kind: Mapped[str] = mapped_column(String(32))
