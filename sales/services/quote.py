"""What a room costs somebody today (SPEC §2.7): list price, discounts, and whether they need an approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import select

from admin.actor import Actor
from db.refusal import Code, Refused
from sales import parameters
from sales.models import DiscountRule, PriceItem, PriceList
from sales.money import amount, discount, mortgage, plan
from sales.money.discount import Authority, Discount, Discounted, DiscountKind, Rank, valid
from sales.parameters import Given
from sales.services import plans
from sales.services.approvals import use
from sales.services.desk import Desk
from sales.services.offer import PriceTerms
from sales.services.room_state import RoomNow, find
from sales.states.approval import ApprovalKind
from sales.states.mortgage import RepaymentMethod
from sales.states.price_list import PriceListState

SPECIAL = "special"


class Listed(NamedTuple):
    unit_fen: int
    list_fen: int


@dataclass(frozen=True)
class Trial:
    """A price that was tried and not saved (S1-86): the lines of its plan, and of its loan what it costs a month."""

    price: Discounted
    lines: tuple[plan.Line, ...]
    loan_fen: int
    schedule: mortgage.Schedule | None


def listed(desk: Desk, room: RoomNow) -> Listed:
    """The price of the building's effective list, or the room's own if it is on none. E_MONEY if there is none."""
    row = desk.session.execute(
        select(PriceItem.unit_fen, PriceItem.list_fen)
        .join(PriceList, PriceList.id == PriceItem.price_list_id)
        .where(
            PriceItem.room_id == room.id,
            PriceList.building_id == room.building,
            PriceList.state == PriceListState.EFFECTIVE,
        )
    ).first()
    price = Listed(room.unit_fen, room.list_fen) if row is None else Listed(row.unit_fen, row.list_fen)
    amount.positive_fen(price.list_fen, amount.PRICE)
    return price


def quoted(desk: Desk, room: RoomNow, terms: PriceTerms, given: Given) -> Discounted:
    """The deal price. E_NOT_FOUND, E_VALIDATION for a discount that is not on offer, E_MONEY."""
    discounts = [as_discount(rule) for rule in _rules(desk, room, terms)]
    if terms.special_fen:
        discounts.append(Discount(SPECIAL, DiscountKind.SPECIAL, Decimal(terms.special_fen)))
    return discount.discounted(
        listed(desk, room).list_fen,
        room.built_x100,
        discounts,
        authority(desk.actor, given),
        given[parameters.TOTAL_ROUND],
    )


def authorised(desk: Desk, room: RoomNow, terms: PriceTerms, customer: int, price: Discounted) -> None:
    """A price beyond the actor's authority needs its approval: this room, this customer, not less. E_PERM."""
    if not price.needs_approval:
        return
    approval = use(desk, terms.approval, ApprovalKind.DISCOUNT, "room", room.id)
    least = approval.payload.get("deal_fen", approval.amount_fen)
    if approval.payload.get("customer", customer) != customer or not isinstance(least, int) or price.deal_fen < least:
        raise Refused(
            Code.PERM,
            f"审批的价格或客户与此次认购不符，此次总价为 {amount.yuan(price.deal_fen)} 元。",
            f"Another price or customer was approved: this one is {amount.yuan(price.deal_fen)} yuan.",
            approval=approval.id,
            deal_fen=price.deal_fen,
        )


def try_price(
    desk: Desk, room: int, terms: PriceTerms, months: int | None = None, annual: Decimal | None = None
) -> Trial:
    """Compute and save nothing (S1-86). With months and annual rate: what the loan costs by equal instalments."""
    now = find(desk, room)
    given = desk.given(now.project)
    price = quoted(desk, now, terms, given)
    chosen = plans.choose(desk, now.project, terms.plan, given, terms.asked_loan_fen)
    lines = chosen.lines(price.deal_fen, plans.dates(desk, now.building, desk.today, desk.today))
    loan = sum(line.amount_fen for line in lines if line.loan is not None)
    schedule = None
    if loan and months is not None and annual is not None:
        schedule = mortgage.schedule(loan, months, annual, RepaymentMethod.EQUAL_INSTALMENT)
    return Trial(price, lines, loan, schedule)


def authority(actor: Actor, given: Given) -> Authority:
    """How far somebody may go alone."""
    match actor.role:
        case "leader" | "admin" | "tenant_admin":
            return Authority(Decimal(0), Rank.LEADER)
        case "manager":
            return Authority(given[parameters.MANAGER_LIMIT], Rank.MANAGER)
        case _:
            return Authority(given[parameters.SELLER_LIMIT], Rank.SELLER)


def _rules(desk: Desk, room: RoomNow, terms: PriceTerms) -> Sequence[DiscountRule]:
    if not terms.discounts:
        return ()
    rules = {
        rule.id: rule
        for rule in desk.session.scalars(
            select(DiscountRule).where(DiscountRule.id.in_(terms.discounts), DiscountRule.tenant_id == desk.tenant)
        )
    }
    for key in terms.discounts:
        rule = rules.get(key)
        if rule is None:
            raise Refused(Code.NOT_FOUND, "没有这项折扣。", "There is no such discount.", discount=key)
        fits = rule.project_id == room.project and rule.plan_id in (None, terms.plan)
        if not fits or not rule.active or not valid(rule.valid_from, rule.valid_to, desk.today):
            raise amount.invalid(
                f"折扣“{rule.name_zh}”不适用于此次认购",
                f"The discount {rule.name_en} does not apply here and today",
                discount=rule.code,
            )
    return [rules[key] for key in dict.fromkeys(terms.discounts)]


def as_discount(rule: DiscountRule) -> Discount:
    """A rule as it is computed with. E_VALIDATION, E_MONEY."""
    value = rule.rate if rule.rate is not None else Decimal(rule.value_fen or 0)
    return Discount(rule.code, DiscountKind(rule.kind), value, rule.position, Rank(rule.authority), rule.stackable)
