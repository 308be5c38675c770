"""The sales desk behind the side door: what sellers do while the centre runs, by the real services."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import Clock
from db.refusal import Code
from db.refusal import Refused as Refusal
from db.tenant import HOME
from db.work import Database, Unreachable
from sales import phones
from sales.models import Hold, Project, Room, Salesperson
from sales.queries import Known, customer_by_phone
from sales.services.acting import Acting
from sales.services.desk import ZONE
from sales.services.reserve import reserve
from sales.states.room import ROOM, RoomState
from server.control import Refused


class SalesDesk:
    """lang: in which language refusals are told, "zh" or "en"."""

    def __init__(self, db: Database, clock: Clock, lang: str) -> None:
        self._db, self._clock, self._lang = db, clock, lang

    async def reserve(self, words: Mapping[str, Any]) -> dict[str, Any]:
        """Reserve {"room": "020301", "phone": of the customer, "seller": "02", "project": "01"} (T5).

        {"hold", "room", "state", "customer", "until"}; raises control.Refused with what the services say.
        """
        room, phone, seller, project = (str(words.get(name) or "") for name in WORDS)
        try:
            wish = await self._db.read(_wish, room, phone, seller, project or "01")
            hold = await Acting(wish.actor, self._clock.now).does(self._db, reserve, wish.room, wish.customer.id)
            until = await self._db.read(lambda session: session.get_one(Hold, hold).expires_at)
        except Refusal as refused:
            raise Refused(refused.zh if self._lang == "zh" else refused.en) from None
        except Unreachable as away:
            raise Refused(str(away)) from away
        state = ROOM.names[RoomState.RESERVED]
        return {
            "hold": hold,
            "room": room,
            "state": state.zh if self._lang == "zh" else state.en,
            "customer": wish.customer.name,
            "until": None if until is None else until.astimezone(ZONE).isoformat(timespec="minutes"),
        }


@dataclass(frozen=True, slots=True)
class _Wish:
    """Who reserves which room for whom."""

    actor: Actor
    room: int
    customer: Known


def _wish(session: Session, room: str, phone: str, seller: str, project: str) -> _Wish:
    who = session.scalars(select(Salesperson).where(Salesperson.tenant_id == HOME, Salesperson.code == seller)).first()
    if who is None:
        raise Refusal(Code.NOT_FOUND, f"没有编号为{seller}的销售人员。", f"There is no salesperson {seller}.")
    customer = customer_by_phone(session, HOME, phones.normal(phone))
    if customer is None:
        raise Refusal(Code.NOT_FOUND, f"没有电话为{phone}的客户。", f"No customer has the number {phone}.")
    wanted = select(Room.id).join(Project, Project.id == Room.project_id)
    key = session.scalar(wanted.where(Project.tenant_id == HOME, Project.code == project, Room.room_code == room))
    if key is None:
        raise Refusal(Code.NOT_FOUND, f"没有房间{room}。", f"There is no room {room}.")
    actor = Actor.of(who.name, "manager" if who.role == "manager" else "seller", who.id, who.group_id)
    return _Wish(actor, key, customer)


WORDS = ("room", "phone", "seller", "project")
