"""What every table has in common: names of constraints, kinds of columns, and the columns of SPEC §2.0."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
)
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from db.bounds import measure

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database. A naive datetime is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without time zone cannot be stored: {value!r}")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Rate(TypeDecorator[Decimal]):
    """A rate or a share: Decimal in Python, its digits as text in the database (SPEC §2.0), never a float."""

    impl = String(16)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ValueError(f"a rate is a Decimal, not {value!r}")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def one_of(kind: type[StrEnum], name: str = "state") -> Enum:
    """A column that holds one member of `kind`, as text; the database refuses others. `name` is the column's."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=16,
        name=name,
        values_callable=lambda members: [member.value for member in members],
    )


# SQLite numbers its rows by itself only if the key is spelled INTEGER
Key = BigInteger().with_variant(Integer, "sqlite")


class Base(DeclarativeBase):
    """Integers are 64 bits wide (money is fen), moments are UTC, dicts and lists are JSON; no column takes on one
    engine what it refuses on the other."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {  # noqa: RUF012 (SQLAlchemy's own spelling)
        int: BigInteger,
        datetime: Utc,
        Decimal: Rate,
        dict[str, Any]: JSON,
        list[Any]: JSON,
    }

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if isinstance(table := getattr(cls, "__table__", None), Table):
            measure(table)


def _now(context: DefaultExecutionContext) -> datetime:
    """The clock of the database the statement runs on: no table asks the system clock."""
    moment: datetime = context.execution_options["now"]()
    return moment


class Stamped:
    """When and by whom a row was made and changed, and how often: UPDATE … WHERE row_version=? (optimistic lock).

    The ORM counts `row_version` up and refuses a stale one (StaleDataError = E_CONFLICT).
    """

    id: Mapped[int] = mapped_column(Key, primary_key=True, sort_order=-2)
    created_at: Mapped[datetime] = mapped_column(default=_now, sort_order=90)
    created_by: Mapped[str | None] = mapped_column(String(64), sort_order=91)
    updated_at: Mapped[datetime] = mapped_column(default=_now, onupdate=_now, sort_order=92)
    row_version: Mapped[int] = mapped_column(Integer, default=1, sort_order=93)

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__table__.c.row_version}  # type: ignore[attr-defined]


class Row(Stamped):
    """A row of business: it belongs to a tenant."""

    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"), sort_order=-1)
