"""Every rule of the alert clock (SPEC §2.9) at its border: a minute before there is no alert, a minute after there is."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from sqlalchemy import insert, text, update
from sqlalchemy.orm import Session

from db.tenant import HOME
from sales import parameters
from sales.models import Alert, Contract, ContractNo, Customer, Deal, Hold, Mortgage, PresalePermit, Receivable, Ticket
from sales.services.actor import CLOCK
from sales.services.alarms import STANDING
from sales.services.alert_clock import tick
from sales.services.alert_rules import RULES
from sales.services.desk import ZONE
from sales.states.contract_no import ContractNoState
from sales.states.customer import CustomerStage
from sales.states.receivable import ReceivableState
from sales.states.ticket import TicketKind, TicketState
from tests.sales.services.office import Office

MINUTE = timedelta(minutes=1)


class Border(NamedTuple):
    """type: the rule's. row: what the alert is about, and which of its columns say when. at: when there is an alert."""

    type: str
    model: Any
    values: dict[str, Any]
    at: datetime


def day(month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2024, month, day, hour, minute, tzinfo=ZONE)


DAY = day(4, 20).date()
BORDERS = [
    Border("hold_expiry", Hold, {"no": "H1", "expires_at": day(4, 20, 15, 30)}, day(4, 19, 15, 30)),
    Border("booking_expiry", Hold, {"no": "H2", "expires_at": day(4, 20, 15, 30)}, day(4, 19, 15, 30)),
    Border("sign_due", Deal, {"deal_no": "D4", "sign_due": DAY}, day(4, 19)),
    Border("receivable_due", Receivable, {"no": "A6", "due_date": DAY, "state": ReceivableState.ACTIVE}, day(4, 13)),
    Border("receivable_overdue", Receivable, {"no": "A6", "due_date": DAY, "state": ReceivableState.ACTIVE}, day(4, 21)),
    Border("filing_due", Contract, {"deal": "D5", "formal_due": DAY}, day(4, 13)),
    Border("mortgage_stuck", Mortgage, {"no": "M3", "state_since": DAY}, day(5, 6)),
    Border("follow_up_due", Customer, {"no": "C8", "next_contact": DAY}, day(4, 20)),
    Border("customer_protect_end", Customer, {"no": "C8", "protected_until": DAY}, day(4, 17)),
    Border("complaint_sla", Ticket, {"ticket_no": "GD1", "resolve_due": day(4, 20, 15, 30)}, day(4, 20, 15, 30)),
]
