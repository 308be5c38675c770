"""Price lists: at most one is effective per building, by the database's own guarantee (SPEC §2.2, §2.7)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.price_list import PriceListState

__all__ = ["PriceFactor", "PriceItem", "PriceList", "PriceListState"]

_ONE = text("state = 'effective'")


class PriceList(Row, Base):
    __tablename__ = "price_list"
    __table_args__ = (
        UniqueConstraint("building_id", "version"),
        Index("uq_price_list_effective", "building_id", unique=True, sqlite_where=_ONE, postgresql_where=_ONE),
    )

    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[PriceListState] = mapped_column(one_of(PriceListState), default=PriceListState.DRAFT)
    effective_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(255))


class PriceItem(Row, Base):
    """factors: how the price came about, as `sales.money.pricing` explains it."""

    __tablename__ = "price_item"
    __table_args__ = (UniqueConstraint("price_list_id", "room_id"),)

    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    unit_fen: Mapped[int]
    list_fen: Mapped[int]
    factors: Mapped[dict[str, Any]] = mapped_column(default=dict)


class PriceFactor(Row, Base):
    """What a floor, an orientation, a view adds. mode add_unit: value fen/m²; add_total: value fen; pct: rate.

    key: what it applies to, in the words of `kind`: a layout's code, "12" (or "per_floor"), "S", "lake", or any word.
    """

    __tablename__ = "price_factor"
    __table_args__ = (
        CheckConstraint("kind IN ('layout', 'floor', 'orientation', 'view', 'custom')", name="kind"),
        CheckConstraint("mode IN ('add_unit', 'pct', 'add_total')", name="mode"),
        CheckConstraint("(mode = 'pct') = (rate IS NOT NULL) AND (mode = 'pct') = (value_fen IS NULL)", name="value"),
        Index(None, "project_id", "position"),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    building_id: Mapped[int | None] = mapped_column(ForeignKey("building.id"))
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(32))
    mode: Mapped[str] = mapped_column(String(16))
    value_fen: Mapped[int | None]
    rate: Mapped[Decimal | None]
    position: Mapped[int] = mapped_column(Integer)
    active: Mapped[bool] = mapped_column(Boolean, default=True)
