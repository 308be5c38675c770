"""What an act does to open alerts: the cause is gone, so is the alert (SPEC §2.9)."""

from sqlalchemy import select

from sales.models import Alert
from sales.services.desk import Desk
from sales.services.step import step
from sales.states.alert import ALERT, AlertEvent, AlertState

STANDING = (AlertState.OPEN, AlertState.ACKNOWLEDGED)


def cease(
    desk: Desk, entity: str, entity_id: int, event: AlertEvent = AlertEvent.RESOLVE, kind: str | None = None
) -> None:
    """Close the standing alerts about a row, all or of one type."""
    wanted = select(Alert).where(
        Alert.tenant_id == desk.tenant,
        Alert.entity == entity,
        Alert.entity_id == entity_id,
        Alert.state.in_(STANDING),
    )
    if kind is not None:
        wanted = wanted.where(Alert.type == kind)
    for alert in desk.session.scalars(wanted):
        step(desk, ALERT, alert, event, {"closed_at": desk.now})
