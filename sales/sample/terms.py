"""On what terms is sold: payment plans with their discounts, accounts, contract numbers."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select

from db.tenant import HOME
from sales.models import Account, DiscountRule, MortgageRate, PaymentPlan, PlanLine, Project
from sales.sample.days import BEGINNING
from sales.sample.staff import Staff
from sales.sample.stage import Stage, own
from sales.services import contract_numbers
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind

# kind, code, names, discount, lines (fee, percent, days after the signing)
PLANS = (
    (PlanKind.LUMP_SUM, "lump", "一次性", "lump sum", "0.98", (("定金", None, 0), ("楼款", None, 10))),
    (
        PlanKind.INSTALMENT, "instalment", "分期", "instalments", "0.99",
        (("楼款", "0.30", 0), ("楼款", "0.40", 60), ("楼款", "0.30", 150)),
    ),
    (
        PlanKind.MORTGAGE, "mortgage", "按揭", "mortgage", "0.99",
        (("定金", None, 0), ("首期款", None, 0), ("按揭款", None, 30)),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Offered:
    """A plan of a project and the discount that goes with it, by their ids."""

    plan: int
    discount: int


@dataclass(frozen=True)
class Accounts:
    cash: int
    bank: int


@dataclass(frozen=True)
class TermsOfSale:
    """plans: by project and kind. rates: of commercial loans, since when."""

    plans: dict[tuple[int, PlanKind], Offered]
    accounts: Accounts
    rates: tuple[tuple[date, Decimal], ...]

    def annual(self, day: date) -> Decimal:
        """The rate of the story's day."""
        return [rate for since, rate in self.rates if since <= day or since == self.rates[0][0]][-1]


def offer(stage: Stage, staff: Staff, projects: tuple[Project, ...]) -> TermsOfSale:
    opened = stage.agenda.days.real(BEGINNING)
    cash = Account(**own(), code="CASH", name="现金 Cash", kind="cash", opening_fen=0, opening_date=opened)
    bank = Account(
        **own(), code="BANK", name="监管户 Escrow account", kind="bank", bank="工行", opening_fen=0, opening_date=opened
    )
    stage.add(cash, bank)
    plans = {}
    for project in projects:
        for position, (kind, code, zh, en, rate, lines) in enumerate(PLANS, 1):
            plan = PaymentPlan(
                **own(), project_id=project.id, code=code, name_zh=zh, name_en=en, kind=kind,
                loan_kind=LoanKind.COMMERCIAL if kind is PlanKind.MORTGAGE else None,
                min_down=Decimal("0.30") if kind is PlanKind.MORTGAGE else None, valid_from=opened,
            )  # fmt: skip
            stage.add(plan)
            for seq, (fee, percent, days) in enumerate(lines, 1):
                stage.add(
                    PlanLine(
                        **own(), plan_id=plan.id, seq=seq, fee_type=fee, due_days=days,
                        percent=None if percent is None else Decimal(percent),
                        due_from="subscription" if fee == "定金" else "signing",
                    )
                )  # fmt: skip
            rule = DiscountRule(
                **own(), project_id=project.id, plan_id=plan.id, code=f"{code}{rate[2:]}", kind="rate",
                rate=Decimal(rate), name_zh=f"{zh}优惠", name_en=f"discount for {en}", valid_from=opened,
                position=position,
            )  # fmt: skip
            stage.add(rule)
            plans[project.id, kind] = Offered(plan.id, rule.id)
        first = f"HT{project.code}"
        contract_numbers.import_numbers(stage.desk(staff.chief), project.id, f"{first}0001", f"{first}0300", "B1")
    rates = stage.session.execute(
        select(MortgageRate.valid_from, MortgageRate.annual)
        .where(MortgageRate.tenant_id == HOME, MortgageRate.kind == LoanKind.COMMERCIAL)
        .order_by(MortgageRate.valid_from)
    ).all()
    return TermsOfSale(plans, Accounts(cash.id, bank.id), tuple((row.valid_from, row.annual) for row in rates))
