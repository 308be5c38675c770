"""Customers 客户 (SPEC §2.4.1)."""

from datetime import date
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, validates

from db.base import Base, Row, one_of
from sales import pinyin
from sales.states.customer import CustomerStage


class Customer(Row, Base):
    """Telephone numbers are in CustomerPhone. `id_no` is sealed by `db.cipher` (column "customer.id_no"), `id_hash`
    finds it. Neither is unique by design: the same person twice is warned of and merged (`merged_into_id`).

    lang      "zh" or "en" if the customer is known to prefer it, "" = ask
    stage     derived from what happened, never typed in (SPEC §2.4.4)
    pinyin, pinyin_initials   "chenwei", "cw": kept with the name by this class (not by inserts in bulk)
    codes (edu, income, district, channel, reason, transport, employer_type …)   items of the code tables
    intent    {"layout": "A", "built_x100": [8000, 10000], "floor": …, "orientation": …, "purpose": …}
    """

    __tablename__ = "customer"
    __table_args__ = (
        UniqueConstraint("tenant_id", "no"),
        CheckConstraint("lang IN ('', 'zh', 'en')", name="lang"),
        CheckConstraint("kind IN ('person', 'company')", name="kind"),
        CheckConstraint("level IN ('A', 'B', 'C', 'D')", name="level"),
        Index(None, "tenant_id", "pinyin_initials"),
        Index(None, "tenant_id", "pinyin"),
        Index(None, "tenant_id", "name"),
        Index(
            "ix_customer_id_hash",
            "tenant_id",
            "id_hash",
            sqlite_where=text("id_hash IS NOT NULL"),
            postgresql_where=text("id_hash IS NOT NULL"),
        ),
        Index(None, "tenant_id", "seller_id", "stage"),
        Index(None, "tenant_id", "next_contact"),
    )

    no: Mapped[str | None] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8), default="person")
    gender: Mapped[str | None] = mapped_column(String(1))
    birth: Mapped[date | None]
    id_type: Mapped[str | None] = mapped_column(String(16))
    id_no: Mapped[str | None] = mapped_column(String(160))
    id_hash: Mapped[str | None] = mapped_column(String(64))
    address: Mapped[str | None] = mapped_column(String(255))
    district: Mapped[str | None] = mapped_column(String(32))
    edu: Mapped[str | None] = mapped_column(String(32))
    income: Mapped[str | None] = mapped_column(String(32))
    employer: Mapped[str | None] = mapped_column(String(128))
    employer_type: Mapped[str | None] = mapped_column(String(32))
    position: Mapped[str | None] = mapped_column(String(64))
    family: Mapped[str | None] = mapped_column(String(64))
    transport: Mapped[str | None] = mapped_column(String(32))
    channel: Mapped[str | None] = mapped_column(String(32))
    channel_detail: Mapped[str | None] = mapped_column(String(128))
    reason: Mapped[str | None] = mapped_column(String(32))
    intent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    budget_fen: Mapped[int | None]
    level: Mapped[str | None] = mapped_column(String(1))
    tags: Mapped[list[Any]] = mapped_column(default=list)
    seller_id: Mapped[int | None] = mapped_column(ForeignKey("salesperson.id"))
    protected_until: Mapped[date | None]
    next_contact: Mapped[date | None]
    lang: Mapped[str] = mapped_column(String(2), default="")
    stage: Mapped[CustomerStage] = mapped_column(one_of(CustomerStage, "stage"), default=CustomerStage.REGISTERED)
    lost_reason: Mapped[str | None] = mapped_column(String(32))
    referrer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    opt_out_calls: Mapped[bool] = mapped_column(Boolean, default=False)
    pinyin: Mapped[str | None] = mapped_column(String(255))
    pinyin_initials: Mapped[str | None] = mapped_column(String(64))
    registered: Mapped[date | None]
    note: Mapped[str | None] = mapped_column(String(1000))
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)

    @validates("name")
    def _spell(self, _: str, name: str) -> str:
        self.pinyin = pinyin.spelled(name)
        self.pinyin_initials = pinyin.initials(name)
        return name
