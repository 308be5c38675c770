"""One call together with the flow that attends to it: begun once, ended once, whatever happens in between."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from asterisk.call import AriCall
from calls.call import Hungup
from calls.facts import CallEnded

log = logging.getLogger(__name__)

Attend = Callable[[AriCall, str | None, bool], Awaitable[None]]

WIND_UP = 5.0  # seconds a flow may go on (keep a message, say) before the end of its call is told without it
LEFT_OVER = 60.0  # seconds after the caller has gone at which a flow is cancelled


class Visit:
    """`Visit(call, closed)`: `closed(visit)` is called once, after the one `CallEnded`."""

    def __init__(self, call: AriCall, closed: Callable[["Visit"], None]) -> None:
        self.call = call
        self._closed: Callable[[Visit], None] | None = closed
        self._task: asyncio.Task[None] | None = None
        self._timers: list[asyncio.TimerHandle] = []
        self._let_go = False

    def begin(self, attend: Attend, place: str | None, resumed: bool) -> None:
        self._task = asyncio.create_task(self._attend(attend, place, resumed), name=f"call {self.call.id}")
        self._task.add_done_callback(self._flow_done)

    async def _attend(self, attend: Attend, place: str | None, resumed: bool) -> None:
        try:
            await attend(self.call, place, resumed)
        except Hungup:
            pass
        except asyncio.CancelledError:
            if self._let_go or self.call.line.cause is not None:
                raise
            self._failed("the flow was cancelled")
            raise
        except Exception as fault:
            log.exception("the flow of call %s failed", self.call.id)
            self._failed(f"the flow failed: {fault!r}"[:300])
        else:
            self.call.finish()

    def _failed(self, what: str) -> None:
        self.call.line.trouble(what)
        self.call.to_fallback()

    def let_go(self) -> None:
        """Another controller has the call now: stop without a word to anybody."""
        self._let_go = True
        self._closed = None
        self.call.line.let_go()
        self._cancel()

    def line_gone(self) -> None:
        """The caller's line has been released."""
        if self._task is None or self._task.done():
            self._close()
        else:
            loop = asyncio.get_running_loop()
            self._timers = [loop.call_later(WIND_UP, self._close), loop.call_later(LEFT_OVER, self._cancel)]

    def _flow_done(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and task.exception() is not None:
            log.error("call %s", self.call.id, exc_info=task.exception())
        for timer in self._timers:
            timer.cancel()
        if self.call.line.cause is not None:
            self._close()

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _close(self) -> None:
        closed, self._closed = self._closed, None
        if closed is None:
            return
        line = self.call.line
        office = line.trunk.office
        office.bus.publish(
            CallEnded(call=line.call, at=line.ended_at or office.now(), cause=line.cause or 0, by=line.by)
        )
        closed(self)

    async def stopped(self) -> None:
        """Until the flow's task has really ended."""
        if self._task is not None:
            await asyncio.gather(self._task, return_exceptions=True)
