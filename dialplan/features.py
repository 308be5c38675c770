"""An extension changes something about itself by telephone: do not disturb, forwards. One unit of work."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from dialplan.extension import Features
from dialplan.models import Extension

COLUMNS = {
    "dnd": "dnd",
    "always": "forward_always",
    "busy": "forward_busy",
    "no_answer": "forward_no_answer",
}


def change(session: Session, tenant: int, number: str, features: Features) -> bool:
    """False: there is no such extension."""
    row = session.scalars(select(Extension).where(Extension.tenant_id == tenant, Extension.number == number)).first()
    if row is None:
        return False
    for name, value in features.items():
        setattr(row, COLUMNS[name], value)
    return True
