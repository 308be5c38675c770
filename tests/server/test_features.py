"""Functions switched off for a tenant: in force for the next caller, without a restart (issue, Build 7)."""

import doctest

import pytest
from sqlalchemy import select

import dialplan.functions
from calls.clock import FixedClock
from db.audit import AuditLog
from db.refusal import Refused
from db.tenant import Tenant
from db.work import Database
from dialplan.directory import Directory
from sales.fixture import load_fixture
from server.features import feature
from tests.db.engines import NOON


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(dialplan.functions).failed == 0


async def test_a_function_is_switched_off_for_the_next_caller_and_on_again(db: Database) -> None:
    await db.write(load_fixture, "T")
    directory = Directory(db, FixedClock(NOON))
    await directory.refresh()
    told = await feature(db, {"do": "off", "name": "bulletin", "by": "chen"})
    [one] = [one for one in told["features"] if one["name"] == "bulletin"]
    assert (one["on"], one["offered"], one["zh"]) == (False, True, "语音布告栏")
    await directory.refresh()
    assert directory.route("02038880000").service.off == {"bulletin", "satisfaction"}
    await feature(db, {"do": "on", "name": "bulletin", "by": "chen"})
    await directory.refresh()
    assert directory.route("02038880000").service.off == {"satisfaction"}
    rows = await db.read(lambda s: list(s.scalars(select(AuditLog).where(AuditLog.action == "tenant.feature"))))
    assert [row.after for row in rows] == [{"bulletin": False}, {"bulletin": True}]


async def test_each_tenant_has_its_own_switches(sqlite_db: Database) -> None:
    def tenants(session: object) -> None:
        session.add_all([Tenant(id=1, code="home", name="a"), Tenant(id=2, code="b", name="b")])  # type: ignore[attr-defined]

    await sqlite_db.write(tenants)
    await feature(sqlite_db, {"do": "off", "name": "order", "tenant": "b", "by": "chen"})
    for code, on in (("", True), ("b", False)):
        told = await feature(sqlite_db, {"do": "list", "tenant": code})
        assert [one["on"] for one in told["features"] if one["name"] == "order"] == [on]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ({"do": "off", "name": "parrot"}, "There is no function “parrot”; there are: enquiry, agent, fax"),
        ({"do": "off", "name": "fax", "tenant": "nobody"}, "There is no tenant “nobody”"),
    ],
)
async def test_what_does_not_exist_is_told(sqlite_db: Database, words: dict[str, str], text: str) -> None:
    with pytest.raises(Refused) as refused:
        await feature(sqlite_db, {**words, "by": "chen"})
    assert text in refused.value.en


async def test_a_function_without_a_key_is_told(sqlite_db: Database) -> None:
    await sqlite_db.write(load_fixture, "T")
    told = await feature(sqlite_db, {"do": "list"})
    assert {one["name"] for one in told["features"] if not one["offered"]} == {"fax"}
