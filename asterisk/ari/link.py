"""One websocket to the exchange under one application name: events come in, the commands that cannot wait go out.

Commands are sent in order and carried out in order; their answers are matched by request id. The reader only reads:
whoever owns the link handles an event in the tick it arrives and returns at once. After every (re)connection the owner
first takes stock (`connected`) while events wait, then hears them in order.
"""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Callable
from time import monotonic

from asterisk.ari import verbs
from asterisk.ari.events import Event, Malformed, RESTResponse, done, parse
from asterisk.ari.owner import Owner
from asterisk.ari.rest import DEADLINE, Answer, NoAnswer, Rest
from asterisk.ari.verbs import Request, encode
from asterisk.ari.watch import LinkWatch
from asterisk.ari.wire import NoWire, Wire, connect

log = logging.getLogger(__name__)

Then = Callable[[Answer], None]

BUFFERED = 20_000  # events kept while the owner takes stock; more means it is stuck, and a fresh start is better
UNANSWERED = 5_000  # commands on their way; more means the exchange does not read
BACKOFF = (0.05, 0.1, 0.2, 0.4)  # seconds, each ± half; who calls before we are back is the fallback's (§5)
DONE = Answer(200)


class Link:
    """`Link(rest, app, owner)`: `rest` tells where the exchange is; `run()` stays connected until `close()`."""

    def __init__(self, rest: Rest, app: str, owner: Owner) -> None:
        self.rest = rest
        self.app = app
        self.malformed = 0  # events that did not have their shape
        self._owner = owner
        self._wire: Wire | None = None
        self._waiting: dict[str, tuple[Request, float, Then | asyncio.Future[Answer] | None]] = {}
        self._next = 0
        self._held: deque[Event] | None = None
        self._closed = False
        self._up = asyncio.Event()

    # -- state ---------------------------------------------------------------------------------------------------

    @property
    def up(self) -> bool:
        """Connected, stock taken, events flowing."""
        return self._up.is_set()

    async def wait_up(self) -> None:
        await self._up.wait()

    @property
    def heard_at(self) -> float:
        """When anything last came (monotonic seconds)."""
        return self._wire.heard_at if self._wire is not None else 0.0

    @property
    def unanswered(self) -> int:
        return len(self._waiting)

    def held(self) -> tuple[Event, ...]:
        """The events that wait for the end of the owner's stock-taking."""
        return tuple(self._held or ())

    # -- commands ------------------------------------------------------------------------------------------------

    def send(self, request: Request, then: Then | None = None) -> None:
        """Send and go on. The answer goes to `then` (without a body if all is well: who wants that asks); without
        one an error goes to the owner's `refused`.

        Raises `NoAnswer` when there is no connection.
        """
        self._write(request, then)

    async def ask(self, request: Request, deadline: float = DEADLINE) -> Answer:
        """Send and wait for the answer. Raises `NoAnswer`."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._write(request, future)
        try:
            async with asyncio.timeout(deadline):
                return await future
        except TimeoutError:
            raise NoAnswer(f"{request.method} {request.path}: nothing in {deadline} s") from None

    def _write(self, request: Request, then: Then | asyncio.Future[Answer] | None) -> None:
        wire = self._wire
        if wire is None or wire.closed.done() or len(self._waiting) >= UNANSWERED:
            raise NoAnswer(f"{request.method} {request.path}: no link")
        self._next += 1
        name = str(self._next)
        self._waiting[name] = (request, monotonic() + DEADLINE, then)
        wire.say(encode(request, name))

    # -- answers and events --------------------------------------------------------------------------------------

    def _take(self, text: str) -> None:
        if (name := done(text)) and (waiting := self._waiting.get(name)):
            request, _, then = waiting
            if not isinstance(then, asyncio.Future):
                del self._waiting[name]
                if then is not None:
                    self._settle(request, then, DONE)
                return
        try:
            event = parse(text)
        except Malformed as fault:
            self.malformed += 1
            log.error("%s: %s", self.app, fault)
            return
        if isinstance(event, RESTResponse):
            self._answered(event)
        elif self._held is not None:
            self._hold(event)
        else:
            self._tell(event)

    def _tell(self, event: Event) -> None:
        try:
            self._owner.heard(event)
        except Exception:
            log.exception("%s: failed on %s", self.app, type(event).__name__)

    def _hold(self, event: Event) -> None:
        assert self._held is not None
        self._held.append(event)
        if len(self._held) == BUFFERED:
            self._owner.strained("flood")
            self.drop("too many events while taking stock")

    def _answered(self, response: RESTResponse) -> None:
        request, _, then = self._waiting.pop(response.request, (None, 0.0, None))
        if request is None:
            if response.status >= 300:
                log.warning("%s: answer to nothing: %s %s", self.app, response.status, response.body)
            return
        if then is None and response.status < 300:
            return
        self._settle(request, then, Answer(response.status, response.body))

    def _settle(self, request: Request, then: Then | asyncio.Future[Answer] | None, answer: Answer) -> None:
        if isinstance(then, asyncio.Future):
            if not then.done():
                then.set_result(answer)
            return
        try:
            if then is not None:
                then(answer)
            elif not (answer.ok or (answer.gone and request.cleanup)):
                self._owner.refused(request, answer)
        except Exception:
            log.exception("%s: failed on the answer to %s", self.app, request.verb)

    def overdue(self, now: float) -> None:
        """Give up the commands whose deadline has passed (called by the watch; oldest come first)."""
        while self._waiting:
            name = next(iter(self._waiting))
            request, deadline, then = self._waiting[name]
            if deadline > now:
                return
            del self._waiting[name]
            if isinstance(then, asyncio.Future):
                continue  # its own deadline speaks
            log.warning("%s: no answer to %s %s", self.app, request.method, request.path)
            self._settle(request, then, Answer(0, "no answer"))

    # -- the life of the connection ------------------------------------------------------------------------------

    async def run(self) -> None:
        """Stay connected until `close()`: refused, 404 and 503 are tried again with growing, jittered pauses."""
        tries = 0
        while not self._closed:
            try:
                wire = await connect(self.rest.address, self.app, self._take, self._owner.strained)
            except NoWire as fault:
                log.log(logging.DEBUG if tries else logging.WARNING, "%s: no connection: %s", self.app, fault)
                tries += 1
            else:
                tries = 0 if await self._serve(wire) else tries + 1
            if tries and not self._closed:
                await asyncio.sleep(BACKOFF[min(tries, len(BACKOFF)) - 1] * random.uniform(0.5, 1.5))

    async def _serve(self, wire: Wire) -> bool:
        """One connection from its beginning to its end. True if it ever came to work."""
        self._wire, self._held = wire, deque()
        others = (
            asyncio.create_task(self._begin(), name=f"{self.app} takes stock"),
            asyncio.create_task(LinkWatch(self, self.rest).run(), name=f"{self.app} is watched"),
        )
        try:
            await asyncio.wait((wire.closed,))
        finally:
            worked = self.up
            self._up.clear()
            self._wire = self._held = None
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
            wire.cut()
            self._forget()
            self._owner.disconnected(wire.how_closed)
        return worked

    async def _begin(self) -> None:
        try:
            await self._owner.connected()
        except Exception as fault:
            # an exchange that is going down or just coming up: closing and trying again is the cure
            self.drop(f"could not take stock: {fault!r}")
            return
        while self._held:
            self._tell(self._held.popleft())
        self._held = None
        self._up.set()

    def _forget(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for request, _, then in waiting.values():
            if isinstance(then, asyncio.Future):
                if not then.done():
                    then.set_exception(NoAnswer(f"{request.method} {request.path}: link lost"))
                    then.exception()  # whoever waited may have gone; nobody needs to hear of it then
            elif then is not None:
                self._settle(request, then, Answer(0, "link lost"))

    def drop(self, why: str) -> None:
        """Let this connection fall at once; `run` makes a new one."""
        log.warning("%s: dropping the link: %s", self.app, why)
        if self._wire is not None:
            self._wire.cut()

    def close(self) -> None:
        """The end: `run` returns."""
        self._closed = True
        if self._wire is not None:
            self._wire.cut()

    # -- for the watch -------------------------------------------------------------------------------------------

    def ping(self) -> None:
        if self._wire is not None:
            self._wire.ping()

    def pulse(self) -> Request:
        """The request that makes an event come back over this link."""
        return verbs.user_event("LoupanPulse", self.app)

    def strained(self, what: str) -> None:
        self._owner.strained(what)
