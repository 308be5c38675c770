"""What a receivable is for (SPEC §2.5.1), and whether it is part of the price or only collected for others."""

from enum import StrEnum

from db.words import Words
from sales.states.receivable import FeeGroup


class FeeType(StrEnum):
    """Stored as the trade writes it: the receipt, the code table and the reports all say 首期款."""

    DEPOSIT = "定金"
    DOWN = "首期款"
    PRICE = "楼款"
    LOAN = "按揭款"
    DEED_TAX = "契税"
    MAINTENANCE_FUND = "维修基金"
    STAMP_DUTY = "印花税"
    TITLE_FEE = "办证费"
    PROPERTY_FEE = "物管费"
    LATE_FEE = "滞纳金"
    RENAME_FEE = "更名费"
    PENALTY = "违约金"

    @property
    def words(self) -> Words:
        return Words(self.value, ENGLISH[self])

    @property
    def group(self) -> FeeGroup:
        """Only lines of the price add up to the deal."""
        return FeeGroup.PRICE if self in PARTS_OF_THE_PRICE else FeeGroup.COLLECTED


PARTS_OF_THE_PRICE = frozenset({FeeType.DEPOSIT, FeeType.DOWN, FeeType.PRICE, FeeType.LOAN})

ENGLISH = {
    FeeType.DEPOSIT: "deposit",
    FeeType.DOWN: "down payment",
    FeeType.PRICE: "house price",
    FeeType.LOAN: "loan money",
    FeeType.DEED_TAX: "deed tax",
    FeeType.MAINTENANCE_FUND: "maintenance fund",
    FeeType.STAMP_DUTY: "stamp duty (collected)",
    FeeType.TITLE_FEE: "title deed fee",
    FeeType.PROPERTY_FEE: "property fee",
    FeeType.LATE_FEE: "late fee",
    FeeType.RENAME_FEE: "rename fee",
    FeeType.PENALTY: "penalty",
}

# the house's own: what was paid of these does not come back when a deal ends
EARNED = (FeeType.LATE_FEE, FeeType.RENAME_FEE, FeeType.PENALTY)
