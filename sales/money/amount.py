"""Which figures may enter a computation at all; every other one is refused with a sentence that names it."""

from decimal import Decimal
from typing import Any

from db.refusal import Code, Refused
from db.words import Words

# Ten thousand billion yuan. Beyond it somebody leant on a key, and a signed 64-bit column is still a factor 9,000 away.
LIMIT_FEN = 10**15
LIMIT_MONTHS = 600

PRICE = Words("总价", "The price")
UNIT_PRICE = Words("单价", "The unit price")
DEPOSIT = Words("定金", "The deposit")
LOAN = Words("贷款额", "The loan")
INCOME = Words("月收入", "The monthly income")
AMOUNT = Words("金额", "The amount")


def fen(value: int, name: Words = AMOUNT) -> int:
    """`value` itself, when 0 ≤ value ≤ 10^15; else E_MONEY."""
    if value < 0:
        raise impossible(
            f"{name.zh}不能为负数：{yuan(value)} 元", f"{name.en} must not be negative: {yuan(value)} yuan", fen=value
        )
    if value > LIMIT_FEN:
        raise impossible(
            f"{name.zh}超出上限 {yuan(LIMIT_FEN)} 元", f"{name.en} is beyond {yuan(LIMIT_FEN)} yuan", fen=value
        )
    return value


def positive_fen(value: int, name: Words = AMOUNT) -> int:
    """`value` itself, when 0 < value ≤ 10^15; else E_MONEY."""
    if fen(value, name) == 0:
        raise impossible(f"{name.zh}必须大于零", f"{name.en} must be more than nought", fen=value)
    return value


def rate(value: Decimal, name: Words) -> Decimal:
    """`value` itself, when 0 ≤ value ≤ 1; else E_VALIDATION."""
    if not value.is_finite() or not 0 <= value <= 1:
        raise invalid(
            f"{name.zh}必须在 0 与 1 之间，现在是 {value}",
            f"{name.en} must be between 0 and 1, not {value}",
            rate=str(value),
        )
    return value


def months(value: int) -> int:
    """`value` itself, when 1 ≤ value ≤ 600; else E_VALIDATION."""
    if not 1 <= value <= LIMIT_MONTHS:
        raise invalid(
            f"贷款期数必须在 1 到 {LIMIT_MONTHS} 个月之间，现在是 {value}",
            f"A loan runs for 1 to {LIMIT_MONTHS} months, not {value}",
            months=value,
        )
    return value


def area_x100(value: int) -> int:
    """`value` itself, when it is more than nought, below a square kilometre, and has no third decimal; else
    E_VALIDATION."""
    if not isinstance(value, int) or not 0 < value <= 100_000_000:
        raise invalid(
            f"面积必须大于零、最多两位小数且不超过一平方公里，现在是 {value / 100} 平方米",
            f"An area is more than nought, of two decimals, and at most a square kilometre, not {value / 100} m²",
            area_x100=str(value),
        )
    return value


def yuan(value: int) -> str:
    """Fen as people read them: 27872200 → 278,722.00."""
    sign = "-" if value < 0 else ""
    whole, rest = divmod(abs(value), 100)
    return f"{sign}{whole:,}.{rest:02}"


def invalid(zh: str, en: str, **details: Any) -> Refused:
    """The refusal of a rule that cannot be computed with (parts that are not the whole, tiers out of order…)."""
    return Refused(Code.VALIDATION, f"{zh}。", f"{en}.", **details)


def impossible(zh: str, en: str, **details: Any) -> Refused:
    """The refusal of amounts that do not fit each other (a deposit above the down payment…)."""
    return Refused(Code.MONEY, f"{zh}。", f"{en}.", **details)
