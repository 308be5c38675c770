"""Going on from any place: another controller, the same caller (SURVIVAL §1)."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calls.bus import LocalBus
from calls.call import Answered, Dialled, Recorded, Utterance
from calls.clock import FixedClock
from calls.facts import HelpGiven, WrongKeys
from calls.scripted import ScriptedCall
from ivr.place import MOST_CHARACTERS, Place
from tests.ivr.desk import MAIN, MONDAY_10, House, Stage, filled, welcome, words

NAMES = st.from_regex(r"[a-z][a-z0-9_]{0,15}", fullmatch=True)
PLACES = st.builds(
    Place,
    NAMES,
    st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    NAMES,
    st.sampled_from(["zh", "en"]),
    st.integers(0, 3),
    st.integers(0, 3),
    st.text("0123456789*#", max_size=20),
    st.integers(0, 10**9),
    st.text("0123456789", max_size=12),
    st.text(max_size=30),
)


@given(PLACES)
def test_what_is_written_is_read(place: Place) -> None:
    line = str(place)
    assert line.isascii()
    assert "|" not in line
    assert len(line) <= MOST_CHARACTERS
    again = Place.read(line)
    assert again in (place, Place.read(str(place)))
    assert again.enter("x") == place.enter("x")
    if len(place.phase) < 10:
        assert again == place


def test_a_place_by_hand() -> None:
    place = Place("main", "0a1b2c3d", "room_code", "en", 1, 2, "0202", 7, "", "1")
    assert str(place) == "main:0a1b2c3d:room_code:en:1:2:0202:7::1:"
    assert Place.read(str(place)) == place


def test_a_phase_that_does_not_fit_is_left_out() -> None:
    place = Place("main", "0a1b2c3d", "leave", phase="1;12.0;/" + "x" * 300)
    assert Place.read(str(place)) == Place("main", "0a1b2c3d", "leave")


@pytest.mark.parametrize(
    "line", ["", "main", "a:b:c:d:e:f:g:h:i:j", "main:1:root::0:0::0::", ":" * 9, "1:2:3:zh:0:0:::"]
)
def test_what_is_no_place_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match=r"place|invalid literal"):
        Place.read(line)


class Killed(BaseException):
    """The controller dies; nothing of ours catches it."""


class DyingCall(ScriptedCall):
    """A call whose controller dies in its n-th verb, just after the place was written with it."""

    def __init__(self, script: Iterable[str], verbs: int, bus: LocalBus) -> None:
        super().__init__(script, FixedClock(MONDAY_10), bus, dials=[Answered(9.0)])
        self.verbs = verbs

    def _verb(self) -> None:
        self.verbs -= 1
        if self.verbs < 0:
            raise Killed

    async def play(self, words: Sequence[Utterance], *, interruptible: bool = True) -> str:
        if words:
            self._verb()
        return await super().play(words, interruptible=interruptible)

    async def key(self, patience: float) -> str:
        self._verb()
        return await super().key(patience)

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        self._verb()
        return await super().record(name, most=most, silence=silence, beep=beep)

    async def dial(self, number: str, *, patience: float, outside: bool = False) -> Dialled:
        self._verb()
        return await super().dial(number, patience=patience)


JOURNEYS = {
    "a room in English": " 2 1 4 0202,01# 9 *",
    "a wrong code, then help": " 1 1 4 999999# . 010201# 2 020301#",
    "a text": " 1 1 2 3 9 * 5",
    "a message": " 1 2 1 ,,,,# 2 1",
    "the operator": " 1 1 9 0",
    "silence": ".....",
}


async def _journey(script: str, is_open: bool) -> Stage:
    return await Stage(script, MAIN, House(is_open=is_open), dials=[Answered(9.0)]).run()


@pytest.mark.parametrize("journey", JOURNEYS)
async def test_dying_in_any_verb_and_being_resumed_changes_nothing_for_the_caller(journey: str) -> None:
    script, is_open = JOURNEYS[journey], journey != "a message"
    whole = await _journey(script, is_open)
    deaths = 0
    while True:
        first = Stage("", MAIN, House(is_open=is_open))
        first.call = first.visit.call = DyingCall(script, deaths, first.desk.bus)  # type: ignore[arg-type]
        try:
            await first.run()
        except Killed:
            pass
        else:
            break
        second = Stage(first.call.rest(), MAIN, House(is_open=is_open), dials=[Answered(9.0)])
        await second.run(place=first.call.place)
        assert first.nodes + second.nodes == whole.nodes, f"death {deaths} at {first.call.place}"
        assert second.ends == 1
        assert len(first.house.kept) + len(second.house.kept) == len(whole.house.kept)
        assert second.visit.lang == whole.visit.lang
        deaths += 1
    assert deaths > 8


async def _resume(script: str, house: House | None = None, **place: Any) -> Stage:
    return await Stage(script, MAIN, house).run(place=str(Place("main", MAIN.version, **place)))


async def test_a_half_entered_code_goes_on_with_the_next_key() -> None:
    stage = await _resume("01#", step="room_code", lang="en", keyed="0202", helps=1)
    assert stage.nodes == ["room_say"]
    assert stage.said[0].startswith(filled("room_number", "en", code="020201"))


async def test_a_half_entered_code_that_is_not_gone_on_with_is_asked_for_anew_without_counting() -> None:
    stage = await _resume(". 020201#", step="room_code", keyed="0202")
    assert stage.said[0] == words("room_code")
    assert stage.of(HelpGiven) == []
    assert stage.of(WrongKeys) == []
    assert stage.nodes == ["room_say"]


async def test_the_counts_are_kept() -> None:
    stage = await _resume(".", step="root", helps=1, wrongs=2)
    assert [fact.level for fact in stage.of(HelpGiven)] == [2]
    stage = await _resume("9", step="query", helps=1, wrongs=2)
    assert [fact.time for fact in stage.of(WrongKeys)] == [3]


async def test_unknown_codes_are_counted_on() -> None:
    stage = await _resume(" 999999#", step="room_code", phase="2")
    assert stage.nodes[0] == "timeout"


async def test_a_recording_goes_on_without_being_announced_again() -> None:
    stage = await _resume(" ,,,#1", step="leave", phase="2")
    assert words("leave") not in stage.speech
    assert [recorded.file.stem[-2:] for _, recorded, _ in stage.house.kept] == ["-2"]


async def test_a_finished_recording_is_not_made_again() -> None:
    stage = await _resume("1", step="leave", phase="1;12.5")
    [(_, recorded, _)] = stage.house.kept
    assert (str(recorded.file), recorded.seconds) == ("01HQ0000000000000000000000-1.wav", 12.5)


async def test_somebody_being_connected_is_not_told_so_again() -> None:
    stage = await _resume("", step="operator", phase="ringing")
    assert words("operator") not in stage.speech
    assert stage.nodes == ["operator_failed"]


async def test_a_step_that_is_no_more_begins_the_flow_anew() -> None:
    stage = await _resume(" 2", step="gone", lang="en")
    assert stage.said[0] == welcome("en")
