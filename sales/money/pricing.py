"""From a layout's base price to a room's list price, by factors (SPEC §2.7).

unit = base + Σ add_unit;  unit = round(unit × Π(1 + pct));  list = round(unit × area) + Σ add_total,
    rounded to `total_round_fen`
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from math import prod

from sales.money import amount
from sales.money.rounding import by_area, half_up, half_up_to


class PriceBasis(StrEnum):
    """Which area the unit price is for (`price_basis`); `set` is a price for the room as it stands."""

    BUILT = "built"
    INNER = "inner"
    SET = "set"


class FactorKind(StrEnum):
    LAYOUT = "layout"
    FLOOR = "floor"
    ORIENTATION = "orientation"
    VIEW = "view"
    CUSTOM = "custom"


class FactorMode(StrEnum):
    ADD_UNIT = "add_unit"
    PCT = "pct"
    ADD_TOTAL = "add_total"


FLOOR = re.compile("-?[0-9]{1,2}|top|per_floor|")


@dataclass(frozen=True)
class Factor:
    """One reason why a room costs more or less.

    `value`: fen per m² (add_unit), a fraction such as 0.02 (pct), or fen (add_total); may be negative.
    `key`: the layout's code, orientation, view or custom mark it is for; of a floor its number, `top`, or `per_floor`
    (the value counts once for each floor above 1). An empty key is for every room.
    """

    kind: FactorKind
    key: str
    mode: FactorMode
    value: Decimal
    order: int = 0

    def __post_init__(self) -> None:
        if not self.value.is_finite() or abs(self.value) > amount.LIMIT_FEN:
            raise amount.invalid(
                f"调价因素 {self.key} 的数值无效：{self.value}",
                f"The factor {self.key} has no usable value: {self.value}",
            )
        if self.mode is not FactorMode.PCT and self.value != self.value.to_integral_value():
            raise amount.invalid(
                f"调价因素 {self.key} 的金额必须是整数分：{self.value}",
                f"The factor {self.key} must be a whole number of fen, not {self.value}",
            )
        if self.kind is FactorKind.FLOOR and not FLOOR.fullmatch(self.key):
            raise amount.invalid(
                f"看不懂楼层因素“{self.key}”，应为楼层号、top 或 per_floor",
                f"A floor factor is a floor's number, top or per_floor, not {self.key!r}",
                key=self.key,
            )
        if self.mode is FactorMode.PCT and self.value <= -1:
            raise amount.invalid(
                f"调价因素 {self.key} 不能减价 100% 或以上", f"The factor {self.key} cannot take off 100 % or more"
            )


@dataclass(frozen=True)
class Traits:
    """What factors look at in a room. `marks` are custom keys such as `near_lift`."""

    layout: str
    floor: int
    orientation: str
    view: str = ""
    marks: frozenset[str] = frozenset()
    top_floor: int | None = None


@dataclass(frozen=True)
class Step:
    """One factor at work: its mode and what it was worth here (fen per m², fraction or fen)."""

    factor: Factor
    value: Decimal

    def as_json(self) -> dict[str, str]:
        return {
            "kind": self.factor.kind.value,
            "key": self.factor.key,
            "mode": self.factor.mode.value,
            "value": str(self.value),
        }


@dataclass(frozen=True)
class Price:
    """`steps` is what `price_item.factors` keeps, in the order of the computation."""

    unit_fen: int
    list_fen: int
    steps: tuple[Step, ...] = ()


_MODES = list(FactorMode)


def list_price(
    base_unit_fen: int, area_x100: int, traits: Traits, factors: Iterable[Factor], total_round_fen: int = 100
) -> Price:
    """The price of one room. E_MONEY when the factors take away more than there is."""
    amount.positive_fen(base_unit_fen, amount.UNIT_PRICE)
    amount.area_x100(area_x100)
    ordered = sorted(factors, key=lambda factor: (_MODES.index(factor.mode), factor.order))
    steps = tuple(Step(factor, value) for factor in ordered if (value := _worth(factor, traits)) is not None)
    by_mode = {mode: [step.value for step in steps if step.factor.mode is mode] for mode in FactorMode}
    unit = Fraction(base_unit_fen + sum(map(int, by_mode[FactorMode.ADD_UNIT])))
    unit_fen = half_up(unit * prod(1 + Fraction(value) for value in by_mode[FactorMode.PCT]))
    amount.positive_fen(unit_fen, amount.UNIT_PRICE)
    total = by_area(unit_fen, area_x100) + sum(map(int, by_mode[FactorMode.ADD_TOTAL]))
    list_fen = amount.positive_fen(half_up_to(total, total_round_fen), amount.PRICE)
    return Price(unit_fen, list_fen, steps)


def set_price(list_fen: int, area_x100: int) -> Price:
    """A room priced as it stands (`price_basis` = set): the unit price is what follows from it."""
    amount.positive_fen(list_fen, amount.PRICE)
    return Price(half_up(Fraction(list_fen * 100, amount.area_x100(area_x100))), list_fen)


def priced_area(basis: PriceBasis, built_x100: int, inner_x100: int) -> int:
    """The area the unit price of this basis is multiplied with."""
    return inner_x100 if basis is PriceBasis.INNER else built_x100


def _worth(factor: Factor, traits: Traits) -> Decimal | None:
    """What the factor is worth for this room; None when it is for others."""
    if factor.key == "":
        return factor.value
    match factor.kind:
        case FactorKind.FLOOR:
            return _floor_worth(factor, traits)
        case FactorKind.LAYOUT:
            applies = factor.key == traits.layout
        case FactorKind.ORIENTATION:
            applies = factor.key == traits.orientation
        case FactorKind.VIEW:
            applies = factor.key == traits.view
        case FactorKind.CUSTOM:
            applies = factor.key in traits.marks
    return factor.value if applies else None


def _floor_worth(factor: Factor, traits: Traits) -> Decimal | None:
    match factor.key:
        case "per_floor":
            return factor.value * (traits.floor - 1) if traits.floor > 1 else None
        case "top":
            return factor.value if traits.floor == traits.top_floor else None
        case number:
            return factor.value if traits.floor == int(number) else None
