"""Discount rules 折扣: made, edited, switched off (SPEC §2.2, §2.7, S1-63, S1-64). Deals keep what was applied."""

from collections.abc import Mapping
from typing import Any

from admin.right import Right
from sales.models import DiscountRule, PaymentPlan, Project
from sales.money import amount
from sales.money.discount import DiscountKind, Rank
from sales.services.basics import change, found, make, must_be_known, must_begin_before_it_ends, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.quote import as_discount

FIELDS = (
    "name_zh", "name_en", "rate", "value_fen", "plan_id", "valid_from", "valid_to", "authority", "stackable",
    "position", "active",
)  # fmt: skip


def add_discount(desk: Desk, project: int, code: str, fields: Mapping[str, Any]) -> DiscountRule:
    """Fields: `kind`, both names, position (the order), valid_from, and others of `FIELDS`; a rate for kind rate
    (0.98), else value_fen. E_PERM, E_NOT_FOUND, E_VALIDATION, E_MONEY, E_DUPLICATE.
    """
    desk.must(Right.PRICE_EDIT)
    fetch(desk, Project, project, lock=False)
    must_be_known(fields, (*FIELDS, "kind"))
    must_have({**fields, "code": code}, "code", "name_zh", "name_en", "kind", "position", "valid_from")
    _must_make_sense(desk, project, code, fields)
    row = {**fields, "project_id": project, "code": code}
    return make(desk, DiscountRule, row, DiscountRule.project_id == project, DiscountRule.code == code)


def edit_discount(desk: Desk, rule: int, changes: Mapping[str, Any], seen: int | None = None) -> DiscountRule:
    """Also what switches it off: {"active": False}. E_PERM, E_NOT_FOUND, E_VALIDATION, E_MONEY, E_CONFLICT."""
    desk.must(Right.PRICE_EDIT)
    old = found(desk, DiscountRule, rule, seen)
    must_have(changes, *(name for name in ("name_zh", "name_en", "valid_from") if name in changes))
    _must_make_sense(
        desk, old.project_id, old.code, {**{name: getattr(old, name) for name in (*FIELDS, "kind")}, **changes}
    )
    return change(desk, old, changes, FIELDS)


def _must_make_sense(desk: Desk, project: int, code: str, fields: Mapping[str, Any]) -> None:
    kind, authority = fields["kind"], fields.get("authority", Rank.SELLER)
    if kind not in list(DiscountKind) or authority not in list(Rank):
        raise amount.invalid("没有这种折扣或权限", "There is no such kind of discount or authority")
    by_rate = kind == DiscountKind.RATE
    if (fields.get("rate") is not None) != by_rate or (fields.get("value_fen") is not None) == by_rate:
        raise amount.invalid("打折写比例，其他优惠写金额", "A rate is named for kind rate, an amount for the others")
    must_begin_before_it_ends(fields.get("valid_from"), fields.get("valid_to"))
    if (
        fields.get("plan_id") is not None
        and fetch(desk, PaymentPlan, fields["plan_id"], lock=False).project_id != project
    ):
        raise amount.invalid("付款方案属于另一楼盘", "The payment plan is another project's")
    worth = as_discount(DiscountRule(**{"authority": authority, "stackable": True, **fields, "code": code}))
    if worth.value == 0:
        raise amount.invalid("折扣不能为零", "A discount is more than nought, and leaves something to pay")
