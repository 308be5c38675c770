"""Tenants: the house itself and those it answers for (SPEC §2.1)."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Stamped

HOME = 1  # the tenant whose house this is


class Tenant(Stamped, Base):
    __tablename__ = "tenant"
    __table_args__ = (
        CheckConstraint("kind IN ('owner', 'leased')", name="kind"),
        CheckConstraint("state IN ('active', 'suspended')", name="state"),
    )

    code: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(128))
    kind: Mapped[str] = mapped_column(String(16), default="owner")
    state: Mapped[str] = mapped_column(String(16), default="active")
    feature_switches: Mapped[dict[str, Any]] = mapped_column(default=dict)
    max_seats: Mapped[int | None] = mapped_column(Integer)
    max_channels: Mapped[int | None] = mapped_column(Integer)
    contract_start: Mapped[date | None]
    contract_end: Mapped[date | None]
