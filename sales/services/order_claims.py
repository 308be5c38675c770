"""Is it the caller's own order? Number and id must belong to one customer; guessing is stopped over all calls (S4-192).

Six wrong answers within a day lock a number for the rest of it; nobody who calls from another number is kept out by
that. Attempts from numbers nobody has count alike, so that a lock tells nothing either.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select

from db.cipher import Unsealable
from sales import masks
from sales.models import Customer, OrderClaim
from sales.queries.customer import customers_by_phone
from sales.services.desk import Desk

DAY = timedelta(days=1)
WRONG_OF_NUMBER = 6  # within a day
LATELY, WRONG_OF_HOUSE = timedelta(minutes=15), 30  # then somebody is fishing from many numbers: an alarm
ID_COLUMN = "customer.id_no"


@dataclass(frozen=True)
class Verdict:
    """customers: whose it is, () = wrong. locked: it was not looked at. last: the next one from there will not be.
    fishing: very many wrong ones of late, in the whole house."""

    customers: tuple[int, ...] = ()
    locked: bool = False
    last: bool = False
    fishing: bool = False


def claim(desk: Desk, phone: str) -> int:
    """Put an attempt on record before it is looked at, so that many at once are not more than one by one."""
    desk.session.execute(delete(OrderClaim).where(OrderClaim.tenant_id == desk.tenant, OrderClaim.at < desk.now - DAY))
    row = OrderClaim(tenant_id=desk.tenant, phone=phone, at=desk.now)
    desk.session.add(row)
    desk.session.flush()
    return row.id


def judge(desk: Desk, attempt: int, phone: str, tail: str) -> Verdict:
    """What an attempt on record is worth. tail: the last four signs of the id.

    One that finds the number locked is forgotten: it does not make the lock longer.
    """
    recent = select(func.count()).where(OrderClaim.tenant_id == desk.tenant)
    of_number = desk.session.scalar(recent.where(OrderClaim.phone == phone, OrderClaim.at > desk.now - DAY)) or 0
    if of_number > WRONG_OF_NUMBER:
        desk.session.execute(delete(OrderClaim).where(OrderClaim.id == attempt))
        return Verdict(locked=True)
    candidates = customers_by_phone(desk.session, desk.tenant, phone) if phone else ()
    customers = tuple(customer.id for customer in candidates if _ends(desk, customer, tail))
    shown = masks.phone(phone) if phone else None
    if not customers:
        desk.note("order.claim", "customer", None, None, {"phone": shown}, result="denied")
        lately = desk.session.scalar(recent.where(OrderClaim.at > desk.now - LATELY)) or 0
        return Verdict(last=of_number == WRONG_OF_NUMBER, fishing=lately >= WRONG_OF_HOUSE)
    desk.session.execute(delete(OrderClaim).where(OrderClaim.tenant_id == desk.tenant, OrderClaim.phone == phone))
    for customer in customers:
        desk.note("order.claim", "customer", customer, None, {"phone": shown})
    return Verdict(customers)


def _ends(desk: Desk, customer: Customer, tail: str) -> bool:
    if customer.id_no is None or desk.cipher is None:
        return False
    try:
        number = "".join(desk.cipher.open(ID_COLUMN, customer.id_no).split()).upper()
    except Unsealable:  # sealed with the key of another house: nobody can prove anything by it
        return False
    return hmac.compare_digest(number[-len(tail) :].encode(), tail.upper().encode())
