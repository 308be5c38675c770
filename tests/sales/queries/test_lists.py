"""Lists of what is going on: holds, deals, receivables, contract numbers."""

from datetime import date, timedelta

from db.tenant import HOME
from db.work import Database
from sales.queries import Page, active_holds, contract_numbers_left, deals, receivables_due
from sales.states.deal import DealState
from tests.sales.queries.conftest import NOW, OTHER

TODAY = date(2024, 3, 31)


async def test_holds_that_end_first_come_first(t: Database) -> None:
    found = await t.read(active_holds, HOME)
    assert [(row.no, row.room, row.customer, row.seller) for row in found.rows] == [
        ("H1", "020102", "吴军", "王芳"),
        ("H2", "020101", "周静", "李强"),
    ]
    soon = await t.read(active_holds, HOME, before=NOW + timedelta(days=2))
    assert [row.no for row in soon.rows] == ["H1"]
    assert (await t.read(active_holds, OTHER)).total == 0


async def test_deals_latest_first(t: Database) -> None:
    found = await t.read(deals, HOME, Page(3), project="01")
    assert [(row.deal_no, row.contract) for row in found.rows] == [("D4", None), ("D5", "HT0004"), ("D3", "HT0003")]
    assert found.total == 7
    waiting = await t.read(deals, HOME, states=(DealState.SUBSCRIBED,), sign_due_before=date(2024, 4, 2))
    assert [row.deal_no for row in waiting.rows] == ["D4"]
    assert (await t.read(deals, HOME, project="99")).total == (await t.read(deals, OTHER)).total == 0


async def test_what_is_overdue_and_what_falls_due(t: Database) -> None:
    late = await t.read(receivables_due, HOME, TODAY)
    assert [(row.deal_no, row.due, row.open_fen, row.days) for row in late.rows] == [
        ("D2", date(2024, 3, 20), 27_520_000, 11)
    ]
    coming = await t.read(receivables_due, HOME, TODAY, until=date(2024, 4, 5))
    assert [(row.deal_no, row.due, row.days) for row in coming.rows] == [
        ("D2", date(2024, 3, 20), 11),
        ("D4", date(2024, 4, 1), 0),
    ]
    assert (await t.read(receivables_due, OTHER, TODAY)).rows == ()


async def test_contract_numbers_left(t: Database) -> None:
    (left,) = await t.read(contract_numbers_left, HOME)
    assert (left.project, left.next) == ("01", "HT0005")
    assert left.left > 0
    assert await t.read(contract_numbers_left, OTHER) == ()
