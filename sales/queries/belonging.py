"""The tenant in a question that something else has narrowed already."""

from typing import Any

from sqlalchemy import ColumnElement


def also_of(column: Any, tenant: int) -> ColumnElement[bool]:
    """`column` (a tenant_id) is this tenant's, and no index shall be chosen for it: in a house with one tenant that
    would be to read the whole table. What finds the few rows (a number, a customer's id) stands beside it.
    """
    mine: ColumnElement[bool] = column + 0 == tenant
    return mine
