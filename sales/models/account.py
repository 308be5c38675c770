"""The house's cash box and bank accounts: where money arrives (SPEC §2.5.4; the journal is `sales.journal`)."""

from datetime import date

from sqlalchemy import Boolean, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Account(Row, Base):
    """opening_fen: the balance at the beginning of opening_date. bank_no: sealed (column "account.bank_no")."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("tenant_id", "code"),
        CheckConstraint("kind IN ('cash', 'bank', 'wallet')", name="kind"),
    )

    code: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    bank: Mapped[str | None] = mapped_column(String(64))
    bank_no: Mapped[str | None] = mapped_column(String(160))
    opening_fen: Mapped[int] = mapped_column(default=0)
    opening_date: Mapped[date | None]
    active: Mapped[bool] = mapped_column(Boolean, default=True)
