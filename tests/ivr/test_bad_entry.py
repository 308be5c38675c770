"""Bad input for every step that asks for keys, whichever it is: nothing, too much, `*` and `#` in the middle, letters
by repeated keys, hanging up half-way (issue 4). The steps are taken from the registry, so that a new kind of step comes
here by itself; what it needs to have something to ask about stands in `_ENTRANCES`."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calls.call import Answered, Dialled
from calls.facts import CallTroubled, HelpGiven, Registered, WrongKeys
from db.work import Database
from ivr.flow import Flow, load
from ivr.mailbox.post import Office as Mailroom
from ivr.mailbox.post import Post
from ivr.place import Place
from ivr.step import KINDS
from server.events import event
from tests.ivr.attendant.switchboard import Switchboard
from tests.ivr.board.office import Office as BoardOffice
from tests.ivr.board.office import office as board_office
from tests.ivr.counter.office import LIU, Office
from tests.ivr.desk import GARDEN, SERVICE, TWO_PROJECTS, Stage, document, words
from tests.ivr.mailbox.mailroom import Mailroom as Letterbox

DIGITS = {  # a kind that administrators may use and none of our own flows does
    "flow": "digits",
    "format": 1,
    "start": "entry",
    "steps": {
        "entry": {
            "kind": "digits", "say": "room_code", "help": "help_room_code",
            "leads": {"done": "end", "back": "end", "gave up": "end"},
        }
    },
}  # fmt: skip
FLOWS = {
    name: load(DIGITS if name == "digits" else document(name))
    for name in ("main", "default", "board", "recording", "inside", "digits")
}

# kinds that ask nothing: they speak, look something up, or connect somebody
ASK_NOTHING = {
    "play", "hours", "bye", "person", "extension", "outside line", "feature code", "mailbox counts", "board",
}  # fmt: skip
# kinds that ask by a tone: silence is an empty message, and a wrong key ends the recording
RECORD = {"leave", "complaint", "registration"}

BAD: Mapping[str, str] = {
    "nothing": ". . . . . .",
    "too long": " " + "7" * 40 + "# ..." + " ..." * 3,
    "signs": " 1*2#3*#*# ..." + " ..." * 3,
    "letters": " 2255577#..." + " ..." * 3,
    "gone half-way": " 7!",
    "gone at once": " !",
}


@dataclass(frozen=True)
class Entrance:
    """Where the caller is put, and what they press to be asked."""

    step: str = ""
    keys: str = ""
    entry: str = ""
    mailbox: str = ""


_ENTRANCES: Mapping[str, Entrance] = {
    "order": Entrance("root", " 9 0043#"),
    "view": Entrance("root", " 8 1 3 2"),
    "sign_up": Entrance("root", " 8 3 1"),
    "satisfaction": Entrance("root", " 2"),
    "messages_new": Entrance(mailbox="8001"),
    "messages_saved": Entrance(mailbox="8001"),
    "forward_new": Entrance(mailbox="8001/1"),
    "forward_saved": Entrance(mailbox="8001/2"),
    "distribute": Entrance(mailbox="8001"),
}


def asking() -> list[tuple[str, str]]:
    """Every step of the shipped flows that asks for keys: (flow, step)."""
    return [
        (flow.name, name)
        for flow in FLOWS.values()
        for name, node in flow.nodes.items()
        if node.step.kind not in ASK_NOTHING
    ]


class House:
    """A house in which there is something to ask about at every step."""

    def __init__(self, counter: Office, boards: BoardOffice, post: Post) -> None:
        self._counter, self._boards, self._post = counter, boards, post

    async def call(self, flow: Flow, name: str, bad: str, *dials: Dialled) -> Stage:
        entrance = _ENTRANCES.get(name, Entrance())
        stage = self._counter.stage(entrance.keys + bad, LIU, *dials)
        stage.flow = flow
        two = name == "project"
        stage.visit.service = replace(TWO_PROJECTS if two else SERVICE, off=frozenset())
        stage.desk = stage.visit.desk = replace(
            stage.desk, boards=self._boards.boards, messages=self._post, attendant=Switchboard()
        )
        self._counter.facts.clear()
        place = Place(
            flow.name,
            flow.version,
            entrance.step or name,
            project=0 if two else GARDEN.id,
            entry=entrance.entry or "020201",
            mailbox=entrance.mailbox or "8001",
        )
        return await stage.run(place=str(place))


@pytest.fixture
async def house(sqlite_db: Database, tmp_path: Path) -> AsyncIterator[House]:
    counter = await Office.open(sqlite_db, tmp_path)
    letters = Letterbox(sqlite_db, tmp_path)
    await letters.open("8001", distribute=True)
    await letters.leave("8001", sender="8002", internal=True)
    await letters.leave("8001")
    day = "2099-05-01"  # after today, whichever day that is
    await event(sqlite_db, {"do": "add", "project": "01", "day": day, "zh": "酒会", "en": "party", "by": "chen"})
    async with board_office(sqlite_db, tmp_path) as boards:
        for number in ("6001", "6002"):
            await boards.add(number)
            await boards.record(number)
        yield House(
            counter, boards, Post(Mailroom(sqlite_db, counter.bus, counter.clock, tmp_path), counter.recordings)
        )
        await counter.tickets.close()
        await counter.recordings.close()


def judge(stage: Stage, flow: Flow) -> None:
    """One end, no fault of ours, and no way out that the step does not have."""
    assert stage.ends == 1
    assert [fact.what for fact in stage.of(CallTroubled)] == []
    for node, left in stage.exits:
        assert left in flow.nodes[node].step.exits(), (node, left)


def test_every_kind_of_step_that_asks_is_in_a_shipped_flow() -> None:
    """Otherwise this page would not try it."""
    tried = {FLOWS[flow].nodes[name].step.kind for flow, name in asking()}
    assert tried == set(KINDS) - ASK_NOTHING


async def test_bad_entry_loses_nobody(house: House) -> None:
    for flow, name in asking():
        of = FLOWS[flow]
        step = of.nodes[name].step
        helped = step.kind not in RECORD and getattr(step, "helps", 1) > 0
        for what, keys in BAD.items():
            stage = await house.call(of, name, keys, Answered(60.0))
            where = f"{flow}, {name}: {what}: {stage.exits}"
            judge(stage, of)
            assert name in stage.nodes or _ENTRANCES.get(name, Entrance()).step == "", where
            if what == "nothing" and helped:
                assert any(fact.node == name for fact in stage.of(HelpGiven)), f"nobody helps: {where}"
            if what.startswith("gone"):
                assert stage.of(Registered) == [], where
                assert len(stage.of(WrongKeys)) <= 1, where


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(asking()), st.text("0123456789*#,. ", max_size=30))
async def test_whatever_is_pressed_every_call_ends_once(house: House, at: tuple[str, str], keys: str) -> None:
    flow, name = at
    judge(await house.call(FLOWS[flow], name, keys, Answered(60.0)), FLOWS[flow])


async def test_three_codes_that_are_too_short_by_hand(house: House) -> None:
    """“Invalid” and the question, “invalid” and help, and then a person; a star in the middle goes back."""
    stage = await house.call(FLOWS["main"], "room_code", " 9# 9# 9#")
    assert [(fact.keys, fact.time) for fact in stage.of(WrongKeys)] == [("9#", 1), ("9#", 2), ("9#", 3)]
    assert stage.exits[0] == ("room_code", "gave up")
    assert stage.said[1].startswith(words("invalid"))
    starred = await house.call(FLOWS["main"], "room_code", " 02*")
    assert starred.exits[0] == ("room_code", "back")
