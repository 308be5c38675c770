"""Payment plans 付款方式 on offer: made, edited, followed by a new version, switched off (SPEC §2.5.7, S4-79)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select, update

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Deal, DiscountRule, PaymentPlan, PlanLine, Project
from sales.money import amount, plan
from sales.money.fee import FeeType
from sales.money.plan import Anchor, Due
from sales.services import plans
from sales.services.basics import change, found, make, must_be_known, must_begin_before_it_ends, must_have
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind

FIELDS = (
    "name_zh", "name_en", "loan_kind", "deposit_fen", "min_down", "loan_round_fen", "provident_cap_fen", "valid_from",
    "valid_to",
)  # fmt: skip
ANY_PRICE = 100_000_000  # a million yuan: what the parts of a plan are tried on
AT_SIGNING = Due()


@dataclass(frozen=True)
class Part:
    """A line of a plan. percent: of an instalment (0.30), the last may be left open; of others it follows."""

    fee: FeeType
    percent: Decimal | None = None
    due: Due = AT_SIGNING


def add_plan(
    desk: Desk, project: int, code: str, parts: Sequence[Part], fields: Mapping[str, Any] | None = None
) -> PaymentPlan:
    """Fields: `kind`, both names, and those of `FIELDS`. What its parts do not make up is refused.

    E_PERM, E_NOT_FOUND, E_VALIDATION, E_MONEY, E_DUPLICATE.
    """
    desk.must(Right.PRICE_EDIT)
    fetch(desk, Project, project, lock=False)
    given = dict(fields or {})
    must_be_known(given, (*FIELDS, "kind"))
    must_have({**given, "code": code}, "code", "name_zh", "name_en", "kind")
    row = {**given, "project_id": project, "code": code}
    made = make(desk, PaymentPlan, row, PaymentPlan.project_id == project, PaymentPlan.code == code)
    return _laid(desk, made, parts)


def edit_plan(
    desk: Desk,
    key: int,
    changes: Mapping[str, Any],
    parts: Sequence[Part] | None = None,
    seen: int | None = None,
) -> PaymentPlan:
    """The plan as it is from now on. One that deals were made by stays as it is, switched off: the next version
    follows it under the same code, and its discounts go along.

    E_PERM, E_NOT_FOUND, E_VALIDATION, E_MONEY, E_CONFLICT, E_LOCKED (another version follows it already).
    """
    desk.must(Right.PRICE_EDIT)
    old = found(desk, PaymentPlan, key, seen)
    must_be_known(changes, FIELDS)
    must_have(changes, *(name for name in ("name_zh", "name_en") if name in changes))
    _must_be_last(desk, old)
    kept = _parts(desk, old) if parts is None else parts
    if desk.session.scalar(select(Deal.id).where(Deal.plan_id == old.id).limit(1)) is None:
        return _laid(desk, change(desk, old, changes, FIELDS), kept)
    return _next_version(desk, old, changes, kept)


def switch_plan(desk: Desk, key: int, on: bool, seen: int | None = None) -> PaymentPlan:
    """Offer it no longer, or again; deals that were made by it go on. E_PERM, E_NOT_FOUND, E_CONFLICT, E_LOCKED."""
    desk.must(Right.PRICE_EDIT)
    row = found(desk, PaymentPlan, key, seen)
    if on:
        _must_be_last(desk, row)
    return change(desk, row, {"active": on}, ("active",))


def must_add_up(kind: PlanKind, parts: Sequence[Part]) -> None:
    """E_VALIDATION unless these are the parts of such a plan: of 分期 the percents make 100 %; 一次性 is (定金 and)
    楼款, 按揭 (定金, 首期款 and) 按揭款, each once, whose amounts follow from the price and the loan."""
    if kind is PlanKind.INSTALMENT:
        _must_be_whole(parts)
        return
    fees = [part.fee for part in parts]
    last = FeeType.PRICE if kind is PlanKind.LUMP_SUM else FeeType.LOAN
    before = [FeeType.DEPOSIT] if kind is PlanKind.LUMP_SUM else [FeeType.DEPOSIT, FeeType.DOWN]
    if fees[-1:] != [last] or not set(fees[:-1]) <= set(before) or len(set(fees)) != len(fees):
        may = [fee.words for fee in (*before, last)]
        raise amount.invalid(
            f"此付款方式由{'、'.join(words.zh for words in may)}组成，各一项",
            f"Such a plan is made up of {', '.join(words.en for words in may)}, each once",
        )
    if any(part.percent is not None for part in parts):
        raise amount.invalid("只有分期才写比例", "Only instalments name a percent")
    anchors = {FeeType.DEPOSIT: Anchor.SUBSCRIPTION}
    if any(part.due.anchor is not anchors.get(part.fee, Anchor.SIGNING) for part in parts):
        raise amount.invalid(
            "定金自认购起计，其余自签约起计", "The deposit counts from the subscription, the others from the signing"
        )


def _must_be_whole(parts: Sequence[Part]) -> None:
    if not parts or not {part.fee for part in parts} <= {FeeType.PRICE, FeeType.DOWN}:
        raise amount.invalid("分期各期须为首期款或楼款", "Instalments are of the down payment or the house price")
    open_ = parts[-1].percent is None
    known = [part.percent or Decimal(0) for part in (parts[:-1] if open_ else parts)]
    rest = 1 - sum(known, Decimal(0))
    if (rest <= 0 if open_ else rest != 0) or any(not 0 < percent <= 1 for percent in known):
        raise amount.invalid("各期比例之和必须等于 100%", "The instalments must add up to 100 %")


def _laid(desk: Desk, row: PaymentPlan, parts: Sequence[Part]) -> PaymentPlan:
    """The plan with these lines, once it has been tried on a price."""
    kind = PlanKind(row.kind)
    must_add_up(kind, parts)
    must_begin_before_it_ends(row.valid_from, row.valid_to)
    if (kind is PlanKind.MORTGAGE) != (row.loan_kind is not None):
        raise amount.invalid("按揭须选贷款种类，其他方式不选", "A mortgage has its kind of loan, other plans have none")
    if row.loan_kind is LoanKind.COMBINED and not row.provident_cap_fen:
        raise amount.invalid("组合贷款须写公积金上限", "A combined loan names the most the fund lends")
    for fen in (row.deposit_fen, row.provident_cap_fen):
        amount.fen(fen or 0)
    desk.session.execute(delete(PlanLine).where(PlanLine.plan_id == row.id))
    lines = [
        PlanLine(
            **desk.own, plan_id=row.id, seq=seq, fee_type=part.fee.value, percent=part.percent,
            due_from=part.due.anchor.value, due_days=part.due.days, milestone=part.due.milestone or None,
        )
        for seq, part in enumerate(parts, 1)
    ]  # fmt: skip
    desk.session.add_all(lines)
    desk.session.flush()
    terms = plans.terms(row, lines, desk.given(row.project_id))
    plan.lines(terms, ANY_PRICE, 0, plan.Dates(desk.today, desk.today, {}))
    told = [[part.fee.value, None if part.percent is None else str(part.percent), part.due.days] for part in parts]
    desk.note("payment_plan.lines", "payment_plan", row.id, None, {"lines": told})
    return row


def _next_version(desk: Desk, old: PaymentPlan, changes: Mapping[str, Any], parts: Sequence[Part]) -> PaymentPlan:
    kept = {name: getattr(old, name) for name in (*FIELDS, "project_id", "code", "kind", "active")}
    new = PaymentPlan(**desk.own, **{**kept, **changes}, version=old.version + 1, follows_id=old.id)
    desk.session.add(new)
    desk.session.flush()
    desk.note(
        "payment_plan.follow", "payment_plan", new.id, {"plan": old.id}, {"version": new.version, "code": new.code}
    )
    change(desk, old, {"active": False}, ("active",))
    desk.session.execute(
        update(DiscountRule)
        .where(DiscountRule.plan_id == old.id)
        .values(plan_id=new.id, row_version=DiscountRule.row_version + 1)
    )
    return _laid(desk, new, parts)


def _must_be_last(desk: Desk, row: PaymentPlan) -> None:
    last = desk.session.scalar(
        select(func.max(PaymentPlan.version)).where(
            PaymentPlan.project_id == row.project_id, PaymentPlan.code == row.code
        )
    )
    if last != row.version:
        raise Refused(
            Code.LOCKED,
            f"付款方案“{row.name_zh}”已有新版本，请修改新版本。",
            f"A newer version of the payment plan {row.name_en} is there: that one is edited.",
            version=last,
        )


def _parts(desk: Desk, row: PaymentPlan) -> list[Part]:
    lines = desk.session.scalars(select(PlanLine).where(PlanLine.plan_id == row.id).order_by(PlanLine.seq))
    return [
        Part(FeeType(line.fee_type), line.percent, Due(Anchor(line.due_from), line.due_days, line.milestone or ""))
        for line in lines
    ]
