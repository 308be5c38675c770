"""The stages of a customer 客户阶段 (SPEC §2.4.4). A stage is never typed in: it is what the facts say."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from db.words import Words
from sales.states.deal import DealState
from sales.states.hold import HoldKind


class CustomerStage(StrEnum):
    LEAD = "lead"
    REGISTERED = "registered"
    VISITED = "visited"
    RESERVED = "reserved"
    BOOKED = "booked"
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"
    OWNER = "owner"
    LOST = "lost"


STAGES = {
    CustomerStage.LEAD: Words("商机", "lead"),
    CustomerStage.REGISTERED: Words("登记", "registered"),
    CustomerStage.VISITED: Words("来访", "visited"),
    CustomerStage.RESERVED: Words("保留", "reserved"),
    CustomerStage.BOOKED: Words("预定", "booked"),
    CustomerStage.SUBSCRIBED: Words("认购", "subscribed"),
    CustomerStage.CONTRACTED: Words("签约", "contracted"),
    CustomerStage.SOLD: Words("结清", "sold"),
    CustomerStage.OWNER: Words("业主", "owner"),
    CustomerStage.LOST: Words("流失", "lost"),
}


@dataclass(frozen=True)
class Contact:
    """When a customer registered, last visited, was last in contact, was lost (refunded, or given up with a reason)."""

    registered: date
    visited: date | None = None
    latest: date | None = None
    lost: date | None = None


@dataclass(frozen=True)
class Standing:
    """The facts a stage follows from.

    deals    states of the deals that are the customer's now (one renamed away is not)
    holds    kinds of the customer's active holds
    contact  what passed besides; None for somebody who is not registered
    owns     a sold room has been handed over
    """

    deals: Set[DealState] = frozenset()
    holds: Set[HoldKind] = frozenset()
    contact: Contact | None = None
    owns: bool = False


def stage(standing: Standing) -> CustomerStage:
    """The furthest stage still true: sold > contracted > subscribed > booked > reserved > lost > visited > registered.

    A contact on a later day than the loss opens the customer again, and only a visit after it counts then.
    """
    if standing.owns and DealState.SOLD in standing.deals:
        return CustomerStage.OWNER
    for deal in (DealState.SOLD, DealState.CONTRACTED, DealState.SUBSCRIBED):
        if deal in standing.deals:
            return CustomerStage(deal.value)
    if HoldKind.BOOKING in standing.holds:
        return CustomerStage.BOOKED
    if standing.holds:
        return CustomerStage.RESERVED
    if standing.contact is None:
        return CustomerStage.LEAD
    return _by_contact(standing.contact)


def _by_contact(contact: Contact) -> CustomerStage:
    visited = contact.visited
    if contact.lost is not None:
        if max(filter(None, (contact.latest, visited)), default=contact.lost) <= contact.lost:
            return CustomerStage.LOST
        if visited is not None and visited <= contact.lost:
            visited = None
    return CustomerStage.VISITED if visited is not None else CustomerStage.REGISTERED
