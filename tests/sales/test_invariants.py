"""The invariants of SPEC §2.12: fixture T keeps them all, and each one that is broken is named, it alone."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.tenant import HOME, Tenant
from db.work import Database
from sales.fixture import load_fixture
from sales.invariants import INVARIANTS, Violation, check, unanswerable
from sales.models import Customer
from tests.sales.queries.test_card import k1


@pytest.fixture
async def t(db: Database) -> Database:
    await db.write(load_fixture, "T")
    await db.write(k1)
    return db


async def test_fixture_t_keeps_them_all(t: Database) -> None:
    assert await t.write(check) == []
    assert await t.write(check, HOME) == []
    left_out = await t.read(lambda session: [(one.number, table) for one, table in unanswerable(session)])
    assert left_out == [(10, "bill_item"), (14, "gl_voucher")]


def test_there_are_fourteen_in_both_languages() -> None:
    assert [invariant.number for invariant in INVARIANTS] == list(range(1, 15))
    assert all(invariant.zh and invariant.en for invariant in INVARIANTS)


# what somebody would have to write past the services, and the table whose row is named then
BREACHES = [
    (1, "room", ["UPDATE room SET state_hold_id = NULL WHERE room_code = '020102'"]),
    (1, "room", ["UPDATE hold SET state = 'converted' WHERE no = 'H2'"]),
    (2, "deal", ["UPDATE receivable SET amount_fen = amount_fen + 100 WHERE no = 'A6'"]),
    (2, "receivable", ["UPDATE receivable SET paid_fen = paid_fen - 1 WHERE no = 'A1'"]),
    (3, "hold", ["UPDATE hold SET money_fen = money_fen + 1 WHERE no = 'H1'"]),
    (3, "receipt", ["UPDATE receipt SET state = 'reversed' WHERE no = 'SK0011'"]),
    (4, "deal_refund", ["UPDATE deal_refund SET paid_fen = paid_fen + 1, refund_fen = refund_fen + 1"]),
    (5, "deal", ["UPDATE invoice SET amount_fen = amount_fen + 1 WHERE no = 'FP001'"]),
    (6, "receipt", ["UPDATE account SET opening_date = '2024-02-01' WHERE kind = 'bank'"]),
    (7, "contract_no", ["UPDATE contract_no SET state = 'used' WHERE no = 'HT0001'"]),
    (7, "contract_no", ["UPDATE contract_no SET state = 'unused' WHERE no = 'HT0002'"]),
    (
        8,
        "room_state_log",
        [
            (
                "INSERT INTO room_state_log (tenant_id, room_id, from_state, to_state, event, actor, at)"
                " SELECT tenant_id, id, state, state, 'rename', 'nobody', CURRENT_TIMESTAMP FROM room"
                " WHERE room_code = '010301'"
            )
        ],
    ),
    (9, "deal", ["UPDATE deal SET sign_date = NULL WHERE deal_no = 'D1'"]),
    (9, "deal", ["UPDATE deal_buyer SET position = 2 WHERE deal_id IN (SELECT id FROM deal WHERE deal_no = 'D4')"]),
    (
        10,
        "bill_item",
        ["CREATE TABLE bill_item (id INTEGER, tenant_id INTEGER)", "INSERT INTO bill_item VALUES (1, 1)"],
    ),
    (12, "call", ["UPDATE call SET result = 'lost'"]),
    (12, "call", ["UPDATE call SET result = NULL, ended = NULL"]),
    (13, "room", ["UPDATE building SET code = '03' WHERE code = '02'"]),
    (
        14,
        "gl_voucher",
        [
            "CREATE TABLE gl_voucher (id INTEGER, tenant_id INTEGER)",
            "CREATE TABLE gl_line (voucher_id INTEGER, debit_fen INTEGER, credit_fen INTEGER)",
            "INSERT INTO gl_voucher VALUES (1, 1), (2, 1)",
            "INSERT INTO gl_line VALUES (1, 100, 0), (1, 0, 100), (2, 100, 0), (2, 0, 99)",
        ],
    ),
]


class Undone(Exception):
    """Carries what was found out of a unit of work whose breach must not stay."""

    def __init__(self, found: list[Violation]) -> None:
        self.found = found


async def found_after(db: Database, *sql: str) -> list[Violation]:
    def breach(session: Session) -> None:
        for statement in sql:
            session.connection().exec_driver_sql(statement)
        raise Undone(check(session))

    with pytest.raises(Undone) as undone:
        await db.write(breach)
    return undone.value.found


async def test_each_breach_is_named_and_nothing_else(t: Database) -> None:
    assert {number for number, *_ in BREACHES} == set(range(1, 15)) - {11}  # which has a test of its own
    for number, table, sql in BREACHES:
        found = await found_after(t, *sql)
        assert {(violation.number, violation.table) for violation in found} == {(number, table)}, sql
        assert all(violation.zh and violation.en and violation.id for violation in found)


async def test_a_room_that_changed_without_a_word(t: Database) -> None:
    found = await found_after(t, "UPDATE room SET state = 'available' WHERE room_code = '020302'")
    assert [(violation.number, violation.table) for violation in found] == [(8, "room")]


async def test_a_changed_line_of_the_audit_log(t: Database) -> None:
    def forge(session: Session) -> None:
        connection = session.connection()
        guard = "audit_log_no_update" if t.dialect == "sqlite" else "audit_log_only_added ON audit_log"
        connection.exec_driver_sql(f"DROP TRIGGER {guard}")
        connection.exec_driver_sql("UPDATE audit_log SET actor = 'somebody else' WHERE position = 3")

    await t.write(forge)
    (found,) = await t.write(check)
    assert (found.number, found.table) == (8, "audit_log")
    assert "content was changed" in found.en


async def test_a_customer_in_anothers_house(t: Database) -> None:
    def move(session: Session) -> int:
        other = Tenant(code="second", name="第二家")
        session.add(other)
        session.flush()
        session.scalars(select(Customer).where(Customer.no == "C8")).one().tenant_id = other.id
        return other.id

    other = await t.write(move)
    found = await t.write(check)
    assert {violation.number for violation in found} == {11}
    assert {violation.table for violation in found} >= {"customer", "customer_phone", "hold"}
    assert {violation.number for violation in await t.write(check, other)} == {11}
