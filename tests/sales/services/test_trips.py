"""How often one act asks PostgreSQL: each question is a round trip that everybody behind the same room waits for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event

from calls.clock import FixedClock
from db.refusal import Refused
from db.tenant import HOME
from db.work import Database
from sales.queries import card_of
from sales.services.reserve import reserve
from tests.db.engines import NOON, Cluster
from tests.sales.services.office import open_office, template_t

pytestmark = pytest.mark.postgres

ENDS = ("BEGIN", "COMMIT", "ROLLBACK")


@contextmanager
def trips() -> Iterator[list[str]]:
    """What PostgreSQL is asked meanwhile, each by its first word. (To read, nothing is begun nor ended.)"""
    asked: list[str] = []

    def question(_: Any, __: Any, statement: str, *___: Any) -> None:
        asked.append(statement.split()[0])

    def ended(name: str) -> Callable[[Any], None]:
        return lambda _: asked.append(name)

    listeners: list[tuple[str, Callable[..., None]]] = [
        ("before_cursor_execute", question),
        *((name.lower(), ended(name)) for name in ENDS),
    ]
    for name, listener in listeners:
        event.listen(Engine, name, listener)
    try:
        yield asked
    finally:
        for name, listener in listeners:
            event.remove(Engine, name, listener)


async def test_six_questions_for_a_reserve_and_four_for_a_card(cluster: Cluster) -> None:
    """The room with all that tells of it (its log, the outbox, the customer's timeline and stage) is one question, the
    audit another: with each of them by itself it was eleven."""
    name = await cluster.create(await template_t(cluster))
    async with Database.open(cluster.url(name), FixedClock(NOON).now) as opened:
        office = await open_office(opened)
        room, customer = office.rooms["020201"], office.customers["C8"]
        with trips() as asked:
            await office.does("li", reserve, room, customer)
        assert asked == ["BEGIN", "SELECT", "INSERT", "WITH", "WITH", "COMMIT"]
        with trips() as asked, pytest.raises(Refused):
            await office.does("wang", reserve, room, customer)
        assert asked == ["BEGIN", "SELECT", "ROLLBACK"]
        with trips() as asked:
            assert (await opened.read(card_of, HOME, "+8613800000001", NOON)).people
        assert [question for question in asked if question not in ENDS] == ["SELECT"] * 4
        await office.chain_holds()
    await cluster.drop(name)
