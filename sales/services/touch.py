"""Each touch of a customer in one line of time (S1-72)."""

from sales.models import Interaction
from sales.services.desk import Desk


def touch(desk: Desk, customer: int | None, kind: str, entity: str, entity_id: int, text: str) -> None:
    """kind: call, visit, hold, deal, receipt, ticket …; nothing is written for nobody."""
    if customer is not None:
        desk.session.add(
            Interaction(
                **desk.own, customer_id=customer, at=desk.now, kind=kind, entity=entity, entity_id=entity_id, text=text
            )
        )
