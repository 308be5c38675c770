"""Appointments 预约登记: made by telephone or at the desk, moved, kept or missed (R09)."""

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import func, select

from admin.right import Right
from db import sequence
from db.refusal import Code, Refused
from sales import parameters, phones
from sales.models import Appointment, Customer, Event, Project
from sales.money import amount
from sales.queries.customer import customer_by_phone
from sales.services import customers
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.services.step import step
from sales.services.touch import touch
from sales.states.appointment import AHEAD, APPOINTMENT, AppointmentEvent, AppointmentKind, AppointmentState

SLOTS = ("morning", "afternoon", "evening")


@dataclass(frozen=True)
class Wish:
    """Who wants to come when. Without a customer a name or a number is enough (it may be spoken: `recording`)."""

    project: int
    visit_at: date
    slot: str | None = None
    customer: int | None = None
    name: str | None = None
    phone: str | None = None
    kind: AppointmentKind = AppointmentKind.VIEWING
    via: str = "座席"
    layout: int | None = None
    budget_fen: int | None = None
    call_id: str | None = None
    recording: str | None = None
    event: int | None = None


def make(desk: Desk, wish: Wish) -> Appointment:
    """E_NOT_FOUND, E_VALIDATION (a day gone by, nobody to call back), E_LIMIT (the slot or the event is full)."""
    fetch(desk, Project, wish.project)  # locked: two who want the last place ask one after the other
    found = None if wish.customer is None else fetch(desk, Customer, wish.customer, lock=False)
    if found is None and not (wish.name or wish.phone or wish.recording):
        raise amount.invalid("请留下姓名或电话", "A name or a number is needed")
    _must_be_free(desk, wish.project, wish.visit_at, wish.slot)
    if wish.event is not None:
        _must_have_places(desk, wish.event)
    row = Appointment(
        **desk.own,
        no=sequence.next_no(desk.session, desk.tenant, "YY", desk.today),
        kind=wish.kind,
        project_id=wish.project,
        customer_id=wish.customer,
        name=wish.name or (None if found is None else found.name),
        phone=None if wish.phone is None else phones.normal(wish.phone),
        made=desk.today,
        via=wish.via,
        layout_id=wish.layout,
        budget_fen=wish.budget_fen,
        visit_at=wish.visit_at,
        slot=wish.slot,
        seller_id=desk.actor.seller or (None if found is None else found.seller_id),
        state=AppointmentState.MADE,
        call_id=wish.call_id,
        recording=wish.recording,
        event_id=wish.event,
    )
    desk.session.add(row)
    desk.session.flush()
    desk.note("appointment.make", "appointment", row.id, None, {"no": row.no, "visit_at": str(row.visit_at)})
    touch(desk, wish.customer, "appointment", "appointment", row.id, f"{wish.visit_at} {wish.slot or ''}".strip())
    return row


def make_spoken(desk: Desk, wish: Wish) -> Appointment:
    """What somebody has registered for by telephone, once for each call and wish; a customer's if the number is one's.
    As `make`."""
    same = select(Appointment).where(
        Appointment.tenant_id == desk.tenant,
        Appointment.call_id == wish.call_id,
        Appointment.kind == wish.kind,
        Appointment.state.in_(AHEAD),
        Appointment.visit_at == wish.visit_at,
        Appointment.slot == wish.slot if wish.slot is not None else Appointment.slot.is_(None),
        Appointment.event_id == wish.event if wish.event is not None else Appointment.event_id.is_(None),
    )
    found = desk.session.scalars(same).first()
    if found is not None:
        return found
    known = customer_by_phone(desk.session, desk.tenant, wish.phone) if wish.phone else None
    return make(desk, replace(wish, customer=known.id if known else None))


def confirm(desk: Desk, appointment: int) -> Appointment:
    """Called back. E_PERM, E_STATE."""
    return _turn(desk, appointment, AppointmentEvent.CONFIRM)


def move_to(desk: Desk, appointment: int, visit_at: date, slot: str | None = None) -> Appointment:
    """改期: to be confirmed anew. E_PERM, E_STATE, E_VALIDATION, E_LIMIT."""
    found = fetch(desk, Appointment, appointment)
    APPOINTMENT.next(found.state, AppointmentEvent.MOVE)
    _must_be_free(desk, found.project_id, visit_at, slot)
    return _turn(desk, appointment, AppointmentEvent.MOVE, visit_at=visit_at, slot=slot)


def came(desk: Desk, appointment: int, people: int = 1) -> Appointment:
    """到访: of a known customer also a visit. E_PERM, E_STATE."""
    row = _turn(desk, appointment, AppointmentEvent.VISIT)
    if row.customer_id is not None:
        customers.visit(desk, row.customer_id, row.project_id, people).appointment_id = row.id
        desk.session.flush()
    return row


def missed(desk: Desk, appointment: int) -> Appointment:
    """未到, once the day is over. E_PERM, E_STATE, E_VALIDATION."""
    found = fetch(desk, Appointment, appointment)
    APPOINTMENT.next(found.state, AppointmentEvent.MISS)
    if desk.today <= found.visit_at:
        raise amount.invalid("预约当天尚未过去", "The day of the appointment is not over yet")
    return _turn(desk, appointment, AppointmentEvent.MISS)


def cancel(desk: Desk, appointment: int, note: str | None = None) -> Appointment:
    """E_PERM, E_STATE."""
    return _turn(desk, appointment, AppointmentEvent.CANCEL, note=note)


def _turn(desk: Desk, appointment: int, event: AppointmentEvent, **facts: object) -> Appointment:
    desk.must(Right.CUSTOMER, Right.CUSTOMER_OTHERS)
    found = fetch(desk, Appointment, appointment)
    step(desk, APPOINTMENT, found, event, facts)
    desk.session.flush()
    return found


def _must_be_free(desk: Desk, project: int, day: date, slot: str | None) -> None:
    if day < desk.today or (slot is not None and slot not in SLOTS):
        raise amount.invalid("预约日期或时段无效", "This is no day or time to come", day=str(day), slot=slot)
    taken = desk.session.scalar(
        select(func.count())
        .select_from(Appointment)
        .where(
            Appointment.project_id == project,
            Appointment.visit_at == day,
            Appointment.slot == slot if slot is not None else Appointment.slot.is_(None),
            Appointment.state.in_(AHEAD),
        )
    )
    if slot is not None and (taken or 0) >= desk.given(project)[parameters.VIEWING_PER_SLOT]:
        raise Refused(Code.LIMIT, "该时段预约已满。", "There is no room left at that time.", day=str(day), slot=slot)


def _must_have_places(desk: Desk, event: int) -> None:
    row = fetch(desk, Event, event)
    taken = desk.session.scalar(
        select(func.count()).select_from(Appointment).where(Appointment.event_id == event, Appointment.state.in_(AHEAD))
    )
    if row.places is not None and (taken or 0) >= row.places:
        raise Refused(Code.LIMIT, f"活动“{row.name_zh}”报名已满。", f"{row.name_en} is full.", event=event)
