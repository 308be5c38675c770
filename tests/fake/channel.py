"""One leg in the fake exchange. Like Asterisk's own channel thread it does one thing after the other.

What is asked of a channel waits in a queue. A running playback or recording holds up everything behind it, and verbs
whose answer depends on being carried out (answer, variables, addChannel) wait with it (SURVIVAL §0 A).
"""

import asyncio
import time
import wave
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from tests.fake.caller import Caller
from tests.fake.media import Playback, Recording

if TYPE_CHECKING:
    from tests.fake.app import App
    from tests.fake.exchange import Exchange

SCHEMES = ("sound", "recording", "number", "digits", "characters", "tone")


Command = Callable[[], Awaitable[None]]


class Channel:
    """`live` is the thread of this channel. `gone` is set once it has been hung up."""

    def __init__(self, exchange: "Exchange", id: str, name: str, *, context: str, exten: str) -> None:
        self.exchange = exchange
        self.id, self.name = id, name
        self.context, self.exten, self.doing = context, exten, "Answer"
        self.state = "Ring"
        self.caller_number, self.caller_name = "", ""
        self.variables: dict[str, str] = {}
        self.reported: set[str] = set()
        self.linkedid = id
        self.created = exchange.stamp()
        self.app: App | None = None  # whose Stasis() it is in
        self.bridge: str = ""
        self.person = Caller(self)
        self.gone = False
        self.far_end_left = False
        self.cause = 0
        self.tech_cause = 0
        self.playback: Playback | None = None
        self.recording: Recording | None = None
        self.on_offer = False
        self.claimed: asyncio.Future[App] | None = None
        self.hung_up: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._queue: deque[tuple[Command | Playback | Recording, asyncio.Future[bool] | None]] = deque()
        self._wake: asyncio.Future[None] | None = None
        self._leaving: tuple[str, str] | None = None
        self._stop = False
        self._lease: asyncio.TimerHandle | None = None

    # -- what others ask

    def later(self, work: Command | Playback | Recording) -> None:
        """Queue and go on."""
        self._queue.append((work, None))
        self._nudge(idle_only=True)

    async def wait_for(self, work: Command) -> bool:
        """Queue and wait until it is done; False when the channel went before."""
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._queue.append((work, done))
        self._nudge(idle_only=True)
        return await done

    def stop_playback(self, playback: Playback) -> None:
        if self.playback is playback:
            self._stop = True
            self._nudge()
        else:
            playback.state = "cancelled"

    def stop_recording(self) -> None:
        """During the beep the real one answers 204, forgets, and records on. So does this."""
        if self.recording is not None:
            self.recording.state = "done"
            if not self.recording.beeping:
                self._stop = True
                self._nudge()

    def leave(self, context: str, exten: str) -> None:
        async def go() -> None:
            self._leaving = (context, exten)

        self.later(go)

    def hangup(self, cause: int, *, by_far_end: bool = False, tech_cause: int = 0) -> None:
        if self.gone:
            return
        self.gone, self.far_end_left = True, by_far_end
        self.cause, self.tech_cause = cause, tech_cause
        self.hung_up.set_result(None)
        how: dict[str, Any] = {} if by_far_end else {"cause": 32 if self.state == "Up" else cause, "soft": True}
        self.exchange.emit("ChannelHangupRequest", channel=self, **how)
        self._nudge()

    def key(self, digit: str) -> None:
        if self.gone or self.exchange.faults.keys_lost:
            return
        if self.app is not None:
            self.exchange.emit("ChannelDtmfReceived", channel=self, digit=digit, duration_ms=100)
        recording = self.recording
        if recording is not None and recording.limits.get("terminateOn", "none") in ("any", digit):
            self.stop_recording()

    def set(self, name: str, value: str) -> None:
        """A channel variable or function, at once."""
        if name == "TIMEOUT(absolute)":
            self._set_lease(float(value))
        self.variables[name] = value
        self.exchange.emit("ChannelVarset", channel=self, variable=name, value=value)
        self.person.notice()

    def get(self, name: str) -> str | None:
        known = {
            "CHANNEL(linkedid)": self.linkedid,
            "CALLERID(num)": self.caller_number,
            "CALLERID(name)": self.caller_name,
            "CALLERID(all)": f'"{self.caller_name}" <{self.caller_number}>',
            "CHANNEL(state)": self.state,
        }
        return known.get(name, self.variables.get(name))

    def json(self) -> dict[str, Any]:
        spoken_of = {name: self.variables.get(name, "") for name in sorted(self.reported)}
        return {
            "id": self.id,
            "name": self.name,
            "state": self.state,
            "protocol_id": f"{self.id}@fake",
            "caller": {"name": self.caller_name, "number": self.caller_number},
            "connected": {"name": "", "number": ""},
            "accountcode": "",
            "dialplan": {
                "context": self.context,
                "exten": self.exten,
                "priority": 2,
                "app_name": self.doing,
                "app_data": "",
            },
            "creationtime": self.created,
            "language": "en",
            "channelvars": spoken_of,
        }

    # -- its thread

    async def ring(self, seconds: float) -> None:
        """Ring for so long, or until hung up (real seconds)."""
        await asyncio.wait([self.hung_up], timeout=seconds)

    async def stasis(self, app: "App", args: list[str]) -> str:
        """Be in the application until hung up or sent on; "context,exten" to go on with, or ""."""
        self.app, self._leaving = app, None
        app.channels.add(self.id)
        self.exchange.emit("StasisStart", channel=self, args=args)
        while not self.gone and self._leaving is None:
            if not self._queue:
                await self._sleep(None)
                continue
            await self._do(*self._queue.popleft())
        await self._flush()
        await self.exchange.out_of_bridge(self)
        self.exchange.emit("StasisEnd", channel=self)
        app.channels.discard(self.id)
        self.app = None
        self._set_lease(0)
        return ",".join(self._leaving or ())

    async def _do(self, work: Command | Playback | Recording, done: asyncio.Future[bool] | None) -> None:
        if isinstance(work, Playback):
            await self._play(work)
        elif isinstance(work, Recording):
            await self._record(work)
        else:
            await work()
        if done is not None and not done.done():
            done.set_result(True)

    async def _flush(self) -> None:
        while self._queue:
            work, done = self._queue.popleft()
            if isinstance(work, Playback):
                await self._play(work)
            elif isinstance(work, Recording):
                work.state = "failed"
                self.exchange.recordings.pop(work.name, None)
                self.exchange.emit("RecordingFailed", channel=self, recording=work.json())
            if done is not None and not done.done():
                done.set_result(False)

    async def _play(self, playback: Playback) -> None:
        if playback.state == "cancelled":
            self._end_playback(playback, "done")
            return
        self.playback, self._stop = playback, False
        good = True
        for at, media in enumerate(playback.media):
            if at:
                playback.state = "continuing"
                self.exchange.emit("PlaybackContinuing", channel=self, playback=playback.json())
            playback.at, playback.state = at, "playing"
            self.exchange.emit("PlaybackStarted", channel=self, playback=playback.json())
            if media.partition(":")[0] not in SCHEMES:
                self.playback = None  # the real one never tells of the end of what it does not understand
                return
            good = await self.hear(media)
            if self._stop or self.gone or self._leaving:
                break
        stopped, self._stop, self.playback = self._stop, False, None
        self._end_playback(playback, "done" if good or stopped else "failed")

    def _end_playback(self, playback: Playback, state: str) -> None:
        playback.state = state
        self.exchange.playbacks.pop(playback.id, None)
        self.exchange.emit("PlaybackFinished", channel=self, playback=playback.json())

    async def hear(self, media: str) -> bool:
        """Play one file to its end; False if there is none or it was broken off."""
        seconds = self.exchange.length(media)
        if seconds is None or self.gone:
            return False
        sound = self.person.begin(media)
        whole = await self._sleep(seconds)
        sound.ended, sound.whole = time.monotonic(), whole
        self.person.notice()
        return whole

    async def _record(self, recording: Recording) -> None:
        self.recording, self._stop = recording, False
        recording.state = "recording"
        self.exchange.emit("RecordingStarted", channel=self, recording=recording.json())
        if recording.limits.get("beep", "false") == "true":
            recording.beeping = True
            await self.hear("sound:beep")
            recording.beeping = False
        lost_stop = recording.state == "done"
        recording.began = time.monotonic()
        most = float(recording.limits.get("maxDurationSeconds", 0)) or float("inf")
        silence = float(recording.limits.get("maxSilenceSeconds", 0)) or float("inf")
        while not self._stop and not self.gone and self._leaving is None:
            quiet_from = max(self.person.speaking_until, recording.began)
            ends = min(recording.began + most, quiet_from + silence)
            left = ends - time.monotonic()
            if left <= 0 and not lost_stop:
                break
            await self._sleep_real(left if ends != float("inf") and left > 0 else None)
        self._stop, self.recording = False, None
        recording.seconds = time.monotonic() - recording.began
        recording.state = "done"
        self._write(recording)
        self.exchange.recordings.pop(recording.name, None)
        self.exchange.stored.add(recording.name)
        self.exchange.emit("RecordingFinished", channel=self, recording=recording.json())

    def _write(self, recording: Recording) -> None:
        file = self.exchange.spool / "recording" / f"{recording.name}.wav"
        file.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(file), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(8000)
            out.writeframes(bytes(2 * round(recording.seconds * 8000)))

    # -- waiting

    async def _sleep(self, seconds: float | None) -> bool:
        """Wait in the time of media; False when woken before."""
        return await self._sleep_real(seconds * self.exchange.scale if seconds is not None else None)

    async def _sleep_real(self, seconds: float | None) -> bool:
        if self.gone or self._stop:
            return False
        self._wake = asyncio.get_running_loop().create_future()
        done, _ = await asyncio.wait([self._wake], timeout=seconds)
        self._wake = None
        return not done

    def _nudge(self, *, idle_only: bool = False) -> None:
        """Wake the thread: to look at its queue if it is idle, or out of whatever it plays or records."""
        busy = self.playback is not None or self.recording is not None
        if self._wake is not None and not self._wake.done() and not (idle_only and busy):
            self._wake.set_result(None)

    def _set_lease(self, seconds: float) -> None:
        """TIMEOUT(absolute): the dead man's switch. Leaves for the T extension whatever is going on."""
        if self._lease is not None:
            self._lease.cancel()
            self._lease = None
        if seconds > 0:
            self._lease = asyncio.get_running_loop().call_later(seconds * self.exchange.lease_scale, self._expired)

    def _expired(self) -> None:
        self.variables["STASISSTATUS"] = "ORPHANED"
        self._leaving = ("fallback", "s")
        self._nudge()

    def drop_timers(self) -> None:
        self._set_lease(0)
