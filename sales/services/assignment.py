"""Who may sell what to whom: assigned rooms, protected customers (SPEC §2.1, S1-50)."""

from sqlalchemy import or_, select

from admin.right import Right
from db.refusal import Code, Refused
from sales import parameters
from sales.models import Customer, RoomAssignment
from sales.services.desk import Desk
from sales.services.room_state import RoomNow


def must_sell(desk: Desk, room: RoomNow, given: parameters.Given) -> None:
    """E_PERM if the project wants its rooms assigned and this one is not the seller's."""
    if not given[parameters.ASSIGN_REQUIRED] or desk.actor.may(Right.MANAGE):
        return
    who = RoomAssignment.seller_id == desk.actor.seller
    if desk.actor.group is not None:
        who = or_(who, RoomAssignment.group_id == desk.actor.group)
    where = or_(
        RoomAssignment.room_id == room.id,
        RoomAssignment.room_id.is_(None)
        & or_(RoomAssignment.building_id == room.building, RoomAssignment.building_id.is_(None)),
    )
    found = desk.session.scalar(
        select(RoomAssignment.id)
        .where(
            RoomAssignment.tenant_id == desk.tenant,
            RoomAssignment.project_id == room.project,
            who,
            where,
            RoomAssignment.valid_from <= desk.today,
            or_(RoomAssignment.valid_to.is_(None), RoomAssignment.valid_to >= desk.today),
        )
        .limit(1)
    )
    if found is None:
        raise Refused(
            Code.PERM,
            f"房间{room.code}没有分配给{desk.actor.name}。",
            f"Room {room.code} is not assigned to {desk.actor.name}.",
            room=room.code,
        )


def must_serve(desk: Desk, customer: Customer) -> None:
    """E_PERM while the customer is protected for another seller."""
    owner, until = customer.seller_id, customer.protected_until
    if owner is not None and until is not None and until >= desk.today:
        not_another(desk, owner)


def not_another(desk: Desk, owner: int) -> None:
    if owner != desk.actor.seller and not desk.actor.may(Right.MANAGE):
        raise Refused(
            Code.PERM,
            "该客户在保护期内，归其他销售员跟进。",
            "This customer is protected for another seller.",
            seller=owner,
        )
