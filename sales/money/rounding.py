"""Where money is rounded, and how: half up, away from nought, once, at the places SPEC §2.0 names.

Products are exact (Fraction) until they reach one of these functions, so no binary or decimal noise decides a half.
"""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

Exact = int | Decimal | Fraction

YUAN = 100  # fen


def half_up(value: Exact) -> int:
    """The nearest whole number; a half goes away from nought (2.5 → 3, −2.5 → −3)."""
    if isinstance(value, Decimal):
        return int(value.to_integral_value(ROUND_HALF_UP))
    exact = Fraction(value)
    doubled = (2 * abs(exact.numerator) + exact.denominator) // (2 * exact.denominator)
    return doubled if exact >= 0 else -doubled


def half_up_to(value: Exact, step: int) -> int:
    """The nearest multiple of `step` (`total_round_fen`; YUAN for instalments), a half upwards."""
    return half_up(Fraction(value) / step) * step


def down_to(value: Exact, step: int) -> int:
    """The greatest multiple of `step` not above `value` (`loan_round_fen`)."""
    return int(Fraction(value) / step // 1) * step


def part(fen: int, rate: Decimal) -> int:
    """`rate` of `fen`, to the fen."""
    return half_up(fen * Fraction(rate))


def by_area(unit_fen: int, area_x100: int) -> int:
    """What `area_x100` hundredths of m² cost at `unit_fen` per m², to the fen."""
    return half_up(Fraction(unit_fen * area_x100, 100))
