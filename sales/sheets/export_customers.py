"""The customers of the house as a list. Identity numbers never leave it this way; telephone numbers are whole only for
who may see the customers of others (SPEC §2.10)."""

from collections import defaultdict

from sqlalchemy import select

from admin.right import Right
from sales import masks
from sales.models import Customer, CustomerPhone, Salesperson
from sales.services.desk import Desk
from sales.sheets.customer_list import CUSTOMER_LIST
from sales.sheets.sheet import Record

_PLAIN = (
    "name", "gender", "kind", "birth", "id_type", "address", "district", "channel", "budget_fen", "level", "registered",
    "no", "note",
)  # fmt: skip


def export_customers(desk: Desk) -> list[Record]:
    """In the order in which they came; merged ones are left out. Raises Refused(E_PERM)."""
    desk.must(Right.CUSTOMER)
    session = desk.session
    phones: dict[int, list[str]] = defaultdict(list)
    for customer, phone in session.execute(
        select(CustomerPhone.customer_id, CustomerPhone.phone)
        .where(CustomerPhone.tenant_id == desk.tenant)
        .order_by(CustomerPhone.customer_id, CustomerPhone.position)
    ):
        phones[customer].append(phone)
    whole = desk.actor.may(Right.CUSTOMER_OTHERS)
    wanted = (
        select(Customer, Salesperson.code)
        .outerjoin(Salesperson, Salesperson.id == Customer.seller_id)
        .where(Customer.tenant_id == desk.tenant, Customer.merged_into_id.is_(None))
        .order_by(Customer.id)
    )
    records = []
    for number, (person, seller) in enumerate(session.execute(wanted), 2):
        mine = desk.actor.seller is not None and person.seller_id == desk.actor.seller
        shown = tuple(phone if whole or mine else masks.phone(phone) for phone in phones[person.id])
        values = dict.fromkeys(column.key for column in CUSTOMER_LIST.columns)
        values |= {name: getattr(person, name) for name in _PLAIN}
        values |= {"phones": shown, "layout": person.intent.get("layout"), "seller": seller}
        records.append(Record(number, values | {"lang": person.lang or None}))
    return records
