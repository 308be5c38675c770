"""The business parameters 业务信息 (SPEC §2.1): which there are, of what type and range, and what they are on a day.

    given = parameters.on(session, tenant, project, today)
    given[HOLD_DAYS]            # 3

A project's own value counts before the house's, a later one before an earlier one, the default if there is none.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Date, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from db.statement import Statement
from sales.models.parameter import BusinessParam

T = TypeVar("T")


class Kind(Generic[T]):
    """How a value is read from JSON. Raises ValueError with what would be right."""

    def read(self, value: Any) -> T:
        raise NotImplementedError

    def write(self, value: T) -> Any:
        return value


@dataclass(frozen=True)
class Whole(Kind[int]):
    """Days, seconds, counts, and money in fen."""

    least: int
    most: int

    def read(self, value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise ValueError(f"{self.least} … {self.most}")
        return value


@dataclass(frozen=True)
class Part(Kind[Decimal]):
    """A rate, stored as text: "0.0005"."""

    least: Decimal = Decimal(0)
    most: Decimal = Decimal(1)

    def read(self, value: Any) -> Decimal:
        try:
            rate = value if isinstance(value, Decimal) else Decimal(value) if isinstance(value, str) else None
        except InvalidOperation:
            rate = None
        if rate is None or not rate.is_finite() or not self.least <= rate <= self.most:
            raise ValueError(f"{self.least} … {self.most}")
        return rate

    def write(self, value: Decimal) -> str:
        return format(value, "f")


class Switch(Kind[bool]):
    def read(self, value: Any) -> bool:
        if not isinstance(value, bool):
            raise ValueError("true, false")
        return value


@dataclass(frozen=True)
class Choice(Kind[str]):
    """One of these words; none given: any short word."""

    words: tuple[str, ...] = ()

    def read(self, value: Any) -> str:
        if not isinstance(value, str) or (self.words and value not in self.words) or len(value) > 32:
            raise ValueError(" | ".join(self.words) or "…")
        return value


@dataclass(frozen=True)
class Parts(Kind[Mapping[str, Decimal]]):
    """A rate for each of these words: {"subscribed": "0.25", …}."""

    words: tuple[str, ...]

    def read(self, value: Any) -> Mapping[str, Decimal]:
        if not isinstance(value, dict) or set(value) != set(self.words):
            raise ValueError(" + ".join(self.words))
        return {word: Part().read(value[word]) for word in self.words}

    def write(self, value: Mapping[str, Decimal]) -> dict[str, str]:
        return {word: format(rate, "f") for word, rate in value.items()}


@dataclass(frozen=True)
class Parameter(Generic[T]):
    key: str
    kind: Kind[T]
    default: T
    zh: str
    en: str


def _money(key: str, yuan: int, zh: str, en: str) -> Parameter[int]:
    return Parameter(key, Whole(0, 10**11), yuan * 100, zh, en)


def _days(key: str, days: int, zh: str, en: str, least: int = 0) -> Parameter[int]:
    return Parameter(key, Whole(least, 3650), days, zh, en)


def _rate(key: str, rate: str, zh: str, en: str) -> Parameter[Decimal]:
    return Parameter(key, Part(), Decimal(rate), zh, en)


def _switch(key: str, on: bool, zh: str, en: str) -> Parameter[bool]:
    return Parameter(key, Switch(), on, zh, en)


HOLD_MONEY = _money("hold_money_fen", 0, "保留金", "hold money")
BOOKING_MONEY = _money("booking_money_fen", 10_000, "订金", "booking money")
SUBSCRIBE_MONEY = _money("subscribe_money_fen", 20_000, "认购金(定金)", "deposit")
SINCERITY_MONEY = _money("sincerity_money_fen", 10_000, "诚意金", "sincerity money")
RENAME_FEE = _money("rename_fee_fen", 0, "更名费", "rename fee")

HOLD_DAYS = _days("hold_days", 3, "保留期限(天)", "days of a hold", 1)
BOOKING_DAYS = _days("booking_days", 7, "预定期限(天)", "days of a booking", 1)
SUBSCRIBE_DAYS = _days("subscribe_days", 7, "认购期限(天)", "days from subscription to signing")
FILING_DAYS = _days("filing_days", 30, "销售登记期限(天)", "days from signing to registration")
PROTECT_DAYS = _days("protect_days", 30, "客户保护期(天)", "days a customer stays with the seller")
MAX_HOLD_EXTEND = Parameter("max_hold_extend", Whole(0, 99), 1, "保留最多延期次数", "extensions of a hold")
HOLD_MAX_PER_CUSTOMER = Parameter("hold_max_per_customer", Whole(1, 999), 2, "每客户最多保留套数", "holds per customer")
OVERDUE_HOLD_ACTION = Parameter(
    "overdue_hold_action", Choice(("release", "remind")), "release", "保留到期处理", "what happens to an overdue hold"
)
ASSIGN_REQUIRED = _switch("assign_required", False, "须分配房源方可销售", "sellers sell assigned rooms only")
SUB_LAPSE_AUTO = _switch("sub_lapse_auto", False, "认购逾期自动作废", "overdue subscriptions lapse by themselves")

STAMP_RATE = _rate("stamp_rate", "0.0005", "印花税率", "stamp duty rate")
STAMP_EXEMPT = _switch(
    "stamp_exempt_individual_housing", True, "个人购住宅免印花税", "individuals buying housing are exempt"
)
STAMP_ROUND = Parameter("stamp_round_fen", Whole(1, 10_000), 1, "印花税取整(分)", "rounding of stamp duty in fen")
LATE_FEE_DAILY = _rate("late_fee_daily", "0.0005", "滞纳金日率", "late fee per day")
PRICE_BASIS = Parameter("price_basis", Choice(("built", "inner", "set")), "built", "计价方式", "basis of the price")
TOTAL_ROUND = Parameter("total_round_fen", Whole(1, 10**7), 100, "总价取整(分)", "rounding of totals in fen")
LOAN_ROUND = Parameter("loan_round_fen", Whole(1, 10**8), 1_000_000, "贷款取整(分)", "rounding of loans in fen")
MIN_DOWN_RATE = _rate("min_down_rate", "0.30", "最低首付比例", "least down payment")
REPRICE_RESERVED = _switch("reprice_reserved", False, "调价含保留房", "repricing reaches reserved rooms")
SELLER_LIMIT = _rate("seller_price_limit", "0.97", "销售员价格权限", "least part of the list price a seller may grant")
MANAGER_LIMIT = _rate("manager_price_limit", "0.95", "经理价格权限", "least part of the list price a manager may grant")
REFUND_PENALTY = Parameter(
    "refund_penalty_rate",
    Parts(("subscribed", "contracted", "sold")),
    {"subscribed": Decimal("0.25"), "contracted": Decimal("0.10"), "sold": Decimal("0.10")},
    "退房违约金(占已付款)",
    "penalty of a refund, as a part of what was paid",
)
COMMISSION_SCHEME = Parameter("commission_scheme", Choice(), "standard", "佣金方案", "commission scheme")

ALERT_CLOCK = Parameter("alert_clock_seconds", Whole(30, 86_400), 300, "预警时钟周期(秒)", "seconds of the alert clock")
ALERT_MASTER = _switch("alert_master_on", True, "总预警开关", "master switch of alerts")
LEAD_HOLD = _days("alert_lead_hold", 1, "保留到期提前(天)", "alert before a hold expires")
LEAD_BOOKING = _days("alert_lead_booking", 1, "预定到期提前(天)", "alert before a booking expires")
LEAD_SIGN = _days("alert_lead_sign", 1, "签约提前(天)", "alert before signing is due")
LEAD_RECEIVABLE = _days("alert_lead_receivable", 7, "应收提前(天)", "alert before money is due")
LEAD_FILING = _days("alert_lead_filing", 7, "备案提前(天)", "alert before registration is due")
LEAD_PROTECT = _days("alert_lead_protect", 3, "保护到期提前(天)", "alert before a customer's protection ends")
MORTGAGE_STUCK = _days("mortgage_stuck_days", 15, "按揭停滞(天)", "days after which a mortgage is stuck", 1)
VIEWING_PER_SLOT = Parameter("viewing_per_slot", Whole(0, 999), 20, "每时段看房人数", "visitors at one time of a day")
CONTRACT_POOL_LOW = Parameter("contract_pool_low", Whole(0, 9999), 10, "合同号余量下限", "contract numbers running low")
INPUT_METHOD = Parameter(
    "default_input_method", Choice(("pinyin", "wubi", "code", "none")), "pinyin", "输入法", "search key tried first"
)

REGISTRY: Mapping[str, Parameter[Any]] = {
    found.key: found for found in list(vars().values()) if isinstance(found, Parameter)
}


class Given:
    """The parameters of one project on one day."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def __getitem__(self, parameter: Parameter[T]) -> T:
        value: T = self._values.get(parameter.key, parameter.default)
        return value


def on(session: Session, tenant: int, project: int | None, day: date) -> Given:
    """All of them, with one question to the database."""
    return given(_STORED.run(session.connection(), {"tenant": tenant, "project": project, "today": day}))


def given(stored: Iterable[Any]) -> Given:
    """From rows of `COLUMNS` that `counting` lets through, `IN_ORDER`; a row without a parameter says nothing."""
    return Given(
        {key: REGISTRY[key].kind.read(json.loads(value)) for key, value in stored if value and key in REGISTRY}
    )


def counting(project: Any) -> ColumnElement[bool]:
    """The stored values that count for a project; to be asked with "tenant" and "today"."""
    return and_(
        BusinessParam.tenant_id == bindparam("tenant"),
        or_(BusinessParam.project_id.is_(None), BusinessParam.project_id == project),
        BusinessParam.effective_from <= bindparam("today", type_=Date()),
    )


COLUMNS = (BusinessParam.key, BusinessParam.value)
# what comes last counts: the project's after the house's, the later after the earlier
IN_ORDER = (BusinessParam.project_id.is_not(None), BusinessParam.effective_from)
_STORED = Statement(select(*COLUMNS).where(counting(bindparam("project"))).order_by(*IN_ORDER))


def read(session: Session, tenant: int, project: int | None, parameter: Parameter[T], day: date) -> T:
    return on(session, tenant, project, day)[parameter]


def change(
    session: Session, tenant: int, project: int | None, key: str, value: Any, effective_from: date, by: str
) -> BusinessParam:
    """Give a parameter another value from a day on; the same day again replaces it.

    Raises Refused: E_NOT_FOUND for an unknown key, E_VALIDATION for a value of another type or out of range.
    """
    parameter = REGISTRY.get(key)
    if parameter is None:
        raise Refused(Code.NOT_FOUND, f"没有业务参数“{key}”。", f"There is no parameter “{key}”.", key=key)
    try:
        written = json.dumps(parameter.kind.write(parameter.kind.read(value)), ensure_ascii=False)
    except ValueError as right:
        raise Refused(
            Code.VALIDATION,
            f"{parameter.zh}的值无效：{value}(应为 {right})。",
            f"{parameter.en}: {value} is not possible (right would be {right}).",
            key=key,
            value=str(value),
        ) from None
    row = session.scalars(
        select(BusinessParam).where(
            BusinessParam.tenant_id == tenant,
            BusinessParam.project_id.is_(None) if project is None else BusinessParam.project_id == project,
            BusinessParam.key == key,
            BusinessParam.effective_from == effective_from,
        )
    ).first()
    if row is None:
        row = BusinessParam(tenant_id=tenant, project_id=project, key=key, effective_from=effective_from, created_by=by)
        session.add(row)
    row.value = written
    session.flush()
    return row
