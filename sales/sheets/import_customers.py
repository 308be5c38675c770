"""A list of customers into the house: all of it or nothing, or with `skip_bad` the good lines of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select

from admin.right import Right
from db import sequence
from sales import pinyin
from sales.models import Customer, CustomerPhone, Salesperson
from sales.parameters import PROTECT_DAYS
from sales.services.customers import NUMBER
from sales.services.desk import Desk
from sales.sheets.cell import Unreadable
from sales.sheets.customer_list import CUSTOMER_LIST
from sales.sheets.fault import Fault, refused
from sales.sheets.known import Codes, Known
from sales.sheets.sheet import Parsed, Record
from sales.states.customer import CustomerStage

_PLAIN = ("no", "name", "gender", "birth", "address", "budget_fen", "level", "note")
ID_NO = "customer.id_no"  # the column the cipher binds a number to


@dataclass(frozen=True, slots=True)
class ImportedCustomers:
    """new: customers; faults: of the lines left out; saved: False of a dry run."""

    new: int
    faults: Sequence[Fault]
    saved: bool = False


def import_customers(desk: Desk, parsed: Parsed, *, dry_run: bool = False, skip_bad: bool = False) -> ImportedCustomers:
    """Check every line, then save. A telephone or identity number that is known already is a fault of its line.

    Raises Refused: E_PERM, E_VALIDATION with all faults in `details`.
    """
    desk.must(Right.CUSTOMER)
    check = _Check(desk)
    good = [record for record in parsed.records if check.new(record)]
    faults = sorted([*parsed.faults, *check.faults], key=lambda fault: fault.line)
    done = ImportedCustomers(len(good), faults)
    if dry_run:
        return done
    if faults and not skip_bad:
        raise refused(faults)
    _store(desk, good, check)
    told: dict[str, Any] = {"new": len(good), "lines_left_out": sorted({fault.line for fault in faults})}
    desk.note("customer.import", "customer", None, None, told)
    return replace(done, saved=True)


def phones_of(record: Record) -> list[str]:
    """All numbers of a line, each once, the first column's first."""
    return list(dict.fromkeys([*record["phones"], *(record["phones2"] or ())]))


class _Check:
    """Is this person known already, in the house or on a line above?"""

    def __init__(self, desk: Desk) -> None:
        self.faults: list[Fault] = []
        self._desk = desk
        session, tenant = desk.session, desk.tenant
        phones = select(CustomerPhone.phone).where(CustomerPhone.tenant_id == tenant)
        self._phones: dict[str, int] = dict.fromkeys(session.scalars(phones), 0)
        ids = select(Customer.id_hash).where(Customer.tenant_id == tenant, Customer.id_hash.is_not(None))
        self._ids: dict[str, int] = {found: 0 for found in session.scalars(ids) if found}
        self._numbers: dict[str, int] = dict.fromkeys(
            filter(None, session.scalars(select(Customer.no).where(Customer.tenant_id == tenant))), 0
        )
        self._sellers: Known[int] = Known()
        for key, code, name in session.execute(
            select(Salesperson.id, Salesperson.code, Salesperson.name).where(
                Salesperson.tenant_id == tenant, Salesperson.state != "left"
            )
        ):
            self._sellers.add(key, (code, name))

    def new(self, record: Record) -> bool:
        key = "phones"
        try:
            for phone in phones_of(record):
                self._unknown(self._phones, phone, record, Unreadable("该电话已有客户", "a customer has this number"))
            key = "id_no"
            if record[key] is not None:
                self._unknown(
                    self._ids, self.hash(record), record, Unreadable("该证件已有客户", "a customer has this document")
                )
            key = "no"
            if record[key] is not None:
                self._unknown(self._numbers, record[key], record, Unreadable("该编号已使用", "this number is taken"))
            key = "seller"
            self.seller(record)
        except Unreadable as unreadable:
            self.faults.append(CUSTOMER_LIST.fault(record.line, key, record[key], unreadable.why))
            return False
        return True

    def hash(self, record: Record) -> str:
        assert self._desk.cipher is not None, "identity numbers need the cipher of the house"
        return self._desk.cipher.hash(ID_NO, record["id_no"])

    def seller(self, record: Record) -> int | None:
        if record["seller"] is None:
            return None
        found = self._sellers.find(record["seller"])
        if len(found) != 1:
            raise Unreadable("没有这位销售员,或有同名,请填编号", "no such salesperson, or several: write the code")
        return found[0]

    @staticmethod
    def _unknown(lines: dict[str, int], what: str, record: Record, known: Unreadable) -> None:
        first = lines.setdefault(what, record.line)
        if first == 0:
            raise known
        if first != record.line:
            raise Unreadable(f"与第 {first} 行重复", f"it is on line {first} already")


def _store(desk: Desk, records: Sequence[Record], check: _Check) -> None:
    if not records:
        return
    protect = timedelta(days=desk.given(None)[PROTECT_DAYS])
    channels = Codes(desk.session, desk.tenant, "channel")
    districts = Codes(desk.session, desk.tenant, "district")
    unnumbered = sum(record["no"] is None for record in records)
    numbers = iter(sequence.next_nos(desk.session, desk.tenant, NUMBER, desk.today, unnumbered))
    values = []
    for record in records:
        seller = check.seller(record)
        sealed = record["id_no"] is not None and desk.cipher is not None
        values.append(
            desk.own
            | {name: record[name] for name in ("name", "gender", "birth", "address", "budget_fen", "level", "note")}
            | {
                "no": record["no"] or next(numbers),
                "kind": record["kind"] or "person",
                "lang": record["lang"] or "",
                "id_type": record["id_type"] or ("id_card" if sealed else None),
                "id_no": desk.cipher.seal(ID_NO, record["id_no"]) if sealed and desk.cipher else None,
                "id_hash": check.hash(record) if sealed else None,
                "district": districts.of(record["district"]),
                "channel": channels.of(record["channel"]),
                "intent": {} if record["layout"] is None else {"layout": record["layout"]},
                "seller_id": seller,
                "protected_until": None if seller is None else desk.today + protect,
                "registered": record["registered"] or desk.today,
                "stage": CustomerStage.REGISTERED,
                "pinyin": pinyin.spelled(record["name"]),
                "pinyin_initials": pinyin.initials(record["name"]),
            }
        )
    made = desk.session.scalars(insert(Customer).returning(Customer.id, sort_by_parameter_order=True), values)
    phones = [
        desk.own | {"customer_id": customer, "phone": phone, "reversed": phone[::-1], "position": position}
        for customer, record in zip(made, records, strict=True)
        for position, phone in enumerate(phones_of(record), 1)
    ]
    desk.session.execute(insert(CustomerPhone), phones)
