"""What a column can hold is the same on both engines: SQLite would keep what PostgreSQL refuses, and its backup could
then not be restored there (S4-59). What is to be stored is measured here and refused by the name of its field.
"""

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, String, Table, Text, TypeDecorator
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeEngine

from db.refusal import Code, Refused

LARGEST = 2**31 - 1  # of INTEGER; money and areas are BIGINT


class OutOfBounds(Refused, DontWrapMixin):
    """E_VALIDATION. details: field ("customer.name"), and what it takes at most, if that is the reason."""


class Written(TypeDecorator[str]):
    """VARCHAR(length) of a column that knows its name. What is only compared with the column may be anything."""

    impl = String
    cache_ok = True

    def __init__(self, field: str, length: int | None) -> None:
        super().__init__(length)
        self.field, self.length = field, length

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        if self.length is not None and len(value) > self.length:
            raise OutOfBounds(
                Code.VALIDATION,
                f"“{self.field}”最多 {self.length} 个字符，现有 {len(value)} 个。",
                f"{self.field} takes {self.length} characters at most, not {len(value)}.",
                field=self.field,
                most=self.length,
            )
        if "\0" in value:
            raise OutOfBounds(
                Code.VALIDATION,
                f"“{self.field}”含有无法保存的字符（NUL）。",
                f"{self.field} has a sign in it that cannot be kept (NUL).",
                field=self.field,
            )
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self.impl_instance


class Prose(Written):
    """TEXT: as long as it likes."""

    impl = Text
    cache_ok = True


class Counted(TypeDecorator[int]):
    """INTEGER of a column that knows its name; it, too, may be compared with anything."""

    impl = Integer
    cache_ok = True

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and abs(value) > LARGEST:
            raise OutOfBounds(
                Code.VALIDATION,
                f"“{self.field}”的数值过大：{value}。",
                f"{self.field} cannot be as large as {value}.",
                field=self.field,
                most=LARGEST,
            )
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return BigInteger()


def measure(table: Table) -> None:
    """Every text and every small number of this table is measured from now on."""
    for column in table.columns:
        field = f"{table.name}.{column.name}"
        if type(column.type) is String:
            column.type = Written(field, column.type.length)
        elif type(column.type) is Text:
            column.type = Prose(field, None)
        elif type(column.type) is Integer:
            column.type = Counted(field)
