"""Who is calling, in one row: what the telephone must know before anybody speaks."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from sales.models import Customer, CustomerPhone
from sales.queries.belonging import also_of


@dataclass(frozen=True, slots=True)
class Known:
    """A caller we know. lang: "zh" or "en" if the language need not be asked, else ""."""

    id: int
    name: str
    lang: str


def customers_by_phone(session: Session, tenant: int, phone: str) -> tuple[Customer, ...]:
    """All with this number, as they came; families share one."""
    rows = (
        select(Customer)
        .join(CustomerPhone, CustomerPhone.customer_id == Customer.id)
        .where(
            CustomerPhone.tenant_id == tenant,
            CustomerPhone.phone == phone,
            also_of(Customer.tenant_id, tenant),
            Customer.merged_into_id.is_(None),
        )
        .order_by(Customer.id)
    )
    return tuple(session.scalars(rows))


def customer_by_phone(session: Session, tenant: int, phone: str) -> Known | None:
    """Of several customers with one number, the one who came last."""
    row = session.execute(
        select(Customer.id, Customer.name, Customer.lang)
        .join(CustomerPhone, CustomerPhone.customer_id == Customer.id)
        .where(
            CustomerPhone.tenant_id == tenant,
            CustomerPhone.phone == phone,
            also_of(Customer.tenant_id, tenant),
            Customer.merged_into_id.is_(None),
        )
        .order_by(Customer.id.desc())
        .limit(1)
    ).first()
    return Known(*row) if row else None
