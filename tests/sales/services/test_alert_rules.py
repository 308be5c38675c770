"""The rules of the alert clock (SPEC §2.9) at their borders: no alert a minute before, one from then on."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from admin.actor import CLOCK
from sales import parameters
from sales.models import (
    Alert,
    Building,
    Contract,
    ContractNo,
    Customer,
    Deal,
    Hold,
    Mortgage,
    PermitCover,
    Receivable,
    Room,
)
from sales.services import tickets
from sales.services.alarms import STANDING
from sales.services.alert_clock import tick
from sales.services.alert_rules import RULES
from sales.services.desk import ZONE
from sales.services.tickets import Report
from sales.states.customer import CustomerStage
from sales.states.hold import HoldKind, HoldState
from sales.states.ticket import TicketKind
from tests.sales.services.office import Office

MINUTE = timedelta(minutes=1)
APRIL_20 = date(2024, 4, 20)
AT_HALF_PAST_3 = datetime(2024, 4, 20, 15, 30, tzinfo=ZONE)


class Border(NamedTuple):
    """type: the rule's. what, where: the row it is about; values: its columns that say when. first: of the alert."""

    type: str
    what: Any
    where: ColumnElement[bool]
    values: dict[str, Any]
    first: datetime


def midnight(month: int, day: int) -> datetime:
    return datetime(2024, month, day, tzinfo=ZONE)


def held(kind: HoldKind) -> ColumnElement[bool]:
    return (Hold.state == HoldState.ACTIVE) & (Hold.kind == kind)


PAPERS = select(ContractNo.id).where(ContractNo.no == "HT0002").scalar_subquery()
HOLD, BOOKING, LINE = held(HoldKind.RESERVE), held(HoldKind.BOOKING), Receivable.no == "A6"
EXPIRES = {"expires_at": AT_HALF_PAST_3}
SIGNED = Contract.contract_no_id == PAPERS
BORDERS = [
    Border("hold_expiry", Hold, HOLD, EXPIRES, AT_HALF_PAST_3 - timedelta(days=1)),
    Border("booking_expiry", Hold, BOOKING, EXPIRES, AT_HALF_PAST_3 - timedelta(days=1)),
    Border("sign_due", Deal, Deal.sign_due == date(2024, 4, 1), {"sign_due": APRIL_20}, midnight(4, 19)),
    Border("receivable_due", Receivable, LINE, {"due_date": APRIL_20}, midnight(4, 13)),
    Border("receivable_overdue", Receivable, LINE, {"due_date": APRIL_20}, midnight(4, 21)),
    Border("filing_due", Contract, SIGNED, {"formal_due": APRIL_20}, midnight(4, 13)),
    Border("mortgage_stuck", Mortgage, Mortgage.no == "M3", {"state_since": APRIL_20}, midnight(5, 6)),
    Border("follow_up_due", Customer, Customer.no == "C8", {"next_contact": APRIL_20}, midnight(4, 20)),
    Border("customer_protect_end", Customer, Customer.no == "C8", {"protected_until": APRIL_20}, midnight(4, 17)),
]


async def alerts(office: Office, type: str) -> list[Alert]:
    """Those of this rule that stand after a tick of the clock."""
    office.people["clock"] = CLOCK
    await office.does("clock", tick)
    return await office.all(Alert, Alert.type == type, Alert.state.in_(STANDING))


@pytest.mark.parametrize("border", BORDERS, ids=lambda border: border.type)
async def test_to_the_minute(office: Office, border: Border) -> None:
    row = await office.one(border.what, border.where)
    await office.db.write(
        lambda s: s.execute(update(border.what).where(border.what.id == row.id).values(border.values))
    )
    office.now = border.first - MINUTE
    assert row.id not in [alert.entity_id for alert in await alerts(office, border.type)]
    office.now = border.first
    assert row.id in [alert.entity_id for alert in await alerts(office, border.type)]


async def test_a_ticket_late_to_the_minute(office: Office) -> None:
    office.now = AT_HALF_PAST_3 - timedelta(hours=48)
    ticket = await office.does("agent", tickets.open_ticket, Report(TicketKind.REPAIR, "水管漏水"))
    office.now = AT_HALF_PAST_3 - MINUTE
    assert await alerts(office, "complaint_sla") == []
    office.now = AT_HALF_PAST_3
    (alert,) = await alerts(office, "complaint_sla")
    assert (alert.subject, alert.due) == (ticket.ticket_no, APRIL_20)


async def test_contract_numbers_running_low(office: Office) -> None:
    """Ten are enough, nine are not."""

    def give(session: Session, number: int) -> None:
        project = session.scalars(select(ContractNo.project_id)).first()
        unused = session.scalars(select(ContractNo).where(ContractNo.state == "unused")).all()
        for row in unused[number:]:
            session.delete(row)
        for n in range(number - len(unused)):
            session.add(ContractNo(tenant_id=1, project_id=project, no=f"HT9{n:03}"))

    await office.db.write(give, 10)
    assert await alerts(office, "contract_pool_low") == []
    await office.db.write(give, 9)
    (alert,) = await alerts(office, "contract_pool_low")
    assert alert.subject == "9"


async def test_the_end_of_protection_is_told_until_it_is_over_and_not_of_buyers(office: Office) -> None:
    people = update(Customer).where(Customer.no == "C8")
    await office.db.write(lambda s: s.execute(people.values(protected_until=APRIL_20)))
    office.now = midnight(4, 21) - MINUTE
    (alert,) = await alerts(office, "customer_protect_end")
    assert (alert.subject, alert.due, alert.customer_id) == ("何涛", APRIL_20, office.customers["C8"])
    office.now = midnight(4, 21)
    assert await alerts(office, "customer_protect_end") == []
    office.now = midnight(4, 20)
    await office.db.write(lambda s: s.execute(people.values(stage=CustomerStage.SUBSCRIBED)))
    assert await alerts(office, "customer_protect_end") == []


async def test_rooms_on_offer_without_a_permit(office: Office) -> None:
    """One alert for the building; none once it is completed or nothing of it is on offer."""

    def building_1(session: Session) -> int:
        return session.scalars(select(Building.id).where(Building.code == "01")).one()

    key = await office.db.read(building_1)
    assert await alerts(office, "permit_missing") == []
    await office.db.write(lambda s: s.execute(delete(PermitCover).where(PermitCover.building_id == key)))
    (alert,) = await alerts(office, "permit_missing")
    assert (alert.entity, alert.entity_id, alert.subject) == ("building", key, "01")
    done = update(Building).where(Building.id == key)
    await office.db.write(lambda s: s.execute(done.values(completed=date(2024, 3, 31))))
    assert await alerts(office, "permit_missing") == []
    await office.db.write(lambda s: s.execute(done.values(completed=date(2024, 4, 1))))
    assert len(await alerts(office, "permit_missing")) == 1
    await office.db.write(
        lambda s: s.execute(
            update(Room).where(Room.building_id == key, Room.state == "available").values(state="not_released")
        )
    )
    left = await office.all(Room, Room.building_id == key, Room.state.in_(("reserved", "booked", "subscribed")))
    assert len(await alerts(office, "permit_missing")) == bool(left)


async def test_a_lead_of_ones_own(office: Office) -> None:
    await office.db.write(
        lambda s: parameters.change(s, 1, None, "alert_lead_protect", 10, office.now.date(), "test") and None
    )
    await office.db.write(
        lambda s: s.execute(update(Customer).where(Customer.no == "C8").values(protected_until=APRIL_20))
    )
    office.now = midnight(4, 10)
    assert len(await alerts(office, "customer_protect_end")) == 1


def test_every_rule_has_its_border() -> None:
    elsewhere = {"complaint_sla", "contract_pool_low", "permit_missing"}
    assert {border.type for border in BORDERS} | elsewhere == RULES
