"""Ends nobody told: the exchange restarted, the dialplan was alone."""

import json
import wave
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.ledger import Ledger
from billing.models import RecordingRow
from billing.reconcile import Reconciliation
from billing.recordings import Recordings, sha256
from billing.records import cdrs, records
from calls.bus import LocalBus
from calls.call import Recorded
from calls.clock import FixedClock
from calls.facts import AnyFact, CallEnded
from db.work import Database
from ivr.mailbox.models import Message
from ivr.mailbox.post import Office, Post
from sales.fixture import load_fixture
from tests.billing.story import NINE, RUN, at, new_call, simple


@dataclass
class House:
    db: Database
    bus: LocalBus
    ledger: Ledger
    recordings: Recordings
    reconciliation: Reconciliation

    def tell(self, call: str, facts: int, offset: float = 0) -> None:
        for fact in simple(call, offset=offset)[:facts]:
            self.bus.publish(fact)


@pytest.fixture
async def house(db: Database) -> AsyncIterator[House]:
    await db.write(load_fixture, "T")
    bus, recordings = LocalBus(), Recordings(db, FixedClock(NINE))
    post = Post(Office(db, bus, FixedClock(NINE), Path()), recordings)
    async with Ledger(db, bus, FixedClock(NINE)) as ledger:
        yield House(db, bus, ledger, recordings, Reconciliation(db, bus, ledger, post))
    await recordings.close()


def message_file(folder: Path, name: str, seconds: float) -> Path:
    file = folder / f"{name}.wav"
    with wave.open(str(file), "wb") as sound:
        sound.setparams((1, 2, 8000, 0, "NONE", ""))
        sound.writeframes(b"\1\0" * int(8000 * seconds))
    return file


async def test_every_open_call_is_closed_once_with_its_cause(house: House) -> None:
    open_ones, done = [new_call() for _ in range(3)], new_call()
    for n, call in enumerate(open_ones):
        house.tell(call, 5, offset=n)
    house.tell(done, 7)
    found = await house.reconciliation.open_calls(RUN)
    assert [(call.call_id, call.channel, call.controller) for call in found] == [
        (call, f"c-{call}", "one") for call in open_ones
    ]
    assert found[0].last_seen == at(0.002)
    heard: list[AnyFact] = []
    house.bus.subscribe(heard.append)
    assert await house.reconciliation.close_open(RUN, 0, "switch restart") == open_ones
    assert len([fact for fact in heard if isinstance(fact, CallEnded)]) == 3
    assert await house.reconciliation.close_open(RUN, 0, "switch restart") == []
    told = await house.db.read(records, calls=open_ones)
    assert {(r["result"], r["by"], r["billsec"]) for r in told} == {("failed", "switch restart", 1)}
    [ended] = await house.db.read(records, calls=[done])
    assert ended["by"] == "caller"


async def test_only_those_that_vanished_and_only_of_that_run(house: House) -> None:
    here, gone = new_call(), new_call()
    house.tell(here, 5)
    house.tell(gone, 5)
    assert await house.reconciliation.close_open("another run", 0, "vanished") == []
    assert await house.reconciliation.close_open(RUN, 16, "vanished", at=at(8), only={gone}) == [gone]
    assert [call.call_id for call in await house.reconciliation.open_calls()] == [here]
    [record] = await house.db.read(records, calls=[gone])
    assert (record["billsec"], record["result"]) == (8, "ivr_only")


def line(**changes: object) -> str:
    told = {
        "uniqueid": "1710205200.7", "linkedid": "1710205200.7", "caller": "13911112222", "callee": "02038880000",
        "start": 1710205200, "answer": 1710205200, "end": "1710205230.250", "cause": 16, "status": "FAILED",
        "ccstate": "", "operator": "NOANSWER", "message": "",
    }  # fmt: skip
    return json.dumps(told | changes)


async def test_a_call_the_dialplan_served_alone(house: House, tmp_path: Path) -> None:
    file = message_file(tmp_path, "1710205200.7", 4.0)
    lines = [line(message=str(file)), "", "{broken", '"text"', line(linkedid="", uniqueid="")]
    done = await house.reconciliation.import_fallback(lines)
    assert (done.new, done.closed, done.messages, done.refused) == (1, 0, 1, 3)
    [record] = await house.db.read(records)
    assert (record["result"], record["by"], record["billsec"], record["caller"]) == (
        "fallback", "fallback", 31, "13911112222",
    )  # fmt: skip
    assert record["troubles"] == ["fallback: the operator's phone: NOANSWER"]
    [bill] = await house.db.read(cdrs, record["call_id"])
    assert (bill["direction"], bill["billsec"], bill["disposition"]) == ("in", 31, "answered")
    recording = await house.db.read(lambda s: s.scalars(select(RecordingRow)).one())
    assert (recording.sha256, recording.seconds) == (sha256(file), 4.0)
    message = await house.db.read(lambda s: s.scalars(select(Message)).one())
    assert (message.mailbox, message.state, message.call_id) == ("8000", "new", record["call_id"])
    again = await house.reconciliation.import_fallback(lines)
    assert (again.new, again.closed, again.messages) == (0, 0, 0)
    assert len(await house.db.read(records)) == 1


async def test_a_caller_who_hung_up_on_the_offer(house: House) -> None:
    told = line(status="GONE", start="1710205200.250", answer="1710205200.250", end="1710205200.250", operator="")
    assert (await house.reconciliation.import_fallback([told, told])).new == 1
    [record] = await house.db.read(records)
    assert (record["result"], record["by"], record["billsec"], record["controller"]) == ("ivr_only", "caller", 0, "")
    assert (await house.reconciliation.import_fallback([told])).new == 0


async def test_a_call_of_ours_that_ended_in_the_fallback(house: House, tmp_path: Path) -> None:
    call = new_call()
    house.tell(call, 5)
    file = message_file(tmp_path, "m", 5.0)
    told = line(linkedid="another", ccstate=f"{call}|p:1|main/welcome", message=str(file))
    done = await house.reconciliation.import_fallback([told])
    assert (done.new, done.closed, done.messages) == (0, 1, 1)
    [record] = await house.db.read(records)
    assert (record["call_id"], record["result"], record["billsec"]) == (call, "fallback", 31)
    assert record["nodes"] == ["welcome"]
    assert [made["name"] for made in record["recordings"]] == ["m"]
    assert (await house.reconciliation.import_fallback([told])).closed == 0


async def test_a_call_that_has_its_end_keeps_it(house: House) -> None:
    call = new_call()
    house.tell(call, 7)
    done = await house.reconciliation.import_fallback([line(linkedid=f"l-{call}")])
    assert (done.new, done.closed) == (0, 0)
    [record] = await house.db.read(records)
    assert (record["by"], record["billsec"]) == ("caller", 3)


async def test_a_message_too_short_is_none(house: House, tmp_path: Path) -> None:
    file = message_file(tmp_path, "m", 1.0)
    assert (await house.reconciliation.import_fallback([line(message=str(file))])).messages == 0


async def test_a_recording_is_on_the_books_once_with_its_hash_and_what_it_is_for(house: House, tmp_path: Path) -> None:
    call, told = new_call(), list[str]()
    house.tell(call, 5)
    file = message_file(tmp_path, "m1", 3.0)
    recorded = Recorded(file=file, seconds=3.0, ended="key", key="#")

    def unit(session: Session, tenant: int, digest: str) -> str:
        return f"{tenant} {digest}"

    for _ in range(2):
        assert await house.recordings.keep(call, recorded, unit, told.append) == f"1 {sha256(file)}"
    failed = Recorded(file=tmp_path / "none", seconds=0, ended="failed")
    assert await house.recordings.keep(call, failed, unit, told.append) is None
    assert told == [f"1 {sha256(file)}"] * 2
    assert (await house.db.read(lambda s: s.scalars(select(RecordingRow)).one())).sha256 == sha256(file)
