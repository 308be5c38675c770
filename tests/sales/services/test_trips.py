"""How often one act asks PostgreSQL: each question is a round trip that everybody behind the same room waits for."""

import re

import asyncpg
import pytest

from calls.clock import FixedClock
from db.refusal import Refused
from db.tenant import HOME
from db.work import Database
from sales.queries import card_of
from sales.services.holds import release
from sales.services.reserve import reserve
from tests.db.engines import NOON, Cluster
from tests.sales.services.office import open_office, template_t

pytestmark = pytest.mark.postgres


class Asked:
    """What the server's own log says it was asked, each question by its first word: "BEGIN", "SELECT" …"""

    def __init__(self, cluster: Cluster) -> None:
        self._log = cluster.home / "log"
        self._seen = self._log.stat().st_size

    def since(self) -> list[str]:
        with self._log.open() as log:
            log.seek(self._seen)
            told = log.read()
            self._seen = log.tell()
        return re.findall(r"LOG:  (?:statement|execute [^:]*): (\w+)", told)


async def test_six_questions_for_a_reserve_and_four_for_a_card(cluster: Cluster) -> None:
    """The room with all that tells of it (its log, the outbox, the customer's timeline and stage) is one question, the
    audit another: with each of them by itself it was eleven. Reading begins and ends nothing.
    """
    name = await cluster.create(await template_t(cluster))
    admin = await asyncpg.connect(cluster.url("postgres"))
    await admin.execute(f"ALTER DATABASE {name} SET log_statement = 'all'")
    await admin.close()
    async with Database.open(cluster.url(name), FixedClock(NOON).now) as opened:
        office = await open_office(opened)
        room, customer = office.rooms["020201"], office.customers["C8"]
        await office.does("li", reserve, room, customer)  # what is asked for the first time is prepared first
        await office.does("boss", release, room)
        asked = Asked(cluster)
        await office.does("li", reserve, room, customer)
        assert asked.since() == ["BEGIN", "SELECT", "INSERT", "WITH", "WITH", "COMMIT"]
        with pytest.raises(Refused):
            await office.does("wang", reserve, room, customer)
        assert asked.since() == ["BEGIN", "SELECT", "ROLLBACK"]
        assert (await opened.read(card_of, HOME, "+8613800000001", NOON)).people
        assert asked.since() == ["SELECT"] * 4
        await office.chain_holds()
    await cluster.drop(name)
