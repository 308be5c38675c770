"""The alert clock 预警时钟 (SPEC §2.9): what is due soon or overdue becomes an alert, what is over ceases to be one."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from sales import parameters
from sales.models import Alert
from sales.services.alarms import STANDING
from sales.services.alert_rules import RULES, Cause, Key, causes
from sales.services.desk import Desk
from sales.services.step import step
from sales.services.tickets import escalate
from sales.states.alert import ALERT, AlertEvent, AlertLevel, AlertState

RANKS = list(AlertLevel)


class Ticked(NamedTuple):
    """How many alerts were raised, raised to a higher level, and closed. off: the master switch is off (预警已关闭)."""

    opened: int
    raised: int
    closed: int
    off: bool = False


def tick(desk: Desk) -> Ticked:
    """Evaluate all rules once; however many ticks were missed, one catches up. Doing it again changes nothing."""
    if not desk.given(None)[parameters.ALERT_MASTER]:
        return Ticked(0, 0, 0, off=True)
    escalate(desk)
    wanted = {cause.key: cause for cause in causes(desk)}
    standing = {
        Key(alert.type, alert.entity, alert.entity_id): alert
        for alert in desk.session.scalars(
            select(Alert).where(Alert.tenant_id == desk.tenant, Alert.state.in_(STANDING)).order_by(Alert.id)
        )
    }
    opened = raised = closed = 0
    for key, alert in standing.items():
        if key.type in RULES and key not in wanted:
            step(desk, ALERT, alert, AlertEvent.RESOLVE, {"closed_at": desk.now})
            closed += 1
    for key, cause in wanted.items():
        level = level_of(cause.due, desk.today)
        known = standing.get(key)
        if known is None:
            desk.session.add(_alert(desk, cause, level))
            opened += 1
            continue
        known.due = cause.due
        if RANKS.index(level) > RANKS.index(known.level):
            step(desk, ALERT, known, AlertEvent.RAISE, {"level": level})
            raised += 1
        else:
            known.level = level
    desk.session.flush()
    return Ticked(opened, raised, closed)


def acknowledge(desk: Desk, alert: int) -> Alert:
    """Somebody has seen it. E_STATE."""
    found = desk.session.scalars(select(Alert).where(Alert.id == alert, Alert.tenant_id == desk.tenant)).one()
    facts = {"acknowledged_at": desk.now, "acknowledged_by": desk.actor.name}
    step(desk, ALERT, found, AlertEvent.ACKNOWLEDGE, facts)
    return found


def level_of(due: date, today: date) -> AlertLevel:
    """M09: red when overdue, orange with a day left, yellow before."""
    days = (due - today).days
    return AlertLevel.RED if days < 0 else AlertLevel.ORANGE if days <= 1 else AlertLevel.YELLOW


def _alert(desk: Desk, cause: Cause, level: AlertLevel) -> Alert:
    return Alert(
        **desk.own,
        type=cause.key.type,
        subject=cause.subject,
        entity=cause.key.entity,
        entity_id=cause.key.entity_id,
        project_id=cause.project,
        customer_id=cause.customer,
        seller_id=cause.seller,
        due=cause.due,
        level=level,
        state=AlertState.OPEN,
        opened_at=desk.now,
    )
