"""Whose rows a question is about, said so that it can be built once and asked often."""

from typing import Any

from sqlalchemy import ColumnElement, bindparam, literal_column

TENANT: ColumnElement[int] = bindparam("tenant")
NOTHING: ColumnElement[int] = literal_column("0")


def also_of(column: Any, tenant: Any = TENANT) -> ColumnElement[bool]:
    """`column` (a tenant_id) is this tenant's, and no index shall be chosen for it: in a house with one tenant that
    would be to read the whole table. What finds the few rows (a number, a customer's id) stands beside it.
    """
    mine: ColumnElement[bool] = column + NOTHING == tenant
    return mine


def among(column: Any, name: str = "ids") -> ColumnElement[bool]:
    """`column` is one of those that are given when the question is asked: `{"tenant": 1, "ids": [7, 8]}`."""
    one: ColumnElement[bool] = column.in_(bindparam(name, expanding=True))
    return one
