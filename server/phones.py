"""Which phones are registered at the exchange, by its manager interface; an operator's that is not is an alarm."""

import asyncio
import logging
from collections.abc import Collection

from asterisk.ami.link import Ami
from asterisk.ami.message import LinkLost, Message, Refused
from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm

log = logging.getLogger(__name__)

GONE = frozenset({"Removed", "Unreachable"})
LINK = "ami link"
GRACE = 5.0  # seconds a phone may be away (its device starts anew) before anybody is told


class Phones:
    """`Phones(ami, operators, bus, clock)`; `registered` are the extensions that can be rung now."""

    def __init__(self, ami: Ami, operators: Collection[str], bus: Bus, clock: Clock) -> None:
        self.registered: set[str] = set()
        self._ami = ami
        self._operators = operators
        self._bus, self._clock = bus, clock
        self._raised: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._judging: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._ami.events(self._hear)
        self._ami.states.append(self._link)
        self._ami.open()

    async def stop(self) -> None:
        self._ami.close()
        if self._judging is not None:
            self._judging.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _link(self, up: bool, why: str) -> None:
        self._tell(LINK, f"the manager interface of the exchange is away: {why}", wrong=not up)
        if up:
            self.registered.clear()
            task = asyncio.create_task(self._ask(), name="phones")
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _ask(self) -> None:
        """Who is there already."""
        try:
            for message in await self._ami.listing("PJSIPShowContacts"):
                self._hear(message)
        except Refused:  # Asterisk's way to say: there are none
            pass
        except (LinkLost, TimeoutError) as fault:
            log.warning("the exchange does not say which phones it knows: %r", fault)
        self._judge_later()

    def _hear(self, message: Message) -> None:
        match message.name:
            case "ContactList":
                self._contact(message["endpoint"], message["status"])
            case "ContactStatus":
                self._contact(message["endpointname"], message["contactstatus"])
            case _:
                return
        self._judge_later()

    def _contact(self, extension: str, state: str) -> None:
        (self.registered.discard if state in GONE else self.registered.add)(extension)

    def _judge_later(self) -> None:
        if self._judging is None:
            self._judging = asyncio.get_running_loop().call_later(GRACE, self._judge)

    def _judge(self) -> None:
        self._judging = None
        for extension in self._operators:
            absent = extension not in self.registered
            self._tell(f"phone {extension}", f"the operator's phone {extension} is not registered", wrong=absent)

    def _tell(self, key: str, text: str, *, wrong: bool) -> None:
        if wrong != (key in self._raised):
            (self._raised.add if wrong else self._raised.discard)(key)
            self._bus.publish(Alarm(key=key, text=text, at=self._clock.now(), cleared=not wrong))
