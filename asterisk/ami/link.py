"""The manager interface through panoramisk, with its four measured faults cured by subclassing (SURVIVAL §6).

The only file of the house that knows panoramisk. What it is used for: what ARI lacks (registrations, fax and CEL
events, reload, health) and a variable that must be written while a prompt plays, which ARI makes wait. Nothing that is
not idempotent goes this way.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from asterisk.ami.message import LinkLost, Message, Refused

log = logging.getLogger(__name__)

END = b"\r\n\r\n"
DEADLINE = 2.0  # seconds for an answer to an action
BACKOFF = (0.1, 0.2, 0.4, 0.8, 1.6)  # seconds, each ± half

Listener = Callable[[Message], None]


@dataclass(frozen=True, slots=True)
class Pings:
    """Seconds between two pings, and for the answer to one: silence longer than that is a broken link."""

    every: float = 2.0
    deadline: float = 1.0


PINGS = Pings()


class Ami:
    """`Ami((host, port), (user, secret))`; `open()` inside a running loop, `await ready()`, `close()`.

    `states`: called with (True, "") when logged in and (False, why) when the link is lost.
    """

    def __init__(self, address: tuple[str, int], auth: tuple[str, str], pings: Pings = PINGS) -> None:
        self.states: list[Callable[[bool, str], None]] = []
        self._listeners: list[Listener] = []
        self._up = asyncio.Event()
        self._pings = pings
        self._manager = _Manager(
            self,
            pings,
            host=address[0],
            port=address[1],
            username=auth[0],
            secret=auth[1],
            encoding="utf8",
            protocol_factory=_Protocol,
        )

    def open(self) -> None:
        self._manager.loop = asyncio.get_running_loop()
        self._manager.connect()

    def close(self) -> None:
        self._manager.closing = True
        self._manager.close()
        self._up.clear()

    @property
    def up(self) -> bool:
        return self._up.is_set()

    async def ready(self) -> None:
        """Until logged in."""
        await self._up.wait()

    def events(self, listener: Listener) -> Callable[[], None]:
        """Hear every event; the returned function ends it. A listener that fails is logged and hurts nobody."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def action(self, name: str, deadline: float = DEADLINE, **fields: str) -> Message:
        """Ask for something that may be asked twice. Raises `Refused`, `LinkLost`, TimeoutError, ValueError."""
        return (await self.listing(name, deadline, **fields))[0]

    async def listing(self, name: str, deadline: float = DEADLINE, **fields: str) -> list[Message]:
        """As `action`, for what is answered by a list: the response, then its items (and the word that it is over)."""
        for field, value in fields.items():
            if "\r" in value or "\n" in value:
                raise ValueError(f"a line break in {field} would be read as another action")
        if not self.up:
            raise LinkLost(name)
        future = self._manager.send_action({"Action": name, **fields})
        try:
            async with asyncio.timeout(deadline):
                answer = await future
        except TimeoutError:
            self._manager.forget(future)
            raise
        first, *items = answer if isinstance(answer, list) else [answer]
        message = _message(first, "response")
        if message.name in ("Error", "Failure", "Fail"):
            raise Refused(f"{name}: {message.fields.get('message', 'without a reason')}")
        return [message, *(_message(item, "event") for item in items)]

    async def setvar(self, channel: str, variable: str, value: str) -> None:
        """A channel variable, at once, whatever is playing (0.15 ms; ARI's waits for the end of the prompt)."""
        await self.action("Setvar", Channel=channel, Variable=variable, Value=value)

    async def ping(self) -> float:
        """Seconds for there and back. Raises TimeoutError, LinkLost."""
        begun = perf_counter()
        await self.action("Ping", self._pings.deadline)
        return perf_counter() - begun

    # -- told by the manager below -------------------------------------------------------------------------------

    def heard(self, raw: Any) -> None:
        message = _message(raw, "event")
        for listener in tuple(self._listeners):
            try:
                listener(message)
            except Exception:
                log.exception("a listener failed on %s", message.name)

    def logged_in(self) -> None:
        self._up.set()
        self._tell(True, "")

    def lost(self, why: str) -> None:
        if self._up.is_set():
            self._up.clear()
            self._tell(False, why)

    def _tell(self, up: bool, why: str) -> None:
        for state in tuple(self.states):
            state(up, why)


def _message(raw: Any, kind: str) -> Message:
    fields = {
        str(name).lower(): "\n".join(value) if isinstance(value, list) else str(value) for name, value in raw.items()
    }
    return Message(fields.get(kind, ""), fields)


class _Protocol(AMIProtocol):  # type: ignore[misc]
    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self._bytes = b""

    def data_received(self, data: bytes) -> None:
        """Cure 1: frame bytes and decode whole frames only; 1.4 loses a character cut in two by the network."""
        head, end, self._bytes = (self._bytes + data).rpartition(END)
        if end:
            super().data_received(head + end)

    def send(self, data: Any, as_list: bool = False) -> "asyncio.Future[Any]":
        """Cure 2a: never write into a dead link."""
        if self.closed or self.transport.is_closing():
            lost: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            lost.set_exception(LinkLost("not connected"))
            return lost
        sent: asyncio.Future[Any] = super().send(data, as_list=as_list)
        return sent

    def close(self) -> None:
        """Cure 2b: fail what waits and leave nothing that would be sent again; 1.4 repeats an Originate."""
        waiting = {id(action): action for action in self.responses.values()}
        self.responses.clear()
        super().close()
        for action in waiting.values():
            if not action.future.done():
                action.future.set_exception(LinkLost(action["action"]))
                action.future.exception()  # whoever waited may have gone; do not log "never retrieved"


class _Manager(Manager):  # type: ignore[misc]
    def __init__(self, owner: Ami, pings: Pings, **config: Any) -> None:
        super().__init__(**config)
        self.ping_interval = self.ping_delay = pings.every
        self._deadline = pings.deadline
        self.closing = False
        self._owner = owner
        self._tries = 0
        self.on_disconnect = lambda manager, why: owner.lost(str(why or "closed"))

    def connect(self, *args: Any, **kwargs: Any) -> Any:
        """Growing, jittered pauses instead of 1.4's fixed two seconds."""
        if self.closing:
            return None
        self.reconnect_timeout = BACKOFF[min(self._tries, len(BACKOFF) - 1)] * random.uniform(0.5, 1.5)
        self._tries += 1
        return super().connect(*args, **kwargs)

    def connection_made(self, connecting: "asyncio.Task[Any]") -> None:
        if self.closing:
            if not connecting.cancelled() and connecting.exception() is None:
                connecting.result()[0].close()
            return
        super().connection_made(connecting)

    def login(self, future: "asyncio.Future[Any]") -> bool:
        if future.cancelled() or future.exception():
            return False  # connection_lost has already planned the next attempt
        known = bool(super().login(future))
        if known:
            self._tries = 0
            self._owner.logged_in()
        else:
            log.error("the exchange does not accept our name and secret on its manager port")
        return known

    def ping(self) -> None:
        """Cure 3: silence is a broken link; 1.4 sends pings and never looks for the answer."""
        self.pinger = self.loop.call_later(self.ping_interval, self.ping)
        protocol, answer = self.protocol, self.protocol.send({"Action": "Ping"})

        def judge() -> None:
            if not answer.done():
                log.warning("no answer on the manager port for %s s: dropping the link", self._deadline)
                protocol.transport.abort()
            elif not answer.cancelled():
                answer.exception()

        self.loop.call_later(self._deadline, judge)

    async def send_awaiting_actions(self, *_: Any) -> None:
        self.awaiting_actions.clear()

    def dispatch(self, event: Any) -> list[str]:
        """Cure 4: a failing listener must not close the socket. (The port looks after its listeners itself.)"""
        self._owner.heard(event)
        return []

    def forget(self, future: "asyncio.Future[Any]") -> None:
        """An action whose deadline has passed: 1.4 would keep it for ever."""
        responses = self.protocol.responses
        for name in [name for name, action in responses.items() if action.future is future]:
            del responses[name]
