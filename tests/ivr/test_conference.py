"""A conference as a caller goes through it (SPEC §4.8 M); on real calls: tests/system/test_conference.py."""

from dataclasses import dataclass, field

import pytest

from calls.facts import CallTroubled, ConferenceEntered, ConferenceLeft, KeyPressed
from calls.unavailable import Unavailable
from ivr.conference import Attendee, Door, NoConferences, Refusal
from ivr.place import Place
from tests.ivr.desk import MAIN, Stage, filled, words


@dataclass
class Room(NoConferences):
    """One room, 7001, in which `there` others are."""

    there: int = 2
    refusal: Refusal | None = None
    locked: bool = False
    away: bool = False
    done: list[str] = field(default_factory=list)
    tries: int = 0

    async def knock(self, tenant: int, number: str, pin: str, caller: str) -> Door:
        self.tries += 1
        if self.locked:
            return Door.LOCKED
        doors = {("7001", "1234"): Door.GUEST, ("7001", "5678"): Door.HOST}
        return doors.get((number, pin), Door.WRONG)

    async def enter(self, who: Attendee) -> int | Refusal:
        return self.refusal or self.there + 1

    async def left(self, who: Attendee) -> None:
        self.done.append("left")

    async def present(self, who: Attendee) -> int:
        return self.there + 1

    async def shut(self, who: Attendee, on: bool) -> None:
        if self.away:
            raise Unavailable("the database does not answer")
        self.done.append(f"shut {on}")

    async def hush(self, who: Attendee, on: bool) -> None:
        self.done.append(f"hush {on}")

    async def record(self, who: Attendee, on: bool) -> bool:
        self.done.append(f"record {on}")
        return True

    async def end(self, who: Attendee) -> None:
        self.done.append("end")


IN = " 7 , , , , 7001# 1234#"
HOST = " 7 , , , , 7001# 5678#"


async def act(script: str, room: Room, lang: str = "zh", place: str = "") -> Stage:
    return await Stage(script, MAIN, conferences=room).run(lang="" if place else lang, place=place)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_f10_joined_and_told_how_many_there_are(lang: str) -> None:
    room = Room(there=0)
    stage = await act(f"{IN} *2", room, lang)
    assert stage.nodes == ["welcome", "root", "conference", "bye"]
    assert filled("conf_count", lang, n=1) in stage.said
    assert [(fact.room, fact.host, fact.present) for fact in stage.of(ConferenceEntered)] == [("7001", False, 1)]
    assert [fact.room for fact in stage.of(ConferenceLeft)] == ["7001"]
    assert room.done == ["left"]
    assert "= in room 1-7001" in stage.call.transcript
    pins = [fact.key for fact in stage.of(KeyPressed) if fact.private]
    assert "".join(pins) == "1234#"


async def test_the_room_may_be_typed_at_the_root() -> None:
    stage = await act(" 7001 1234# *2", Room())
    assert stage.nodes[-3:] == ["ext", "conference", "bye"]
    assert words("conf_room") not in stage.said


async def test_keys_of_a_guest_and_keys_that_are_nobodys() -> None:
    room = Room()
    stage = await act(f"{IN} 5 # *1 *1 *3 *9 *7 *2", room)
    told = [said for said in stage.said if said in {words(f"conf_{name}") for name in ("muted", "unmuted", "help")}]
    assert told == [words(f"conf_{name}") for name in ("muted", "unmuted", "help", "help")]
    assert stage.said.count(filled("conf_count", n=3)) == 2
    assert room.done == ["left"], "a guest commands nothing"
    rooms = [line for line in stage.call.transcript if line.startswith("= in room")]
    assert rooms == ["= in room 1-7001", "= in room 1-7001, muted", "= in room 1-7001"]


async def test_the_host_commands_and_takes_it_back() -> None:
    room = Room()
    stage = await act(f"{HOST} *91 *91 *92 *92 *94 *94 *95", room)
    wanted = ["shut True", "shut False", "hush True", "hush False", "record True", "record False", "end", "left"]
    assert room.done == wanted
    names = ("is_shut", "is_open", "hushed", "unhushed", "recorded")
    assert [name for name in names if words(f"conf_{name}") in stage.said] == list(names)


async def test_a_closed_room_is_told_and_the_call_goes_on_to_its_end() -> None:
    stage = await act(f"{IN} .", Room())
    assert stage.said[-2:] == [words("conf_ended"), words("bye")]


@pytest.mark.parametrize(("refusal", "prompt"), [(Refusal.FULL, "conf_full"), (Refusal.SHUT, "conf_shut")])
async def test_no_way_in_and_back_at_the_root(refusal: Refusal, prompt: str) -> None:
    stage = await act(IN, Room(refusal=refusal))
    assert words(prompt) in stage.said
    assert stage.nodes[-2:] == ["conference", "root"]
    assert stage.of(ConferenceEntered) == []


async def test_three_wrong_ones_and_good_bye_and_nobody_learns_which_was_wrong() -> None:
    room = Room()
    stage = await act(" 7 , , , , 7001# 1111# 7002# 1234# 7001# 9999#", room)
    assert (stage.nodes[-1], room.tries) == ("bye", 3)
    assert [said.startswith(words("conf_wrong")) for said in stage.said[-2:]] == [True, False]


async def test_a_locked_room_says_so() -> None:
    stage = await act(IN, Room(locked=True))
    assert stage.said[-2:] == [words("conf_locked"), words("bye")]


@pytest.mark.parametrize("script", [" 7 , , , , *", " 7 , , , , 7001# *"])
async def test_star_goes_back(script: str) -> None:
    room = Room()
    stage = await act(script, room)
    assert (stage.nodes[-1], room.tries) == ("root", 0)


async def test_who_hangs_up_in_there_has_left() -> None:
    room = Room()
    stage = await act(f"{IN} , , !", room)
    assert (room.done, stage.ends) == (["left"], 1)
    assert len(stage.of(ConferenceLeft)) == 1


async def test_what_does_not_work_is_told_and_the_talk_goes_on() -> None:
    room = Room(away=True)
    stage = await act(f"{HOST} *91 *3 *2", room)
    assert words("trouble") in stage.said
    assert filled("conf_count", n=3) in stage.said
    assert [fact.node for fact in stage.of(CallTroubled)] == ["conference"]


async def test_taken_up_again_muted_without_the_pin() -> None:
    place = Place("main", MAIN.version, "conference", phase="in;7001;hmr")
    room = Room()
    stage = await act(" *1 *94 *2", room, place=str(place))
    assert stage.of(ConferenceEntered) == []
    assert [line for line in stage.call.transcript if "room" in line] == ["= in room 1-7001, muted", "= in room 1-7001"]
    assert room.done == ["record False", "left"]
