"""The fake exchange: its calls, applications, bridges and dialplan; `fake_exchange()` puts it on the network.

    async with fake_exchange() as fake:
        fake.sounds["/prompts/menu"] = 2.0                # seconds; files that exist have their own length
        … a controller connects to fake.url with fake.user, fake.password …
        caller = fake.call("13800000001", "02038880000", name="小明")
        await caller.hears("menu")
        caller.press("1")

It keeps the contract measured on the real one (SURVIVAL.md): verbs that wait behind a playback, keys lost while nobody
listens, calls that stay when the controller dies, the 500 ms of an offer, the dead man's switch, restart.
"""

import asyncio
import re
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.fake import dialplan
from tests.fake.app import App
from tests.fake.caller import Caller, Manner
from tests.fake.channel import Channel
from tests.fake.faults import Faults
from tests.fake.media import Playback, Recording
from tests.fake.wire import Wire

if TYPE_CHECKING:
    from tests.fake.ami import Manager
    from tests.fake.server import Door

OVERTAKEN = ("PlaybackFinished", "RecordingFinished", "StasisEnd")  # may come after ChannelDestroyed
BEEP = 0.42  # seconds; the length of Asterisk's own beep


class Exchange:
    """State and behaviour; `tests.fake.server` gives it HTTP and websockets, `tests.fake.ami` the manager port.

    scale        how many real seconds a second of sound takes
    window       how long a call is offered, real seconds
    lease_scale  the same as scale for TIMEOUT(absolute)
    """

    user, password = "loupan", "secret"
    version = "22.10.1-fake"
    entity = "02:00:00:00:07:01"

    def __init__(self, spool: Path, *, scale: float = 1.0, window: float = 0.5, lease_scale: float = 1.0) -> None:
        self.spool = spool
        self.scale, self.window, self.lease_scale = scale, window, lease_scale
        self.faults = Faults()
        self.sounds: dict[str, float] = {"beep": BEEP}
        self.phones: dict[str, Manner] = {}
        self.apps: dict[str, App] = {}
        self.channels: dict[str, Channel] = {}
        self.playbacks: dict[str, Playback] = {}
        self.recordings: dict[str, Recording] = {}
        self.stored: set[str] = set()
        self.bridges: dict[str, dict[str, Any]] = {}
        self.globals: dict[str, str] = {}
        self.callers: list[Caller] = []
        self.requests: list[str] = []  # "POST /channels/fake-1/play/x 201", in the order they were answered
        self.sent: list[dict[str, Any]] = []  # every event, as sent
        self.manager: Callable[[dict[str, str]], None] = lambda event: None  # the AMI's ear
        self.dialplan: dict[str, Callable[[Channel], Awaitable[None]]] = {
            "fallback": dialplan.fallback,
        }
        self.startup = self.stamp()
        self.ears_changed = asyncio.Event()
        self.request_answered = asyncio.Event()
        self.url = ""
        self.wire: Wire
        self.ami: Manager
        self.door: Door
        self._threads: set[asyncio.Task[None]] = set()
        self._overtaken: list[tuple[App, str, dict[str, Any]]] = []
        self._count = 0

    # -- what tests do

    def call(self, caller: str, callee: str, *, name: str = "", offer: str = "^lp-") -> Caller:
        """A call comes in from the trunk, is answered by the dialplan and offered to controllers."""
        channel = self._channel(f"PJSIP/trunk-{self._count:08x}", "incoming", callee)
        channel.caller_number, channel.caller_name = caller, name
        channel.state = "Up"
        self.callers.append(channel.person)
        self._start(channel, dialplan.incoming(self, channel, offer))
        return channel.person

    def flood(self, events: int, known: bool = True) -> None:
        """So many events at once to every application: of a type nobody knows and, if `known`, of ordinary ones."""
        for number in range(events):
            for app in self.apps.values():
                if app.send is not None:
                    self._send(app, {"type": "TomorrowsEvent", "number": number, "channel": None})
                    if known:
                        self._send(app, {"type": "DeviceStateChanged", "device_state": {"name": "x", "state": "IDLE"}})

    def idle(self) -> bool:
        """Nothing left: no channel, bridge, playback, recording."""
        return not (self.channels or self.bridges or self.playbacks or self.recordings)

    async def quiet(self, deadline: float = 5.0) -> None:
        """Wait until every call is over and its last event sent."""
        threads = tuple(self._threads)
        if threads:
            _, late = await asyncio.wait(threads, timeout=deadline)
            assert not late, f"still there: {[(c.id, c.doing, c.person.media) for c in self.channels.values()]}"

    async def deaf(self, app: str, deadline: float = 2.0) -> None:
        """Wait until nobody listens under that name."""
        async with asyncio.timeout(deadline):
            while app in self.apps and self.apps[app].send is not None:
                self.ears_changed.clear()
                await self.ears_changed.wait()

    async def listened(self, app: str, deadline: float = 5.0) -> None:
        """Wait until somebody listens under that name."""
        async with asyncio.timeout(deadline):
            while app not in self.apps or self.apps[app].send is None:
                self.ears_changed.clear()
                await self.ears_changed.wait()

    async def asked(self, condition: Callable[[], bool], deadline: float = 5.0) -> None:
        """Wait until the condition holds after some request."""
        async with asyncio.timeout(deadline):
            while not condition():
                self.request_answered.clear()
                await self.request_answered.wait()

    async def restart(self, *, refuse: float = 0.1, phase: float = 0.1) -> None:
        """Die and come back as a new run: sockets cut, calls gone; refused, then 404, then 503, then ready."""
        self.forget()
        self.wire.refuse = self.ami.wire.refuse = True
        self.wire.drop()
        self.ami.wire.drop()
        await asyncio.sleep(refuse)
        self.wire.refuse = self.ami.wire.refuse = False
        for status in (404, 503):
            self.door.booting = status
            await asyncio.sleep(phase)
        self.door.booting = 0

    def forget(self) -> None:
        """All calls vanish without a word, as when the process dies; a new run begins."""
        for thread in self._threads:
            thread.cancel()
        for channel in self.channels.values():
            channel.drop_timers()
            channel.gone = True
            channel.person.end(0, False)
        for left in (self.channels, self.playbacks, self.recordings, self.bridges, self.apps, self.globals):
            left.clear()
        self.startup = self.stamp()

    # -- events

    def stamp(self) -> str:
        now = datetime.now(UTC)
        return f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03d}+0000"

    def emit(self, kind: str, *, channel: Channel | None = None, only: App | None = None, **fields: Any) -> None:
        """Send an event about `channel` to those who hear of it (or to `only`)."""
        event: dict[str, Any] = {"type": kind, **fields}
        if channel is not None and "playback" not in fields and "recording" not in fields and "peer" not in fields:
            event["channel"] = channel.json()
        for app in [only] if only is not None else list(self.apps.values()):
            if only is None and channel is not None and channel.id not in app.channels | app.watched:
                continue
            if app.send is not None and app.wants(kind):
                if self.faults.reorder and channel is not None and channel.gone and kind in OVERTAKEN:
                    self._overtaken.append((app, channel.id, event))
                else:
                    self._send(app, event)

    def _send(self, app: App, event: dict[str, Any]) -> None:
        if app.send is not None:
            whole = {**event, "timestamp": self.stamp(), "asterisk_id": self.entity, "application": app.name}
            self.sent.append(whole)
            app.send(whole)

    # -- media

    def length(self, media: str) -> float | None:
        """Seconds of a media uri; None when there is no such file."""
        scheme, _, name = media.partition(":")
        if scheme != "sound":
            return 0.2
        if name in self.sounds:
            return self.sounds[name]
        file = Path(f"{name}.ulaw")
        return file.stat().st_size / 8000 if name.startswith("/") and file.is_file() else None

    # -- bridges

    def bridge_json(self, bridge: str) -> dict[str, Any]:
        return {**self.bridges[bridge], "channels": list(self.bridges[bridge]["channels"])}

    async def into_bridge(self, bridge: str, channel: Channel) -> None:
        await self.out_of_bridge(channel)
        if bridge in self.bridges and channel.app is not None:
            self.bridges[bridge]["channels"].append(channel.id)
            channel.bridge = bridge
            channel.app.bridges.add(bridge)
            self.emit("ChannelEnteredBridge", channel=channel, bridge=self.bridge_json(bridge))
            channel.person.notice()

    async def out_of_bridge(self, channel: Channel) -> None:
        bridge, channel.bridge = channel.bridge, ""
        if bridge in self.bridges:
            self.bridges[bridge]["channels"].remove(channel.id)
            self.emit("ChannelLeftBridge", channel=channel, bridge=self.bridge_json(bridge))
            channel.person.notice()

    async def drop_bridge(self, bridge: str) -> None:
        for id in list(self.bridges[bridge]["channels"]):
            await self.out_of_bridge(self.channels[id])
        last = self.bridge_json(bridge)
        del self.bridges[bridge]
        for app in self.apps.values():
            if bridge in app.bridges:
                app.bridges.discard(bridge)
                self.emit("BridgeDestroyed", only=app, bridge=last)

    # -- calls out

    def originate(self, app: App, id: str, endpoint: str, args: list[str], timeout: float, caller: str) -> Channel:
        leg = self._channel(f"{endpoint}-{self._count:08x}", "inside", "s", id)
        leg.state, leg.doing, leg.caller_number = "Down", "AppDial2", caller
        app.watched.add(leg.id)
        manner = self.phones[_resource(endpoint)]
        self._start(leg, dialplan.outgoing(self, leg, app, args, timeout, manner))
        return leg

    def reachable(self, endpoint: str) -> bool:
        return _resource(endpoint) in self.phones

    # -- the life of a channel

    def _channel(self, name: str, context: str, exten: str, id: str = "") -> Channel:
        self._count += 1
        channel = Channel(self, id or f"fake-{int(time.time())}.{self._count}", name, context=context, exten=exten)
        self.channels[channel.id] = channel
        return channel

    def _start(self, channel: Channel, life: Awaitable[None]) -> None:
        async def live() -> None:
            try:
                await life
            finally:
                self._end(channel)

        thread = asyncio.create_task(live(), name=f"channel {channel.id}")
        self._threads.add(thread)
        thread.add_done_callback(self._threads.discard)

    def _end(self, channel: Channel) -> None:
        if self.channels.pop(channel.id, None) is None:
            return
        channel.drop_timers()
        cause = channel.cause if channel.state != "Up" or not channel.far_end_left else 16
        how: dict[str, Any] = {"cause": cause, "cause_txt": dialplan.CAUSES.get(cause, "Unknown")}
        if channel.tech_cause:
            how["tech_cause"] = channel.tech_cause
        self.emit("ChannelDestroyed", channel=channel, **how)
        for late in [one for one in self._overtaken if one[1] == channel.id]:
            self._overtaken.remove(late)
            self._send(late[0], late[2])
        for app in self.apps.values():
            app.watched.discard(channel.id)
        for name in [name for name, app in self.apps.items() if not app.alive]:
            del self.apps[name]
        self.manager({"Event": "Hangup", "Channel": channel.name, "Uniqueid": channel.id, "Cause": str(cause)})
        channel.person.end(cause, channel.far_end_left)


def _resource(endpoint: str) -> str:
    """ "PJSIP/8001" and "PJSIP/trunk/sip:8001@host" both ring 8001."""
    last = endpoint.rpartition("/")[2]
    return re.sub(r"^sip:", "", last).partition("@")[0]


@asynccontextmanager
async def fake_exchange(
    *, scale: float = 1.0, window: float = 0.5, lease_scale: float = 1.0
) -> AsyncIterator["Exchange"]:
    """A fake exchange on free ports of 127.0.0.1: `.url` (ARI, behind `.wire`), `.ami.host`/`.ami.port`."""
    from tests.fake.server import serve

    with tempfile.TemporaryDirectory(prefix="fake-exchange-") as directory:
        exchange = Exchange(Path(directory), scale=scale, window=window, lease_scale=lease_scale)
        async with serve(exchange):
            yield exchange
