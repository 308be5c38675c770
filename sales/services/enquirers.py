"""Strangers who call an advertised number become customers who came by that channel (S4-190, §2.4.1)."""

from dataclasses import dataclass

from sqlalchemy import func, select

from admin.actor import Actor
from admin.right import Right
from sales.models import Customer, Enquirer, Interaction
from sales.services.customers import Person, register, similar_to
from sales.services.desk import Desk

# who writes it down: nobody sits at the desk
TELEPHONE = Actor("telephone", frozenset({Right.CUSTOMER}), "telephone")


@dataclass(frozen=True)
class AdvertisedCall:
    """phone: E.164 of whoever calls; did: the number called; channel: where that is advertised (an item of the code
    table “channel”)."""

    call: str
    phone: str
    did: str
    channel: str


def enquire(desk: Desk, told: AdvertisedCall) -> int:
    """Whose call this is; somebody nobody knows becomes a 商机 of this channel, once. Returns the customer's id.

    Raises Refused(E_DUPLICATE) if another desk has just written the same person down: ask again, then they are known.
    """
    known = _known(desk, told.phone)
    if known is None:
        person = Person(
            name=f"来电 {told.phone}",
            phones=(told.phone,),
            facts={"channel": told.channel, "channel_detail": told.did},
        )
        known = register(desk, person, lead=True).customer.id
        desk.session.add(
            Enquirer(
                **desk.own,
                phone=told.phone,
                customer_id=known,
                did=told.did,
                channel=told.channel,
                call_id=told.call,
            )
        )
    of_call = select(Interaction.id).where(Interaction.customer_id == known, Interaction.call_id == told.call)
    if desk.session.scalar(of_call) is None:
        text = f"{told.did} {told.channel}"
        own = {**desk.own, "customer_id": known, "at": desk.now}
        desk.session.add(Interaction(**own, kind="call", text=text, call_id=told.call))
    desk.session.flush()
    return known


def _known(desk: Desk, phone: str) -> int | None:
    """The customer with this number; of several the one who came last, as on the caller's way (`Acquaintances`)."""
    similar = similar_to(desk, (phone,))
    if similar:
        return similar[-1]
    return desk.session.scalar(  # whose number that was, although it has been taken off
        select(func.coalesce(Customer.merged_into_id, Customer.id))
        .join(Enquirer, Enquirer.customer_id == Customer.id)
        .where(Enquirer.tenant_id == desk.tenant, Enquirer.phone == phone)
    )
