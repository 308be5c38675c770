"""From the list price to the deal price: which discounts, in which order, and whose signature they need (SPEC §2.7).

unit_off × area → rates multiplied in `order` → total_off → special, the result to `total_round_fen`
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from db.words import Words
from sales.money import amount
from sales.money.rounding import Exact, by_area, half_up_to


class DiscountKind(StrEnum):
    """In the order in which they are taken."""

    UNIT_OFF = "unit_off"
    RATE = "rate"
    TOTAL_OFF = "total_off"
    SPECIAL = "special"


class Rank(StrEnum):
    """Who may grant a discount alone, in rising order."""

    SELLER = "seller"
    MANAGER = "manager"
    LEADER = "leader"


_RANKS = list(Rank)

RATE = Words("折扣", "The discount rate")
LIMIT = Words("折扣权限", "The authority limit")


@dataclass(frozen=True)
class Discount:
    """`value`: fen per m² (unit_off), the part that stays to be paid such as 0.98 (rate), or fen (total_off, special).

    `rank` is what one must be to grant it alone; a special one is an exception by nature and
    always asks for approval.
    """

    code: str
    kind: DiscountKind
    value: Decimal
    order: int = 0
    rank: Rank = Rank.SELLER
    stackable: bool = True

    def __post_init__(self) -> None:
        if self.kind is DiscountKind.RATE:
            amount.rate(self.value, RATE)
        elif self.value != self.value.to_integral_value() or not 0 <= self.value <= amount.LIMIT_FEN:
            raise amount.impossible(
                f"优惠 {self.code} 的金额无效：{self.value}",
                f"The discount {self.code} has no usable amount: {self.value}",
            )


@dataclass(frozen=True)
class Authority:
    """How far somebody may go alone: not below `limit` of the list price (98 % is 0.98), and rules up to `rank`."""

    limit: Decimal
    rank: Rank = Rank.SELLER


@dataclass(frozen=True)
class Step:
    """A discount and the price that stood after it, before the final rounding (exact, as text)."""

    discount: Discount
    after: str


@dataclass(frozen=True)
class Discounted:
    """What a deal keeps of its price; later changes of the rules do not touch it."""

    list_fen: int
    deal_fen: int
    steps: tuple[Step, ...]
    floor_fen: int
    needs_approval: bool

    def snapshot(self) -> dict[str, object]:
        """As stored with the deal (JSON): rates and amounts as text, in the order they were taken."""
        return {
            "list_fen": self.list_fen,
            "deal_fen": self.deal_fen,
            "floor_fen": self.floor_fen,
            "needs_approval": self.needs_approval,
            "discounts": [
                {
                    "code": step.discount.code,
                    "kind": step.discount.kind.value,
                    "value": str(step.discount.value),
                    "after_fen": step.after,
                }
                for step in self.steps
            ],
        }


def valid(valid_from: date | None, valid_to: date | None, day: date) -> bool:
    """Whether a rule holds on `day`; both ends belong to it, an open end is no end."""
    return (valid_from is None or valid_from <= day) and (valid_to is None or day <= valid_to)


def discounted(
    list_fen: int, area_x100: int, discounts: Sequence[Discount], authority: Authority, total_round_fen: int = 100
) -> Discounted:
    """The deal price. E_VALIDATION when one that stands alone is combined, E_MONEY when nothing is left to pay."""
    amount.positive_fen(list_fen, amount.PRICE)
    amount.area_x100(area_x100)
    amount.rate(authority.limit, LIMIT)
    alone = next((each.code for each in discounts if not each.stackable), None)
    if alone is not None and len(discounts) > 1:
        raise amount.invalid(
            f"优惠 {alone} 不能与其他优惠同时使用",
            f"The discount {alone} cannot be combined with others",
            discount=alone,
        )
    kinds = list(DiscountKind)
    price = Fraction(list_fen)
    steps: list[Step] = []
    for each in sorted(discounts, key=lambda each: (kinds.index(each.kind), each.order)):
        match each.kind:
            case DiscountKind.UNIT_OFF:
                price -= by_area(int(each.value), area_x100)
            case DiscountKind.RATE:
                price *= Fraction(each.value)
            case DiscountKind.TOTAL_OFF | DiscountKind.SPECIAL:
                price -= int(each.value)
        steps.append(Step(each, _text(price)))
    deal_fen = half_up_to(price, total_round_fen) if steps else list_fen
    if deal_fen <= 0:
        raise amount.impossible("优惠后的总价必须大于零", "The discounts leave nothing to pay", deal_fen=deal_fen)
    # the limit is rounded like the price itself: exactly 98 % is within a limit of 98 %
    floor_fen = half_up_to(list_fen * Fraction(authority.limit), total_round_fen)
    mine = _RANKS.index(authority.rank)
    granted = all(_RANKS.index(each.rank) <= mine and each.kind is not DiscountKind.SPECIAL for each in discounts)
    return Discounted(list_fen, deal_fen, tuple(steps), floor_fen, not granted or deal_fen < min(floor_fen, list_fen))


def _text(value: Exact) -> str:
    """An exact amount of fen as decimal text: rates are decimals, so it always ends."""
    exact = Fraction(value)
    places = 0
    while exact.denominator != 1:
        exact *= 10
        places += 1
    return str(Decimal(exact.numerator).scaleb(-places)) if places else str(exact.numerator)
