"""Price lists: at most one is effective per building, by the database's own guarantee (SPEC §2.2)."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Enum, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class PriceListState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    EFFECTIVE = "effective"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


_ONE = text("state = 'effective'")


class PriceList(Row, Base):
    __tablename__ = "price_list"
    __table_args__ = (
        UniqueConstraint("building_id", "version"),
        Index("uq_price_list_effective", "building_id", unique=True, sqlite_where=_ONE, postgresql_where=_ONE),
    )

    building_id: Mapped[int] = mapped_column(ForeignKey("building.id"))
    version: Mapped[int] = mapped_column(Integer)
    state: Mapped[PriceListState] = mapped_column(
        Enum(
            PriceListState,
            native_enum=False,
            create_constraint=True,
            length=16,
            name="state",
            values_callable=lambda states: [state.value for state in states],
        ),
        default=PriceListState.DRAFT,
    )
    effective_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(255))


class PriceItem(Row, Base):
    __tablename__ = "price_item"
    __table_args__ = (UniqueConstraint("price_list_id", "room_id"),)

    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_list.id"))
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    unit_fen: Mapped[int]
    list_fen: Mapped[int]
    factors: Mapped[dict[str, Any]] = mapped_column(default=dict)
