"""K05: what callers did in each step, from the stored facts (SPEC §3.6)."""

import csv
import doctest
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

import reports.written
from billing.ledger import Ledger
from calls.bus import LocalBus
from calls.call import Party
from calls.clock import FixedClock
from calls.facts import CallRouted
from calls.scripted import CALL, PARTY
from db.tenant import HOME
from db.work import Database
from reports.k05 import K05
from reports.report import Wanted
from reports.traffic import Event, fold
from reports.written import as_csv, as_json
from sales.fixture import load_fixture
from tests.ivr.desk import MAIN, MONDAY_10, House, Stage

DAY = Wanted(HOME, MONDAY_10 - timedelta(hours=10), MONDAY_10 + timedelta(hours=14))


def events(*told: tuple[float, str, str], call: str = "A", flow: str = "main") -> list[Event]:
    """(second, kind, what): the node of "node", the key of "key", the exit of "exit", …"""
    named = {"node": "node", "key": "key", "exit": "exit", "help": "node", "invalid": "node", "ended": "by"}
    return [
        Event(call, flow, MONDAY_10 + timedelta(seconds=at), kind, {named[kind]: what, "time": 1})
        for at, kind, what in told
    ]


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(reports.written).failed == 0


def test_r_q_r_is_two_visits_of_r_and_one_of_q() -> None:
    traffic = fold(events((0, "node", "R"), (4, "node", "Q"), (10, "node", "R"), (12, "ended", "caller")))
    root, query = traffic["main", "R"], traffic["main", "Q"]
    assert (root.visits, query.visits) == (2, 1)
    assert (root.seconds / root.ended, query.seconds) == (3.0, 6.0)
    assert (root.hangups, query.hangups) == (1, 0)


def test_keys_silence_and_mistakes_count_where_they_happened() -> None:
    traffic = fold(
        events(
            (0, "node", "R"), (1, "key", "7"), (1, "invalid", "R"), (9, "help", "R"), (20, "help", "R"),
            (30, "exit", "gave up"), (30, "node", "leave"), (33, "key", "#"), (40, "ended", "us"),
        )
    )  # fmt: skip
    root = traffic["main", "R"]
    assert (dict(root.keys), root.timeouts, root.invalids, root.helps) == ({"7": 1}, 3, 1, 2)
    assert dict(root.exits) == {"gave up": 1}
    assert dict(traffic["main", "leave"].keys) == {"#": 1}
    assert traffic["main", "leave"].hangups == 0  # we hung up


def test_three_wrong_keys_are_no_silence() -> None:
    told = events((0, "node", "R"), (1, "invalid", "R"), (2, "exit", "gave up"))
    told[1] = Event("A", "main", told[1].at, "invalid", {"node": "R", "keys": "9", "time": 3})
    assert fold(told)["main", "R"].timeouts == 0


@given(
    st.lists(
        st.tuples(
            st.sampled_from("ABC"), st.sampled_from(["node", "key", "exit", "help", "invalid", "ended"]),
            st.sampled_from("RQX"),
        )
    )
)  # fmt: skip
def test_calls_that_are_mixed_count_as_if_they_came_one_after_another(told: list[tuple[str, str, str]]) -> None:
    mixed = [event for at, (call, kind, what) in enumerate(told) for event in events((at, kind, what), call=call)]
    apart = [event for call in "ABC" for event in mixed if event.call == call]
    assert fold(mixed) == fold(apart)
    traffic = fold(mixed)
    assert sum(step.visits for step in traffic.values()) == sum(event.kind == "node" for event in mixed)
    assert all(step.ended <= step.visits and step.seconds >= 0 for step in traffic.values())


async def test_real_calls_of_a_day_from_the_ledger(db: Database) -> None:
    await db.write(load_fixture, "T")
    bus = LocalBus()
    async with Ledger(db, bus, FixedClock(MONDAY_10), lambda number: HOME) as ledger:
        for number, script in enumerate((" 1 1 4 020201# !", " 2 3 1 1 0", " 1...!", " 1 4 *!")):
            stage = await Stage(script, MAIN, House(), party=_party(number)).run()
            for fact in stage.facts:
                bus.publish(fact)
                if fact is stage.facts[0]:
                    call, version = stage.call.id, MAIN.version
                    bus.publish(CallRouted(call=call, at=MONDAY_10, service="sales", flow="main", version=version))
        await ledger.flush()
    rows = await db.read(lambda session: list(K05.read(session, DAY)))
    found = {str(row["node"]): row for row in rows}
    assert found["root"]["visits"] == 5
    assert found["root"]["keys"] == {"*": 1, "1": 2, "3": 1, "4": 1}
    assert (found["root"]["invalids"], found["root"]["helps"], found["root"]["timeouts"]) == (1, 2, 3)
    assert (found["room_say"]["visits"], found["room_say"]["hangups_here"]) == (1, 1)
    assert found["boards"]["visits"] == 1
    yesterday = Wanted(HOME, DAY.since - timedelta(days=1), DAY.since)
    assert await db.read(lambda session: list(K05.read(session, yesterday))) == []
    sheet = list(csv.DictReader(io.StringIO(as_csv(K05, rows))))
    assert next(line for line in sheet if line["node"] == "root")["keys"] == "*:1 1:2 3:1 4:1"
    told = json.loads(as_json(K05, DAY, rows))
    assert (told["report"], told["from"], told["to"]) == ("K05", "2024-04-01", "2024-04-01")
    assert told["columns"][:8] == ["node", "visits", "keys", "timeouts", "invalids", "helps", "hangups_here", "avg_s"]
    assert len(told["rows"]) == len(rows)


def _party(number: int) -> Party:
    id = CALL[:-1] + str(number)
    return replace(PARTY, linkedid=id, channel=id)


def test_moments_are_of_the_business_day() -> None:
    midnight = datetime(2024, 3, 31, 16, tzinfo=UTC)
    told = json.loads(as_json(K05, Wanted(HOME, midnight, midnight + timedelta(days=1)), []))
    assert (told["from"], told["to"]) == ("2024-04-01", "2024-04-01")
