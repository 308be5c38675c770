"""State machines of the sales desk (SPEC §2.3, §2.4): pure tables that can be printed."""

from typing import Any

from db.table import Table
from sales.states.alert import ALERT
from sales.states.appointment import APPOINTMENT
from sales.states.approval import APPROVAL
from sales.states.contract import CONTRACT
from sales.states.contract_no import CONTRACT_NO
from sales.states.deal import DEAL
from sales.states.dunning import DUNNING
from sales.states.hold import HOLD
from sales.states.invoice import INVOICE
from sales.states.mortgage import MORTGAGE
from sales.states.presubscription import PRESUBSCRIPTION
from sales.states.price_list import PRICE_LIST
from sales.states.receipt import RECEIPT
from sales.states.receivable import RECEIVABLE
from sales.states.room import ROOM
from sales.states.task import TASK
from sales.states.ticket import TICKET

# Every machine by the name it is asked for (`./run sales states room`)
ALL: dict[str, Table[Any, Any]] = {
    "room": ROOM,
    "hold": HOLD,
    "deal": DEAL,
    "contract": CONTRACT,
    "contract_no": CONTRACT_NO,
    "receivable": RECEIVABLE,
    "receipt": RECEIPT,
    "invoice": INVOICE,
    "dunning": DUNNING,
    "mortgage": MORTGAGE,
    "ticket": TICKET,
    "task": TASK,
    "price_list": PRICE_LIST,
    "approval": APPROVAL,
    "alert": ALERT,
    "presubscription": PRESUBSCRIPTION,
    "appointment": APPOINTMENT,
}
