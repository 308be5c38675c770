"""Salespersons 销售人员: their codes, groups, commission schemes and extensions (S4-84)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import CommissionScheme, Customer, SalesGroup, Salesperson
from sales.money import amount
from sales.services.basics import change, found, make, must_be_digits, must_have
from sales.services.desk import Desk

FIELDS = ("name", "gender", "phone", "employee_no", "group_id", "scheme_id", "extension", "role", "pin_hash", "state")
STATES, ROLES, GENDERS = ("on", "leave", "left"), ("seller", "manager", "leader"), ("M", "F")


def hire(desk: Desk, code: str, fields: Mapping[str, Any]) -> Salesperson:
    """code: two to six digits, nobody else's. E_PERM, E_NOT_FOUND (group, scheme), E_VALIDATION, E_DUPLICATE."""
    desk.must(Right.MANAGE)
    must_be_digits(code, 2, 6)
    must_have(fields, "name")
    _must_make_sense(desk, fields)
    return make(desk, Salesperson, {**fields, "code": code}, Salesperson.code == code)


def edit_salesperson(desk: Desk, seller: int, changes: Mapping[str, Any], seen: int | None = None) -> Salesperson:
    """Who leaves hands the customers over first (`customers.reassign`). E_PERM, E_NOT_FOUND, E_VALIDATION, E_STATE,
    E_CONFLICT."""
    desk.must(Right.MANAGE)
    must_have(changes, *(name for name in ("name",) if name in changes))
    _must_make_sense(desk, changes)
    if changes.get("state") == "left":
        _must_own_nobody(desk, seller)
    return change(desk, found(desk, Salesperson, seller, seen), changes, FIELDS)


def add_group(desk: Desk, code: str, name: str) -> SalesGroup:
    """E_PERM, E_VALIDATION, E_DUPLICATE."""
    desk.must(Right.MANAGE)
    must_have({"code": code, "name": name}, "code", "name")
    return make(desk, SalesGroup, {"code": code, "name": name}, SalesGroup.code == code)


def _must_make_sense(desk: Desk, fields: Mapping[str, Any]) -> None:
    for name, known in (("state", STATES), ("role", ROLES), ("gender", GENDERS)):
        if fields.get(name) is not None and fields[name] not in known:
            raise amount.invalid(f"{name} 应为 {'、'.join(known)}", f"{name} is one of {', '.join(known)}", field=name)
    for name, model in (("group_id", SalesGroup), ("scheme_id", CommissionScheme)):
        table: Any = model
        if (key := fields.get(name)) is not None and desk.session.scalar(
            select(table.id).where(table.id == key, table.tenant_id == desk.tenant)
        ) is None:
            raise Refused(Code.NOT_FOUND, f"{name} 不存在。", f"There is no such {name}.", field=name)


def _must_own_nobody(desk: Desk, seller: int) -> None:
    theirs = select(Customer.id).where(
        Customer.tenant_id == desk.tenant, Customer.seller_id == seller, Customer.merged_into_id.is_(None)
    )
    if desk.session.scalar(theirs.limit(1)) is not None:
        raise Refused(
            Code.STATE,
            "名下还有客户，请先接转。",
            "This seller still has customers: hand them over first.",
            seller=seller,
        )
