"""Rows of the basic data are made and changed one way: known fields, the version that was seen, the audit."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from db.refusal import Code, Refused
from sales.money import amount
from sales.services.acting import changed
from sales.services.desk import Desk
from sales.services.fetch import NOUNS, fetch

T = TypeVar("T")


def make(desk: Desk, model: type[T], fields: Mapping[str, Any], *same: ColumnElement[bool]) -> T:
    """A new row, unless one of the tenant is the `same`: E_DUPLICATE. Flushed, noted as "<table>.add"."""
    table: Any = model
    if desk.session.scalar(select(table.id).where(table.tenant_id == desk.tenant, *same)) is not None:
        noun, code = NOUNS[model], fields.get("code")
        raise Refused(
            Code.DUPLICATE, f"{noun.zh} {code} 已存在。", f"There is a {noun.en} {code} already.", number=code
        )
    row = model(**desk.own, **fields)
    desk.session.add(row)
    desk.session.flush()
    desk.note(f"{table.__tablename__}.add", table.__tablename__, row.id, None, _plain(fields))  # type: ignore[attr-defined]
    return row


def found(desk: Desk, model: type[T], key: int, seen: int | None) -> T:
    """The row to be changed. E_NOT_FOUND; E_CONFLICT if it is not the version that was `seen`."""
    row: Any = fetch(desk, model, key)
    if seen is not None and row.row_version != seen:
        raise changed()
    known: T = row
    return known


def change(desk: Desk, row: T, changes: Mapping[str, Any], may: Collection[str]) -> T:
    """Set fields. E_VALIDATION for one that is not among `may`."""
    must_be_known(changes, may)
    table: Any = row
    before = {name: getattr(row, name) for name in changes}
    for name, value in changes.items():
        setattr(row, name, value)
    desk.session.flush()
    desk.note(f"{table.__tablename__}.edit", table.__tablename__, table.id, _plain(before), _plain(changes))
    return row


def must_be_known(fields: Mapping[str, Any], may: Collection[str]) -> None:
    """E_VALIDATION for a field that is not among `may`."""
    if strange := sorted(set(fields) - set(may)):
        raise amount.invalid(f"不能修改：{'、'.join(strange)}", f"These cannot be edited: {', '.join(strange)}")


def must_begin_before_it_ends(valid_from: date | None, valid_to: date | None) -> None:
    """E_VALIDATION if something would be valid for no day at all."""
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        raise amount.invalid(f"{valid_to} 早于 {valid_from}", f"{valid_to} is before {valid_from}")


def must_have(fields: Mapping[str, Any], *names: str) -> None:
    """E_VALIDATION if a text is missing or blank."""
    for name in names:
        if not str(fields.get(name) or "").strip():
            raise amount.invalid(f"{name} 不能为空", f"{name} must not be empty", field=name)


def must_be_digits(code: str, least: int, most: int) -> None:
    """E_VALIDATION unless a code is so many ASCII digits: it is keyed on the telephone."""
    if not (least <= len(code) <= most and code.isascii() and code.isdigit()):
        zh = f"{least} 位" if least == most else f"{least} 到 {most} 位"
        en = f"{least}" if least == most else f"{least} to {most}"
        raise amount.invalid(f"编号应为{zh}数字", f"A code has {en} digits", number=code)


def _plain(fields: Mapping[str, Any]) -> dict[str, Any]:
    """As the audit keeps it: no secrets, days and numbers as text."""
    return {
        name: value if isinstance(value, int | str | bool | dict | None) else str(value)
        for name, value in fields.items()
        if name not in ("pin_hash", "bank_no")
    }
