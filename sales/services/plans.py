"""Payment plans 付款方式: from rows to what `sales.money.plan` computes with, and back as a deal keeps it (§2.5.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import select

from sales import parameters
from sales.models import Building, Deal, PaymentPlan, PlanLine
from sales.money import amount, plan
from sales.money.discount import valid
from sales.parameters import Given
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind

FORMS: Mapping[PlanKind, type[plan.Plan]] = {
    PlanKind.LUMP_SUM: plan.LumpSum,
    PlanKind.INSTALMENT: plan.Instalment,
    PlanKind.MORTGAGE: plan.Mortgage,
}


@dataclass(frozen=True)
class Chosen:
    """A plan as it was on the day it was chosen. asked_loan_fen: a lesser loan than the plan allows.

    after_seq: the number of the deal's line before its first, if another plan was followed before.
    """

    code: str
    terms: plan.Plan
    deposit_fen: int
    asked_loan_fen: int | None = None
    after_seq: int = 0

    @property
    def loan_kind(self) -> LoanKind | None:
        return self.terms.loan if isinstance(self.terms, plan.Mortgage) else None

    def lines(self, deal_fen: int, dates: plan.Dates) -> tuple[plan.Line, ...]:
        """The receivables to be. E_MONEY."""
        return plan.lines(self.terms, deal_fen, self.deposit_fen, dates, self.asked_loan_fen)

    def snapshot(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "kind": plan.kind(self.terms).value,
            "terms": _adapter(plan.kind(self.terms)).dump_python(self.terms, mode="json"),
            "deposit_fen": self.deposit_fen,
            "asked_loan_fen": self.asked_loan_fen,
        }


def choose(desk: Desk, project: int, key: int, given: Given, asked_loan_fen: int | None = None) -> Chosen:
    """The plan on offer today. E_NOT_FOUND, E_VALIDATION when it is another project's, closed or not valid today."""
    row = fetch(desk, PaymentPlan, key, lock=False)
    if row.project_id != project or not row.active or not valid(row.valid_from, row.valid_to, desk.today):
        raise amount.invalid(
            f"付款方案“{row.name_zh}”目前不可用", f"The payment plan {row.name_en} is not on offer today", plan=row.code
        )
    lines = desk.session.scalars(select(PlanLine).where(PlanLine.plan_id == row.id).order_by(PlanLine.seq)).all()
    deposit = given[parameters.SUBSCRIBE_MONEY] if row.deposit_fen is None else row.deposit_fen
    return Chosen(row.code, terms(row, lines, given), deposit, asked_loan_fen)


def of_deal(deal: Deal) -> Chosen | None:
    """The plan a deal follows; None for one whose terms were not kept (an old database)."""
    kept = deal.plan_snapshot
    if "terms" not in kept:
        return None
    terms = _adapter(PlanKind(kept["kind"])).validate_python(kept["terms"])
    return Chosen(kept["code"], terms, kept["deposit_fen"], kept["asked_loan_fen"], kept.get("after_seq", 0))


def dates(desk: Desk, building: int, subscription: date, signing: date) -> plan.Dates:
    """What due dates are counted from; of the milestones only the one the building has reached is known."""
    row = fetch(desk, Building, building, lock=False)
    reached = {} if row.progress is None or row.progress_date is None else {row.progress: row.progress_date}
    return plan.Dates(subscription, signing, reached)


def terms(row: PaymentPlan, lines: Sequence[PlanLine], given: Given) -> plan.Plan:
    """What a plan's row and its lines come to. E_VALIDATION."""
    match row.kind:
        case PlanKind.LUMP_SUM:
            return plan.LumpSum(lines[-1].due_days if lines else 0)
        case PlanKind.INSTALMENT:
            known = sum((line.percent for line in lines if line.percent is not None), Decimal(0))
            return plan.Instalment(
                tuple(
                    plan.Term(
                        1 - known if line.percent is None else line.percent,
                        plan.Due(plan.Anchor(line.due_from), line.due_days, line.milestone or ""),
                    )
                    for line in lines
                )
            )
        case PlanKind.MORTGAGE:
            loan_days = next((line.due_days for line in lines if line.fee_type == "按揭款"), 30)
            return plan.Mortgage(
                row.loan_kind or LoanKind.COMMERCIAL,
                given[parameters.MIN_DOWN_RATE] if row.min_down is None else row.min_down,
                given[parameters.LOAN_ROUND] if row.loan_round_fen is None else row.loan_round_fen,
                loan_days,
                row.provident_cap_fen or 0,
            )


@cache
def _adapter(kind: PlanKind) -> TypeAdapter[Any]:
    return TypeAdapter(FORMS[kind])
