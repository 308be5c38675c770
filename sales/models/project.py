"""Developers, projects and what is told of them (SPEC §2.2)."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Integer, Numeric, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Developer(Row, Base):
    __tablename__ = "developer"
    __table_args__ = (UniqueConstraint("tenant_id", "name_zh"),)

    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    licence_no: Mapped[str | None] = mapped_column(String(64))
    profile_zh: Mapped[str | None] = mapped_column(Text)
    profile_en: Mapped[str | None] = mapped_column(Text)


class Project(Row, Base):
    """`code`: two digits. Prose (profile, surroundings, procedures …) is in ProjectText, by topic.

    `host`: http(s) address of the computer that tells callers of its rooms; "" = this database (S4-25, S4-45).
    """

    __tablename__ = "project"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    developer_id: Mapped[int] = mapped_column(ForeignKey("developer.id"), index=True)
    code: Mapped[str] = mapped_column(String(2))
    name_zh: Mapped[str] = mapped_column(String(64))
    name_en: Mapped[str] = mapped_column(String(64))
    address_zh: Mapped[str | None] = mapped_column(String(128))
    address_en: Mapped[str | None] = mapped_column(String(128))
    district: Mapped[str | None] = mapped_column(String(32))
    lat: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    lng: Mapped[Decimal | None] = mapped_column(Numeric(9, 6))
    green_rate: Mapped[str | None] = mapped_column(String(12))  # rates are Decimal as text (SPEC §2.0)
    plot_ratio: Mapped[str | None] = mapped_column(String(12))
    delivery_date: Mapped[date | None]
    property_fee_fen_m2: Mapped[int | None]
    sales_office_phone: Mapped[str | None] = mapped_column(String(32))
    host: Mapped[str] = mapped_column(String(255), default="")
    custom: Mapped[dict[str, Any]] = mapped_column(default=dict)


class ProjectText(Row, Base):
    """What a caller may hear about a project under one topic (the topics of `ivr.desk.Content`).

    `version` counts its edits; what it was before each is kept in ProjectTextVersion.
    """

    __tablename__ = "project_text"
    __table_args__ = (UniqueConstraint("project_id", "topic"),)

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    topic: Mapped[str] = mapped_column(String(32))
    zh: Mapped[str | None] = mapped_column(Text)
    en: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(Integer, default=1)


class ProjectTextVersion(Row, Base):
    """A text as it was edited, by whom (`created_by`) and when (`created_at`); the latest is the one in force."""

    __tablename__ = "project_text_version"
    __table_args__ = (UniqueConstraint("text_id", "version"),)

    text_id: Mapped[int] = mapped_column(ForeignKey("project_text.id"))
    version: Mapped[int] = mapped_column(Integer)
    zh: Mapped[str | None] = mapped_column(Text)
    en: Mapped[str | None] = mapped_column(Text)


class ServiceProject(Row, Base):
    """A service speaks of these projects, in this order (the project menu's keys 1 to 9)."""

    __tablename__ = "service_project"
    __table_args__ = (UniqueConstraint("service_id", "project_id"),)

    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"))
    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"), index=True)
    position: Mapped[int] = mapped_column(Integer)
