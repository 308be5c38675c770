"""Business parameters 业务信息, each from a day on (SPEC §2.1); what they mean is in `sales.parameters`."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row

_HOUSE = text("project_id IS NULL")


class BusinessParam(Row, Base):
    """project_id None: for every project that has no value of its own. value: JSON as text (SQLite would make
    a number of a JSON column's "3"), as the registry's type writes it."""

    __tablename__ = "business_param"
    __table_args__ = (
        Index(
            "uq_business_param_project", "tenant_id", "project_id", "key", "effective_from",
            unique=True, sqlite_where=text("project_id IS NOT NULL"), postgresql_where=text("project_id IS NOT NULL"),
        ),
        Index(
            "uq_business_param_house", "tenant_id", "key", "effective_from",
            unique=True, sqlite_where=_HOUSE, postgresql_where=_HOUSE,
        ),
    )  # fmt: skip

    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    key: Mapped[str] = mapped_column(String(64))
    value: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[date]
