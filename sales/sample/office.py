"""What the clock and the back office do: expiry, prices that take effect, alerts, commissions, tickets."""

from collections.abc import Callable, Sequence
from datetime import date, time, timedelta
from functools import partial

from admin.actor import Actor
from sales.sample.chance import draw
from sales.sample.days import END
from sales.sample.market import Market
from sales.sample.names import COMPLAINTS, DEPARTMENTS, ENQUIRIES, REPAIRS, SUGGESTIONS
from sales.services import alert_clock, commissions, holds, tickets
from sales.services.desk import Desk
from sales.services.tickets import Report
from sales.states.ticket import TicketKind, TicketState

Handling = Callable[[Desk], object]
OPENING = date(2022, 5, 1)
KINDS = {TicketKind.COMPLAINT: 38, TicketKind.REPAIR: 10, TicketKind.SUGGESTION: 7, TicketKind.ENQUIRY: 5}
SUBJECTS = {
    TicketKind.COMPLAINT: COMPLAINTS, TicketKind.REPAIR: REPAIRS, TicketKind.SUGGESTION: SUGGESTIONS,
    TicketKind.ENQUIRY: ENQUIRIES,
}  # fmt: skip
# how far the tickets have come at the end
STATES = {
    TicketState.CLOSED: 28, TicketState.NEW: 5, TicketState.ACCEPTED: 5, TicketState.ASSIGNED: 5,
    TicketState.PROCESSING: 5, TicketState.RESOLVED: 4, TicketState.FEEDBACK: 4, TicketState.REJECTED: 4,
}  # fmt: skip
TICKETS = sum(STATES.values())
SATISFACTION = {5: 48, 4: 38, 3: 10, 2: 3, 1: 1}


class Office:
    def __init__(self, market: Market) -> None:
        self.market = market
        self.stage = market.stage

    def expect(self) -> None:
        agenda, day = self.stage.agenda, OPENING
        while day <= END:
            agenda.put(day, self._expire, time(20))
            if day.day == 3 and day > OPENING + timedelta(days=30):
                agenda.put(day, self._close_month, time(9, 5))
            if day.day == 28:
                agenda.put(day, self._alert, time(20, 30))
            day += timedelta(days=1)
        agenda.put(END, self._alert, time(20, 45))
        states = self.stage.chance.deck("ticket states", STATES, TICKETS)
        kinds = self.stage.chance.deck("ticket kinds", KINDS, TICKETS)
        for number, (state, kind) in enumerate(zip(states, kinds, strict=True), 1):
            self._ticket(number, state, kind)

    def _expire(self) -> None:
        holds.expire(self.stage.clock)

    def _alert(self) -> None:
        alert_clock.tick(self.stage.clock)

    def _close_month(self) -> None:
        """The commissions of the month before, of which no day is to come."""
        desk = self.stage.desk(self.market.staff.finance[0])
        last = desk.today.replace(day=1) - timedelta(days=1)
        if not commissions.closed(desk, f"{last:%Y-%m}"):
            commissions.close(desk, f"{last:%Y-%m}")

    def _ticket(self, number: int, state: TicketState, kind: TicketKind) -> None:
        stream = self.stage.chance.of(f"ticket {number}")
        over = state in (TicketState.CLOSED, TicketState.REJECTED, TicketState.FEEDBACK)
        age = stream.randint(12, 560) if over else stream.randint(0, 9)
        self.stage.agenda.put(
            END - timedelta(days=age),
            partial(self._open, number, state, kind),
            time(stream.randint(9, 16), stream.randrange(60)),
        )

    def _open(self, number: int, state: TicketState, kind: TicketKind) -> None:
        stream = self.stage.chance.of(f"ticket {number} told")
        known = sorted(self.market.customers)
        person = stream.choice(known)
        customer = self.market.customers[person] if stream.random() < 0.8 else None
        report = Report(
            kind, stream.choice(SUBJECTS[kind]), "客户来电反映，请跟进。", customer,
            phone=self.market.people[person].person.phones[0], via="电话" if stream.random() < 0.7 else "来访",
        )  # fmt: skip
        row = tickets.open_ticket(self.stage.desk(self.market.staff.service[0]), report)
        self._handle(row.id, state)

    def _handle(self, key: int, to: TicketState) -> None:
        """Step by step towards that state, some of it on later days."""
        stream = self.stage.chance.of(f"handling {key}")
        service = self.market.staff.service[key % 2]
        department = stream.choice(DEPARTMENTS)
        way = (
            TicketState.NEW, TicketState.ACCEPTED, TicketState.ASSIGNED, TicketState.PROCESSING,
            TicketState.RESOLVED, TicketState.FEEDBACK, TicketState.CLOSED,
        )  # fmt: skip
        whole: list[Handling] = [
            lambda desk: tickets.accept(desk, key),
            lambda desk: tickets.assign(desk, key, department),
            lambda desk: tickets.begin(desk, key),
            lambda desk: tickets.resolve(desk, key, "已现场处理并向客户说明"),
            lambda desk: tickets.ask_back(desk, key, draw(stream, SATISFACTION), "已回访"),
            lambda desk: tickets.close_ticket(desk, key),
        ]
        refused: list[Handling] = [lambda desk: tickets.reject_ticket(desk, key, "非本公司受理范围")]
        steps = refused if to is TicketState.REJECTED else whole[: way.index(to)]
        quick = to in (TicketState.ACCEPTED, TicketState.ASSIGNED, TicketState.PROCESSING, TicketState.RESOLVED)
        self._go_on(service, steps, 0 if quick else stream.randint(0, 2))

    def _go_on(self, service: Actor, steps: Sequence[Handling], days: int) -> None:
        """The next step now, and those after it so many days apart."""
        if steps:
            steps[0](self.stage.desk(service))
            self.stage.agenda.after(days, partial(self._go_on, service, steps[1:], days))
