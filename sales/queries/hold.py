"""The rooms that are held now, those that end first at the top."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from sales.models import Customer, Hold, Room, Salesperson
from sales.queries.page import Found, Page
from sales.states.hold import HoldKind, HoldState


@dataclass(frozen=True, slots=True)
class HoldRow:
    """customer None: a manager's hold for nobody yet. expires None: until somebody ends it."""

    id: int
    no: str | None
    room: str
    kind: HoldKind
    customer: str | None
    seller: str | None
    started: datetime
    expires: datetime | None
    extensions: int
    money_fen: int


FIRST = Page()


def active_holds(
    session: Session, tenant: int, page: Page = FIRST, *, before: datetime | None = None, seller: int | None = None
) -> Found[HoldRow]:
    """before: only those that end before this moment (about to expire)."""
    conditions = [Hold.tenant_id == tenant, Hold.state == HoldState.ACTIVE]
    if before is not None:
        conditions.append(Hold.expires_at < before)
    if seller is not None:
        conditions.append(Hold.seller_id == seller)
    total = session.scalar(select(func.count()).select_from(Hold).where(*conditions)) or 0
    rows: Any = session.execute(
        select(
            Hold.id,
            Hold.no,
            Room.room_code,
            Hold.kind,
            Customer.name,
            Salesperson.name,
            Hold.started_at,
            Hold.expires_at,
            Hold.extensions,
            Hold.money_fen,
        )
        .join(Room, Room.id == Hold.room_id)
        .outerjoin(Customer, Customer.id == Hold.customer_id)
        .outerjoin(Salesperson, Salesperson.id == Hold.seller_id)
        .where(*conditions)
        .order_by(Hold.expires_at.is_(None), Hold.expires_at, Hold.id)
        .limit(page.size)
        .offset(page.offset)
    )
    return Found(tuple(HoldRow(*row) for row in rows), total)
