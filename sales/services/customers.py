"""Customers 客户: registered, merged, handed over, followed up, lost (SPEC §2.4.1, S1-65–73)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, update

from admin.right import Right
from db import sequence
from db.base import Base
from db.refusal import Code, Refused
from db.work import clean
from sales import parameters, phones
from sales.models import Customer, CustomerPhone, FollowUp, Salesperson, Visit
from sales.money import amount
from sales.services.alarms import cease
from sales.services.assignment import not_another
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.stages import GIVEN_UP, RANKS, follow, log, standing
from sales.services.touch import touch
from sales.states.customer import CustomerStage, stage

NUMBER = "KH"  # kind of a customer's number
ID_COLUMN = "customer.id_no"
# what may be said of a customer besides name, phones and id number
FACTS = frozenset(
    {
        "kind", "gender", "birth", "address", "district", "edu", "income", "employer", "employer_type", "position",
        "family", "transport", "channel", "channel_detail", "reason", "intent", "budget_fen", "level", "tags", "lang",
        "referrer_id", "opt_out_calls", "note", "custom", "next_contact",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """phones: as people write them, the first is the primary one. facts: columns of `FACTS`. lead: only a 商机."""

    name: str
    phones: tuple[str, ...] = ()
    id_no: str | None = None
    id_type: str = "id_card"
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Registered:
    """similar: ids of customers with one of these phones or this id number: a warning, nothing is refused (§2.4.1)."""

    customer: Customer
    similar: tuple[int, ...]


def register(desk: Desk, person: Person, seller: int | None = None, lead: bool = False) -> Registered:
    """A new customer, the seller's (the actor's own, if one), protected for `protect_days`. `lead`: 商机, not met yet.

    E_PERM, E_VALIDATION.
    """
    desk.must(Right.CUSTOMER)
    numbers = tuple(dict.fromkeys(phones.normal(number) for number in person.phones))
    _must_be_named(person)
    owner = seller if seller is not None else desk.actor.seller
    if owner is not None:
        fetch(desk, Salesperson, owner, lock=False)
    similar = similar_to(desk, numbers, person.id_no)
    days = desk.given(None)[parameters.PROTECT_DAYS]
    customer = Customer(
        **desk.own,
        no=sequence.next_no(desk.session, desk.tenant, NUMBER, desk.today),
        name=person.name.strip(),
        seller_id=owner,
        protected_until=None if owner is None else desk.today + timedelta(days=days),
        registered=None if lead else desk.today,
        stage=CustomerStage.LEAD if lead else CustomerStage.REGISTERED,
        **person.facts,
        **_sealed(desk, person.id_no, person.id_type),
    )
    desk.session.add(customer)
    desk.session.flush()
    for place, number in enumerate(numbers, 1):
        desk.session.add(CustomerPhone(**desk.own, customer_id=customer.id, phone=number, position=place))
    log(desk, customer.id, None, customer.stage, "register")
    desk.note("customer.register", "customer", customer.id, None, {"no": customer.no, "seller": owner})
    desk.session.flush()
    return Registered(customer, similar)


def qualify(desk: Desk, customer: int) -> CustomerStage:
    """商机转登记 (S1-68): a lead has been met. E_PERM, E_NOT_FOUND, E_STATE if it is none."""
    found = mine(desk, customer)
    if found.registered is not None:
        raise Refused(Code.STATE, "该客户已登记。", "This customer is registered already.", customer=customer)
    found.registered = desk.today
    desk.note("customer.qualify", "customer", customer, None, {"registered": desk.today.isoformat()})
    return follow(desk, customer, "qualify")


def edit_customer(desk: Desk, customer: int, facts: Mapping[str, Any], person: Person | None = None) -> Customer:
    """Change facts; with `person` also name, id number and further phones. E_PERM, E_NOT_FOUND, E_VALIDATION."""
    found = mine(desk, customer)
    _must_be_known(facts)
    before = {name: getattr(found, name) for name in facts}
    for name, value in facts.items():
        setattr(found, name, value)
    told = dict(facts)
    if person is not None:
        _must_be_named(person)
        found.name = person.name.strip()
        for name, value in _sealed(desk, person.id_no, person.id_type).items():
            setattr(found, name, value)
        add_phones(desk, customer, person.phones)
        told["name"] = found.name
    desk.note("customer.edit", "customer", customer, before, told)
    desk.session.flush()
    return found


def add_phones(desk: Desk, customer: int, numbers: Sequence[str]) -> None:
    """Further numbers of a customer; those that are there stay as they are. E_VALIDATION."""
    there = set(desk.session.scalars(select(CustomerPhone.phone).where(CustomerPhone.customer_id == customer)))
    last = desk.session.scalar(select(func.max(CustomerPhone.position)).where(CustomerPhone.customer_id == customer))
    place = last or 0
    for number in dict.fromkeys(phones.normal(each) for each in numbers):
        if number not in there:
            place += 1
            desk.session.add(CustomerPhone(**desk.own, customer_id=customer, phone=number, position=place))
    desk.session.flush()


def similar_to(desk: Desk, numbers: Sequence[str], id_no: str | None = None) -> tuple[int, ...]:
    """Who has one of these phones (E.164) or this id number already."""
    conditions: list[ColumnElement[bool]] = [
        Customer.id.in_(select(CustomerPhone.customer_id).where(CustomerPhone.phone.in_(numbers)))
    ]
    if id_no is not None and desk.cipher is not None:
        conditions.append(Customer.id_hash == desk.cipher.hash(ID_COLUMN, id_no))
    wanted = select(Customer.id).where(
        Customer.tenant_id == desk.tenant, Customer.merged_into_id.is_(None), or_(*conditions)
    )
    return tuple(desk.session.scalars(wanted.order_by(Customer.id)))


def merge(desk: Desk, keep: int, other: int) -> Customer:
    """Two rows are one person: all that is `other`'s becomes `keep`'s. E_PERM, E_NOT_FOUND, E_VALIDATION, E_DUPLICATE
    when both are buyers of one deal.
    """
    desk.must(Right.CUSTOMER_OTHERS)
    if keep == other:
        raise amount.invalid("不能与自己合并", "A customer is not merged with itself")
    kept, gone = fetch(desk, Customer, keep), fetch(desk, Customer, other)
    if kept.merged_into_id is not None or gone.merged_into_id is not None:
        raise amount.invalid("该客户已合并过", "This customer was merged before")
    numbers = list(
        desk.session.scalars(
            select(CustomerPhone.phone).where(CustomerPhone.customer_id == other).order_by(CustomerPhone.position)
        )
    )
    add_phones(desk, keep, numbers)
    for name in ("id_no", "id_type", "id_hash", "birth", "gender", "address", "seller_id", "channel", "registered"):
        if getattr(kept, name) is None:
            setattr(kept, name, getattr(gone, name))
    gone.merged_into_id = keep
    desk.session.flush()
    for table in Base.metadata.sorted_tables:
        if table.name in ("customer", "customer_phone", "customer_relation"):
            continue
        for column in table.columns:
            if any(key.column.table.name == "customer" for key in column.foreign_keys):
                desk.session.execute(update(table).where(column == other).values({column.name: keep}))
    desk.session.expire_all()
    desk.note("customer.merge", "customer", keep, None, {"merged": other})
    follow(desk, keep, "merge")
    return kept


def hand_customers_over(desk: Desk, customers: Sequence[int], seller: int) -> int:
    """客户接转 (S1-70): from now on they are this seller's; how many were another's. E_PERM, E_NOT_FOUND."""
    desk.must(Right.CUSTOMER_OTHERS)
    fetch(desk, Salesperson, seller, lock=False)
    until = desk.today + timedelta(days=desk.given(None)[parameters.PROTECT_DAYS])
    moved = 0
    for key in customers:
        found = fetch(desk, Customer, key)
        if found.seller_id != seller:
            moved += 1
            desk.note("customer.hand_over", "customer", key, {"seller": found.seller_id}, {"seller": seller})
            found.seller_id, found.protected_until = seller, until
    desk.session.flush()
    return moved


def reassign(desk: Desk, leaving: int, seller: int) -> int:
    """Somebody leaves: all their customers become another's (S1-73); how many."""
    desk.must(Right.CUSTOMER_OTHERS)
    theirs = select(Customer.id).where(
        Customer.tenant_id == desk.tenant, Customer.seller_id == leaving, Customer.merged_into_id.is_(None)
    )
    return hand_customers_over(desk, list(desk.session.scalars(theirs.order_by(Customer.id))), seller)


def follow_up(
    desk: Desk, customer: int, via: str, content: str, result: str | None = None, next_contact: date | None = None
) -> FollowUp:
    """跟进: what was talked about, and when to talk again. It opens a lost customer again. E_PERM, E_NOT_FOUND."""
    found = mine(desk, customer)
    row = FollowUp(
        **desk.own,
        customer_id=customer,
        seller_id=desk.actor.seller,
        at=desk.now,
        via=via,
        content=content,
        result=result,
        next_contact=next_contact,
    )
    desk.session.add(row)
    found.next_contact = next_contact
    desk.session.flush()
    cease(desk, "customer", customer, kind="follow_up_due")
    desk.note("customer.follow_up", "customer", customer, None, {"via": via, "result": result})
    touch(desk, customer, "follow_up", "follow_up", row.id, content[:255])
    follow(desk, customer, "follow_up")
    return row


def visit(desk: Desk, customer: int, project: int, people: int = 1, note: str | None = None) -> Visit:
    """来访. E_PERM, E_NOT_FOUND, E_VALIDATION."""
    found = mine(desk, customer)
    if people < 1:
        raise amount.invalid("来访人数至少一位", "Somebody must have come")
    row = Visit(
        **desk.own,
        project_id=project,
        customer_id=customer,
        seller_id=desk.actor.seller or found.seller_id,
        date=desk.today,
        people=people,
        transport=found.transport,
        note=note,
    )
    desk.session.add(row)
    if found.registered is None:
        found.registered = desk.today
    desk.session.flush()
    desk.note("customer.visit", "customer", customer, None, {"visit": row.id})
    touch(desk, customer, "visit", "visit", row.id, note or "")
    follow(desk, customer, "visit")
    return row


def lose(desk: Desk, customer: int, reason: str) -> CustomerStage:
    """流失, with its reason, from any stage before a contract. E_PERM, E_STATE, E_VALIDATION."""
    found = mine(desk, customer)
    if not reason.strip():
        raise amount.invalid("流失必须说明原因", "A customer is lost for a reason")
    # a hold or a deal that is still there speaks against it
    if RANKS.index(now := stage(standing(desk, customer))) >= RANKS.index(CustomerStage.RESERVED):
        raise Refused(
            Code.STATE,
            "客户仍有保留、预定或交易，不能登记流失。",
            "The customer still has a hold or a deal, or is lost already.",
            stage=now.value,
        )
    found.lost_reason = reason
    was = found.stage
    found.stage = CustomerStage.LOST
    log(desk, customer, was, CustomerStage.LOST, GIVEN_UP)
    desk.note("customer.lose", "customer", customer, {"stage": was.value}, {"stage": "lost", "reason": reason})
    desk.session.flush()
    return found.stage


def mine(desk: Desk, customer: int) -> Customer:
    """A customer the actor may edit: their own, nobody's, or anybody's with `customer.others`. E_PERM, E_NOT_FOUND."""
    desk.must(Right.CUSTOMER, Right.CUSTOMER_OTHERS)
    found = fetch(desk, Customer, customer)
    owner = found.seller_id
    if owner is not None and desk.actor.seller is not None and not desk.actor.may(Right.CUSTOMER_OTHERS):
        not_another(desk, owner)
    return found


def _must_be_named(person: Person) -> None:
    if not person.name.strip() or len(person.name) > 64:
        raise amount.invalid("姓名须为 1 至 64 个字", "A name has 1 to 64 characters")
    if clean(person.name, 64) != person.name:
        raise amount.invalid("姓名含有无法保存的字符", "The name has signs in it that cannot be kept")
    if person.id_no is not None and not 4 <= len(person.id_no.strip()) <= 32:
        raise amount.invalid("证件号码须为 4 至 32 位", "An id number has 4 to 32 characters")
    _must_be_known(person.facts)


def _must_be_known(facts: Mapping[str, Any]) -> None:
    if strange := sorted(set(facts) - FACTS):
        raise amount.invalid(f"不能填写：{'、'.join(strange)}", f"These cannot be set: {', '.join(strange)}")


def _sealed(desk: Desk, id_no: str | None, id_type: str) -> dict[str, str]:
    if id_no is None:
        return {}
    if desk.cipher is None:
        raise ValueError("a desk without the cipher of the house cannot keep an id number")
    number = id_no.strip()
    return {
        "id_type": id_type,
        "id_no": desk.cipher.seal(ID_COLUMN, number),
        "id_hash": desk.cipher.hash(ID_COLUMN, number),
    }
