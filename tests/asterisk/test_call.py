"""The mailbox and the verbs of a call, on a line whose other end only writes down what it is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from asterisk.ari.rest import DEADLINE, Answer, Asks
from asterisk.ari.verbs import Request
from asterisk.call import AriCall
from asterisk.line import Line
from asterisk.office import Office
from asterisk.state import State
from calls.bus import LocalBus
from calls.call import Hungup, Party, Utterance
from calls.clock import FixedClock
from calls.facts import AnyFact, CallTroubled, KeyPressed, KeysDropped

CALL = "01M80JW2N1YCNJS9K55P1HMDSG"
MENU = [Utterance("one or two", "/s/menu", 4.2, "menu")]
AT = datetime(2026, 3, 1, tzinfo=UTC)


class Wire:
    """`sent`: the requests in order. `answers`: to questions over HTTP, by verb (404 if nothing is said)."""

    app = "lp-one"

    def __init__(self, recordings: Path) -> None:
        bus = LocalBus()
        self.office = Office(bus, FixedClock(AT), recordings)
        self.sent: list[Request] = []
        self.facts: list[AnyFact | Request] = []  # facts and commands in the order they left
        self.answers: dict[str, Answer] = {}
        self.ended: list[Line] = []
        self.asked: set[str] = set()
        self._sent, self._asked = asyncio.Event(), asyncio.Event()
        bus.subscribe(self.facts.append)

    @property
    def aside(self) -> Asks:
        return self

    async def ask(self, request: Request, deadline: float = DEADLINE) -> Answer:
        self.asked.add(request.verb)
        asyncio.get_running_loop().call_soon(self._asked.set)
        return self.answers.get(request.verb, Answer(404))

    async def asked_for(self, verb: str) -> None:
        """Until this was asked, and the answer taken."""
        async with asyncio.timeout(2):
            while verb not in self.asked:
                self._asked.clear()
                await self._asked.wait()

    def send(self, request: Request, then: Callable[[Answer], None] | None = None) -> None:
        self.sent.append(request)
        self.facts.append(request)
        self._sent.set()

    async def ready(self) -> None: ...

    def leg(self, channel: str, line: Line | None) -> None: ...

    def look(self, line: Line, otherwise: Callable[[], None]) -> None: ...

    def gone(self, line: Line) -> None:
        self.ended.append(line)

    async def until(self, verb: str) -> Request:
        """The newest request, once it is this verb."""
        async with asyncio.timeout(2):
            while not self.sent or self.sent[-1].verb != verb:
                self._sent.clear()
                await self._sent.wait()
        return self.sent[-1]

    @property
    def verbs(self) -> list[str]:
        return [request.verb for request in self.sent]


@pytest.fixture
def wire(tmp_path: Path) -> Wire:
    return Wire(tmp_path)


def a_call(wire: Wire, riding: State | None = None) -> AriCall:
    return AriCall(Line(wire, CALL, Party("138", "620", channel="c.1"), riding), up=True)


@asynccontextmanager
async def menu_playing(
    wire: Wire, *, interruptible: bool = True
) -> AsyncIterator[tuple[AriCall, asyncio.Task[str], str]]:
    """A call, its `play`, and the id of the playback."""
    call = a_call(wire)
    call.mark("root;zh")
    task = asyncio.create_task(call.play(MENU, interruptible=interruptible))
    request = await wire.until("play")
    yield call, task, request.path.rpartition("/")[2]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def written(*requests: Request) -> dict[str, str]:
    """Variable → value, of whatever wrote them."""
    found: dict[str, str] = {}
    for request in requests:
        if request.verb == "set_shared":
            name, value = (value for _, value in request.query)
            found[name] = value
        else:
            found |= json.loads(request.body)["variables"]
    return found


async def test_state_and_lease_are_written_before_the_words(wire: Wire) -> None:
    async with menu_playing(wire) as (_, _, playback):
        assert wire.verbs == ["set_variables", "set_shared", "play"]
        state = f"{CALL}|p:{playback}|root;zh"
        assert written(*wire.sent[:2]) == {"SHARED(CCSTATE,c.1)": state, "TIMEOUT(absolute)": "35"}
        assert dict(wire.sent[2].query) == {"media": "sound:/s/menu"}


async def test_a_key_stops_the_words_in_the_same_tick_before_anything_else(wire: Wire) -> None:
    async with menu_playing(wire) as (call, task, playback):
        call.pressed("5", "10:00:00.001")
        stop, fact = wire.facts[-2:]
        assert isinstance(stop, Request)
        assert (stop.verb, stop.path) == ("stop_playback", f"playbacks/{playback}")
        assert isinstance(fact, KeyPressed)
        call.prompt.finished(playback, "done")
        assert await task == "5"
        assert not [fact for fact in wire.facts if isinstance(fact, CallTroubled)]


async def test_words_that_may_not_be_interrupted_are_heard_out_and_the_key_is_kept(wire: Wire) -> None:
    async with menu_playing(wire, interruptible=False) as (call, task, playback):
        call.pressed("5", "1")
        assert wire.verbs[-1] == "play"
        call.prompt.finished(playback, "done")
        assert await task == ""
        assert await call.key(1.0) == "5"


async def test_a_key_typed_ahead_is_returned_without_a_word(wire: Wire) -> None:
    call = a_call(wire)
    call.pressed("1", "1")
    call.pressed("1", "2")
    call.pressed("1", "2")  # the same event told twice
    assert await call.play(MENU) == "1"
    assert await call.key(1.0) == "1"
    assert wire.sent == []
    assert [fact.key for fact in wire.facts if isinstance(fact, KeyPressed)] == ["1", "1"]


async def test_the_end_of_an_older_playback_is_nobodys_business(wire: Wire) -> None:
    async with menu_playing(wire) as (call, task, playback):
        call.prompt.finished("p-older", "done")
        await asyncio.sleep(0)
        assert not task.done()
        call.prompt.finished(playback, "done")
        assert await task == ""


@pytest.mark.parametrize(("how", "word"), [("failed", "could not be played"), ("done", "ended too early")])
async def test_a_missing_file_does_not_hold_the_caller(wire: Wire, how: str, word: str) -> None:
    async with menu_playing(wire) as (call, task, playback):
        call.prompt.finished(playback, how)
        assert await task == ""
        (trouble,) = [fact for fact in wire.facts if isinstance(fact, CallTroubled)]
        assert word in trouble.what
        assert "menu" in trouble.what


async def test_the_twenty_first_key_is_told_when_the_burst_is_taken(wire: Wire) -> None:
    call = a_call(wire)
    for number in range(500):
        call.pressed("7", str(number))
    assert len(wire.facts) == 20
    assert await call.key(1.0) == "7"
    assert wire.facts[-1] == KeysDropped(call=CALL, at=AT, count=480)


async def test_no_key_is_an_empty_key(wire: Wire) -> None:
    call = a_call(wire)
    assert await call.key(0.01) == ""


async def test_waiting_writes_down_a_half_entered_code_because_nothing_plays_then(wire: Wire) -> None:
    call = a_call(wire)
    call.pressed("0", "1")
    call.mark("code;zh;0")
    assert await call.key(1.0) == "0"
    assert wire.sent == [], "a key that is there already costs no write"
    call.mark("code;zh;02")
    assert await call.key(0.01) == ""
    assert written(*wire.sent) == {"SHARED(CCSTATE,c.1)": f"{CALL}||code;zh;02", "TIMEOUT(absolute)": "31"}
    assert await call.key(0.01) == ""
    assert len(wire.sent) == 2, "and the lease still covers the next wait"


@pytest.mark.parametrize("verb", ["play", "key"])
async def test_a_hang_up_ends_every_waiting(wire: Wire, verb: str) -> None:
    call = a_call(wire)
    waiting = asyncio.create_task(call.play(MENU) if verb == "play" else call.key(5.0))
    await wire.until("play" if verb == "play" else "set_shared")
    call.line.released(18, False)
    call.line.released(16, True)
    with pytest.raises(Hungup) as ended:
        await waiting
    assert ended.value.cause == 18
    assert (call.line.cause, call.line.by) == (18, "caller")
    assert wire.ended == [call.line], "told once"
    with pytest.raises(Hungup):
        await call.play(MENU)


async def test_a_message_is_what_is_on_the_disk_when_the_caller_hangs_up(wire: Wire, tmp_path: Path) -> None:
    call = a_call(wire)
    recording = asyncio.create_task(call.record("m-1", most=60, silence=5, beep=False))
    await wire.until("record")
    (tmp_path / "m-1.wav").write_bytes(bytes(44 + 32_000))
    call.line.released(16, False)
    call.tape.finished("m-1", 2)
    made = await recording
    assert (made.ended, made.seconds, made.file) == ("hangup", 2.0, tmp_path / "m-1.wav")


async def test_the_tone_before_a_message_is_a_playback_of_its_own(wire: Wire) -> None:
    """A recording stopped during the tone that `record` makes is not stopped (measured on 22.10.1)."""
    call = a_call(wire)
    recording = asyncio.create_task(call.record("m-1", most=60, silence=5))
    await wire.until("play")
    tone = wire.sent[-1]
    assert dict(tone.query)["media"] == "sound:beep"
    call.pressed("#", "1")
    call.prompt.finished(tone.path.rpartition("/")[2], "done")
    await wire.until("record")
    assert dict(wire.sent[-1].query)["beep"] == "false"
    call.tape.failed("m-1", "enough")
    assert (await recording).key == "", "a key in the tone does not end the message"


async def test_a_full_disk_is_a_failed_recording(wire: Wire) -> None:
    call = a_call(wire)
    recording = asyncio.create_task(call.record("m-1", most=60, silence=5, beep=False))
    await wire.until("record")
    call.tape.failed("m-1", "No space left on device")
    made = await recording
    assert (made.ended, made.seconds) == ("failed", 0.0)
    assert any("No space left" in fact.what for fact in wire.facts if isinstance(fact, CallTroubled))


WORDS = [Utterance("thanks", "/s/thanks", 1.0), Utterance("bye", "/s/bye", 1.5)]


async def test_the_last_words_and_the_way_out_are_one_burst(wire: Wire) -> None:
    call = AriCall(Line(wire, CALL, Party("138", "620", channel="c.1"), leased=30.0), up=True)
    with pytest.raises(Hungup):
        await call.leave(WORDS)
    assert wire.verbs == ["play", "next_step"], "the dialplan's own lease is long enough, and nothing comes after"
    assert wire.sent[0].path == "channels/c.1/play/x-c.1"
    assert dict(wire.sent[0].query) == {"media": "sound:/s/thanks,sound:/s/bye"}
    assert wire.sent[1].query == (), "the next step of the dialplan, which hangs up"
    call.line.released(16, True)
    assert call.line.by == "us"


async def test_last_words_longer_than_the_lease_are_written_down_before(wire: Wire) -> None:
    call = AriCall(Line(wire, CALL, Party("138", "620", channel="c.1"), leased=30.0), up=True)
    with pytest.raises(Hungup):
        await call.leave([Utterance("long", "/s/long", 40.0)])
    assert wire.verbs == ["set_variables", "set_shared", "play", "next_step"]
    assert written(*wire.sent[:2]) == {"SHARED(CCSTATE,c.1)": f"{CALL}|x|", "TIMEOUT(absolute)": "70"}


async def test_a_switch_that_is_far_enough_is_left_alone(wire: Wire) -> None:
    call = AriCall(Line(wire, CALL, Party("138", "620", channel="c.1"), leased=30.0), up=True)
    call.mark("root;zh")
    task = asyncio.create_task(call.play(MENU))
    await wire.until("play")
    assert wire.verbs == ["set_shared", "play"], "30 s cover 4.2 s and half of the grace"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.parametrize(
    ("playback", "again"),
    [(Answer(404), ["play", "next_step"]), (Answer(200, "{}"), ["next_step"])],
    ids=["never begun", "being said"],
)
async def test_who_was_leaving_when_the_link_broke_leaves_again(wire: Wire, playback: Answer, again: list[str]) -> None:
    call = AriCall(Line(wire, CALL, Party("138", "620", channel="c.1"), leased=30.0), up=True)
    with pytest.raises(Hungup):
        await call.leave(WORDS)
    wire.sent.clear()
    wire.answers["playback"] = playback
    await call.reconcile({"c.1": "Up"})
    assert wire.verbs == again


async def test_who_hangs_up_during_the_last_words_is_the_caller(wire: Wire) -> None:
    call = a_call(wire)
    with pytest.raises(Hungup):
        await call.leave(MENU)
    call.line.released(0, False)
    assert (call.line.cause, call.line.by) == (16, "caller")


async def test_after_a_resume_the_words_still_playing_are_not_begun_again(wire: Wire) -> None:
    wire.answers["playback"] = Answer(200, '{"id": "p-old", "media_uri": "sound:/s/menu"}')
    call = a_call(wire, State(CALL, "p", ("p-old",), "root;zh"))
    task = asyncio.create_task(call.play(MENU))
    await wire.asked_for("playback")
    call.pressed("2", "1")
    assert await task == "2"
    assert [(request.verb, request.path) for request in wire.sent] == [("stop_playback", "playbacks/p-old")]


async def test_after_a_resume_words_that_have_ended_are_said_again(wire: Wire) -> None:
    call = a_call(wire, State(CALL, "p", ("p-old",), "root;zh"))
    task = asyncio.create_task(call.play(MENU))
    request = await wire.until("play")
    call.prompt.finished(request.path.rpartition("/")[2], "done")
    assert await task == ""


async def test_after_a_resume_nothing_is_said_over_a_recording_that_goes_on(wire: Wire, tmp_path: Path) -> None:
    wire.answers["live_recording"] = Answer(200, "{}")
    (tmp_path / "m-old.wav").write_bytes(bytes(44 + 16_000))
    call = a_call(wire, State(CALL, "r", ("m-old",), "leave;zh"))
    assert await call.play(MENU) == ""
    recording = asyncio.create_task(call.record("m-new", most=60, silence=5))
    await wire.asked_for("live_recording")
    call.pressed("#", "1")
    call.tape.finished("m-old", 1)
    made = await recording
    assert (made.file.name, made.ended, made.key) == ("m-old.wav", "key", "#")
    assert wire.sent == []


async def test_who_has_let_go_touches_nothing(wire: Wire) -> None:
    async with menu_playing(wire) as (call, task, _):
        call.line.let_go()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert wire.verbs == ["set_variables", "set_shared", "play"]
        with pytest.raises(Hungup):
            await call.play(MENU)
