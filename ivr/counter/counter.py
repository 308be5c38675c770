"""All that the counter does for a caller, as one thing at the desk."""

from dataclasses import dataclass, field

from ivr.counter.call_backs import CallBacks, NoCallBacks
from ivr.counter.orders import NoOrders, Orders
from ivr.counter.registrations import NoRegistrations, Registrations
from ivr.counter.tickets import NoTickets, Tickets


@dataclass(frozen=True, slots=True)
class Counter:
    """Each port is filled by `server.counter`; what nobody has filled does nothing."""

    orders: Orders = field(default_factory=NoOrders)
    tickets: Tickets = field(default_factory=NoTickets)
    call_backs: CallBacks = field(default_factory=NoCallBacks)
    registrations: Registrations = field(default_factory=NoRegistrations)
