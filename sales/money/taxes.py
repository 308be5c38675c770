"""Taxes of a transfer and what is collected with it (SPEC §2.5.9, M08). All rates are parameters, shipped here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from db.words import Words
from sales.money import amount
from sales.money.rounding import by_area, half_up_to, part

STAMP_RATE = Words("印花税率", "The stamp duty rate")
HOUSING = "住宅"

DEED_RATE = Words("契税率", "The deed tax rate")


@dataclass(frozen=True)
class StampRule:
    """`stamp_rate`, `stamp_exempt_individual_housing`, `stamp_round_fen` of the business parameters."""

    rate: Decimal = Decimal("0.0005")
    exempt_individual_housing: bool = True
    round_fen: int = 1


@dataclass(frozen=True)
class StampDuty:
    """What each party of the deed owes."""

    seller_fen: int
    buyer_fen: int

    @property
    def total_fen(self) -> int:
        return self.seller_fen + self.buyer_fen


def stamp_duty(deal_fen: int, *, individual: bool, residential: bool, rule: StampRule) -> StampDuty:
    """Both parties owe the same, except a private person who buys a home, when the rule exempts it."""
    amount.fen(deal_fen, amount.PRICE)
    duty = half_up_to(part(deal_fen, amount.rate(rule.rate, STAMP_RATE)), rule.round_fen)
    exempt = individual and residential and rule.exempt_individual_housing
    return StampDuty(duty, 0 if exempt else duty)


@dataclass(frozen=True)
class DeedRule:
    """One rate of the deed tax. Empty `usage`, `home` 0, `max_built_x100` None are for any; both days belong to it."""

    rate: Decimal
    usage: str = ""
    home: int = 0
    max_built_x100: int | None = None
    valid_from: date = date.min
    valid_to: date | None = None

    def holds(self, bought: "Bought", day: date) -> bool:
        return (
            self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
            and self.usage in ("", bought.usage)
            and self.home in (0, bought.home)
            and (self.max_built_x100 is None or bought.built_x100 <= self.max_built_x100)
        )

    def narrowness(self) -> tuple[bool, bool, int, date]:
        """The greater, the narrower; of two alike the younger rule counts."""
        area = 0 if self.max_built_x100 is None else 1_000_000_000 - self.max_built_x100
        return self.usage != "", self.home != 0, area, self.valid_from


@dataclass(frozen=True)
class Bought:
    """What the deed tax asks of a purchase. `home`: 1 for a buyer's first home, 2 for a second, 3 for others."""

    price_fen: int
    built_x100: int
    usage: str = HOUSING
    home: int = 1


def _homes(small_x100: int, since: date, until: date | None) -> tuple[DeedRule, ...]:
    return (
        DeedRule(Decimal("0.01"), HOUSING, 1, small_x100, since, until),
        DeedRule(Decimal("0.015"), HOUSING, 1, None, since, until),
        DeedRule(Decimal("0.01"), HOUSING, 2, small_x100, since, until),
        DeedRule(Decimal("0.02"), HOUSING, 2, None, since, until),
    )


# 财税〔2016〕23 号 (90 m²), then 财政部 税务总局 住房城乡建设部公告 2024 年第 16 号 (140 m²); else the general rate
DEED_RULES = (
    DeedRule(Decimal("0.03")),
    *_homes(9000, date(2016, 2, 22), date(2024, 11, 30)),
    *_homes(14000, date(2024, 12, 1), None),
)


def deed_tax(bought: Bought, day: date, rules: Sequence[DeedRule] = DEED_RULES) -> int:
    """The tax by the narrowest rule that holds on `day`, to the fen; E_VALIDATION when none does."""
    amount.fen(bought.price_fen, amount.PRICE)
    amount.area_x100(bought.built_x100)
    holding = [rule for rule in rules if rule.holds(bought, day)]
    if not holding:
        raise amount.invalid(f"{day} 没有适用的契税税率", f"No deed tax rule holds on {day}", day=day.isoformat())
    rule = max(holding, key=DeedRule.narrowness)
    return part(bought.price_fen, amount.rate(rule.rate, DEED_RATE))


def maintenance_fund(area_x100: int, fen_per_m2: int) -> int:
    """维修基金 of a room, to the fen."""
    return by_area(amount.fen(fen_per_m2), amount.area_x100(area_x100))
