"""What the door makes of a phone's call, and the directory by name on a real numbering plan."""

import pytest

from calls.bus import LocalBus
from calls.call import Party
from calls.clock import FixedClock
from calls.facts import AnyFact, CallRouted, StepEntered
from calls.scripted import CALL, ScriptedCall
from db.work import Database
from dialplan.directory import Directory
from ivr.desk import Desk
from ivr.flow import load
from sales.fixture import load_fixture
from sales.queries import projects_of_services
from server.attendant import HouseAttendant, spellings
from server.reception import Reception
from tests.db.engines import NOON, sqlite_db, sqlite_template
from tests.ivr.attendant.switchboard import INSIDE
from tests.ivr.desk import DEFAULT, MAIN, House, Wordy, document
from tests.server.test_reception import Shelf

__all__ = ["sqlite_db", "sqlite_template"]

FLOWS = {"main": MAIN, "default": DEFAULT, "inside": INSIDE, "board": load(document("board"))}


@pytest.fixture
async def directory(sqlite_db: Database) -> Directory:
    await sqlite_db.write(load_fixture, "T")
    made = Directory(sqlite_db, FixedClock(NOON), projects_of_services)
    await made.refresh()
    return made


@pytest.mark.parametrize(
    ("dialled", "inside", "flow", "step"),
    [
        ("8002", True, "inside", "code"),
        ("*78", True, "inside", "code"),
        ("*97", True, "main", "mailbox_login"),
        ("5000", True, "main", "mailbox_login"),
        ("*60", True, "board", "lang"),
        ("*61", True, "inside", "code"),  # a flow that is not there
        ("02038880000", True, "main", "welcome"),  # a number of the house
        ("8002", False, "inside", "code"),  # a stranger, transferred
        ("*97", False, "inside", "code"),
    ],
)
async def test_which_flow_serves_what_a_phone_has_dialled(
    sqlite_db: Database, directory: Directory, dialled: str, inside: bool, flow: str, step: str
) -> None:
    facts: list[AnyFact] = []
    bus, clock, house = LocalBus(), FixedClock(NOON), House()
    bus.subscribe(facts.append)
    desk = Desk(clock, bus, Wordy(), house, house, house, house, attendant=HouseAttendant(directory, sqlite_db))
    reception = Reception(lambda: directory.numbers, Shelf(FLOWS), lambda *who: None, desk)
    who = Party("8001" if inside else "", dialled, "", CALL, "scripted", inside=inside, transferred=not inside)
    await reception.attend(ScriptedCall("", clock, bus, who), None, False)
    [routed] = [fact for fact in facts if isinstance(fact, CallRouted)]
    assert routed.flow == flow
    assert next(fact.node for fact in facts if isinstance(fact, StepEntered)) == step


async def test_names_by_their_keys_and_a_change_at_once(sqlite_db: Database, directory: Directory) -> None:
    attendant = HouseAttendant(directory, sqlite_db)
    assert [each.number for each in attendant.spelled(1, "9264")] == ["8001"]
    assert [each.number for each in attendant.spelled(1, "5474")] == ["8002"]
    assert attendant.spelled(2, "9264") == []
    assert attendant.spelled(1, "1") == []
    assert await attendant.change(1, "8001", {"dnd": True})
    found = attendant.find(1, "8001")
    assert found is not None
    assert found.dnd
    assert not await attendant.change(1, "8099", {"dnd": True})


def test_the_keys_of_names() -> None:
    assert spellings("王芳") == ("92643264", "3264")
    assert spellings("单于")[0].startswith("7426"), "a surname is read as one: shan"
    assert spellings("总机 Operator") == ("96645467372867", "5467372867", "67372867")
    assert spellings("…") == ()
