"""What is agreed at a subscription besides the room: who buys, at what price, who sold it, what is paid. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from sales.money import amount
from sales.services.payment import Payment

WHOLE = Decimal(1)


@dataclass(frozen=True)
class Buyer:
    """relation: to the first buyer."""

    customer: int
    share: Decimal = WHOLE
    relation: str | None = None


@dataclass(frozen=True)
class SellerShare:
    seller: int
    share: Decimal = WHOLE


@dataclass(frozen=True)
class PriceTerms:
    """plan, discounts: ids of a payment plan and of discount rules. special_fen: off besides, always by approval.

    approval: of kind discount, about the room, where the price needs one.
    """

    plan: int
    discounts: tuple[int, ...] = ()
    special_fen: int = 0
    asked_loan_fen: int | None = None
    approval: int | None = None


@dataclass(frozen=True)
class Deposit:
    """What is paid now, besides what lies on the hold, the presubscription and as an advance.

    deferral: an approval of kind deferral about the room, if the deposit comes later.
    """

    money: Payment | None = None
    deferral: int | None = None
    presubscription: int | None = None


@dataclass(frozen=True)
class About:
    """reasons: at most three items of the code table "reason"."""

    channel: str | None = None
    reasons: tuple[str, ...] = ()
    gifts: tuple[str, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Offer:
    """The first of the buyers is the customer of the deal; without sellers it is the actor's own deal."""

    buyers: tuple[Buyer, ...]
    price: PriceTerms
    deposit: Deposit = Deposit()
    sellers: tuple[SellerShare, ...] = ()
    about: About = About()

    def __post_init__(self) -> None:
        """E_VALIDATION: one to four different buyers, shares that make the whole, at most three reasons."""
        customers = [buyer.customer for buyer in self.buyers]
        if not 1 <= len(customers) <= 4 or len(set(customers)) != len(customers):
            raise amount.invalid("购房人须为一至四位不同的客户", "There are one to four buyers, each once")
        if len({each.seller for each in self.sellers}) != len(self.sellers):
            raise amount.invalid("销售人员重复", "Each seller is named once")
        for whose in (self.buyers, self.sellers):
            shares = [each.share for each in whose]
            if shares and (sum(shares) != 1 or min(shares) <= 0):
                raise amount.invalid("份额之和必须等于 1", "Shares are above nought and add up to 1")
        if len(self.about.reasons) > 3:
            raise amount.invalid("成交原因最多三项", "There are three reasons at most")

    @property
    def customer(self) -> int:
        return self.buyers[0].customer
