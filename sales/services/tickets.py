"""Tickets 工单: complaints, suggestions, repairs, enquiries, against the clock (SPEC §2.4.8)."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select

from admin.right import Right
from db import sequence
from sales.models import Customer, Ticket, TicketStep
from sales.money import amount
from sales.queries.customer import customer_by_phone
from sales.services.alarms import cease
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.room_state import find
from sales.services.step import step
from sales.services.touch import touch
from sales.states.ticket import TICKET, TicketEvent, TicketKind, TicketState

# hours to the first answer and to the solution
SLA: dict[TicketKind, tuple[int, int]] = {
    TicketKind.COMPLAINT: (24, 72),
    TicketKind.REPAIR: (2, 48),
    TicketKind.SUGGESTION: (168, 168),
    TicketKind.ENQUIRY: (24, 72),
}

OPEN = (TicketState.NEW, TicketState.ACCEPTED, TicketState.ASSIGNED, TicketState.PROCESSING)


@dataclass(frozen=True)
class Report:
    """What was told, and by whom: a customer, or a number only. call_id, recording: if it came by telephone."""

    kind: TicketKind
    subject: str
    content: str | None = None
    customer: int | None = None
    room: int | None = None
    phone: str | None = None
    via: str | None = None
    call_id: str | None = None
    recording: str | None = None


def open_ticket(desk: Desk, report: Report) -> Ticket:
    """E_NOT_FOUND, E_VALIDATION."""
    if not report.subject.strip():
        raise amount.invalid("工单必须有主题", "A ticket has a subject")
    if report.customer is not None:
        fetch(desk, Customer, report.customer, lock=False)
    if report.room is not None:
        find(desk, report.room)
    answer, resolve = SLA[report.kind]
    row = Ticket(
        **desk.own,
        ticket_no=sequence.next_no(desk.session, desk.tenant, "T", desk.today),
        kind=report.kind,
        state=TicketState.NEW,
        customer_id=report.customer,
        room_id=report.room,
        phone=report.phone,
        subject=report.subject[:128],
        content=report.content,
        via=report.via,
        call_id=report.call_id,
        recording=report.recording,
        opened_at=desk.now,
        answer_due=desk.now + timedelta(hours=answer),
        resolve_due=desk.now + timedelta(hours=resolve),
    )
    desk.session.add(row)
    desk.session.flush()
    _log(desk, row, None, "open", report.subject)
    desk.note("ticket.open", "ticket", row.id, None, {"no": row.ticket_no, "kind": row.kind.value})
    touch(desk, report.customer, "ticket", "ticket", row.id, report.subject[:255])
    return row


def open_spoken(desk: Desk, report: Report) -> Ticket:
    """What somebody has said by telephone, once for each recording; a customer's if the number called from is one's.
    Until somebody has listened to it, its kind is its subject."""
    same = select(Ticket).where(
        Ticket.tenant_id == desk.tenant, Ticket.call_id == report.call_id, Ticket.recording == report.recording
    )
    found = desk.session.scalars(same).first()
    if found is not None:
        return found
    known = customer_by_phone(desk.session, desk.tenant, report.phone) if report.phone else None
    return open_ticket(desk, replace(report, customer=known.id if known else None))


def accept(desk: Desk, ticket: int) -> Ticket:
    """受理: the first answer. E_PERM, E_STATE."""
    return _turn(desk, ticket, TicketEvent.ACCEPT, None, answered_at=desk.now)


def reject_ticket(desk: Desk, ticket: int, reason: str) -> Ticket:
    """不受理. E_PERM, E_STATE, E_VALIDATION."""
    return _turn(desk, ticket, TicketEvent.REJECT, _said(reason), reject_reason=reason, closed_at=desk.now)


def assign(desk: Desk, ticket: int, department: str, due: datetime | None = None) -> Ticket:
    """转派, or again to another department. E_PERM, E_STATE, E_VALIDATION."""
    found = fetch(desk, Ticket, ticket)
    event = TicketEvent.REROUTE if found.state is TicketState.ASSIGNED else TicketEvent.ASSIGN
    TICKET.next(found.state, event)
    if event is TicketEvent.REROUTE and found.department == department:
        raise amount.invalid("工单已在该部门", "The ticket is with this department already")
    return _turn(desk, ticket, event, _said(department), department=department, resolve_due=due or found.resolve_due)


def begin(desk: Desk, ticket: int) -> Ticket:
    """The actor takes it in hand. E_PERM, E_STATE."""
    return _turn(desk, ticket, TicketEvent.BEGIN, None, handler=desk.actor.name)


def resolve(desk: Desk, ticket: int, opinion: str) -> Ticket:
    """已处理, with the opinion 处理意见. E_PERM, E_STATE, E_VALIDATION."""
    return _turn(desk, ticket, TicketEvent.RESOLVE, _said(opinion), opinion=opinion, resolved_at=desk.now)


def reopen_ticket(desk: Desk, ticket: int, why: str) -> Ticket:
    """The customer is not satisfied. E_PERM, E_STATE, E_VALIDATION."""
    found = fetch(desk, Ticket, ticket)
    TICKET.next(found.state, TicketEvent.REOPEN)
    return _turn(desk, ticket, TicketEvent.REOPEN, _said(why), reopened=found.reopened + 1, resolved_at=None)


def ask_back(desk: Desk, ticket: int, satisfaction: int, note: str | None = None) -> Ticket:
    """回访: how satisfied, 1 to 5. E_PERM, E_STATE, E_VALIDATION."""
    TICKET.next(fetch(desk, Ticket, ticket).state, TicketEvent.ASK_BACK)
    if not 1 <= satisfaction <= 5:
        raise amount.invalid("满意度为 1 至 5", "Satisfaction is 1 to 5", satisfaction=satisfaction)
    return _turn(desk, ticket, TicketEvent.ASK_BACK, note, satisfaction=satisfaction)


def close_ticket(desk: Desk, ticket: int) -> Ticket:
    """结案. E_PERM, E_STATE."""
    return _turn(desk, ticket, TicketEvent.CLOSE, None, closed_at=desk.now)


def escalate(desk: Desk) -> int:
    """What the clock does: an overdue ticket goes to the head of the department, a day later to the manager."""
    overdue = desk.session.scalars(
        select(Ticket).where(
            Ticket.tenant_id == desk.tenant,
            Ticket.state.in_(OPEN),
            (Ticket.resolve_due <= desk.now) | (Ticket.answered_at.is_(None) & (Ticket.answer_due <= desk.now)),
        )
    ).all()
    raised = 0
    for ticket in overdue:
        late = ticket.resolve_due is not None and ticket.resolve_due <= desk.now - timedelta(days=1)
        level = max(ticket.escalation, 2 if late else 1)
        if level != ticket.escalation:
            desk.note("ticket.escalate", "ticket", ticket.id, {"level": ticket.escalation}, {"level": level})
            ticket.escalation, raised = level, raised + 1
    desk.session.flush()
    return raised


def _said(words: str) -> str:
    if not words.strip():
        raise amount.invalid("请填写说明", "This takes a word of explanation")
    return words


def _turn(desk: Desk, ticket: int, event: TicketEvent, note: str | None, **facts: object) -> Ticket:
    desk.must(Right.TICKET)
    found = fetch(desk, Ticket, ticket)
    was = found.state
    step(desk, TICKET, found, event, facts)
    _log(desk, found, was, event.value, note)
    if found.state in (TicketState.RESOLVED, TicketState.CLOSED, TicketState.REJECTED):
        cease(desk, "ticket", found.id)
    desk.session.flush()
    return found


def _log(desk: Desk, ticket: Ticket, was: TicketState | None, event: str, note: str | None) -> None:
    desk.session.add(
        TicketStep(
            **desk.own,
            ticket_id=ticket.id,
            at=desk.now,
            event=event,
            from_state=was,
            to_state=ticket.state,
            actor=desk.actor.name,
            note=note,
        )
    )
