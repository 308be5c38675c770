"""The reception answers the door: whose number was called, who is calling, which flow serves them from where on."""

import logging
from collections.abc import Callable
from typing import Protocol

from calls.call import Call, Hungup, Party
from calls.facts import Alarm, CallRouted
from dialplan import codes
from dialplan.service import Numbers, Route
from ivr.desk import Desk
from ivr.flow import Flow
from ivr.place import Place
from ivr.visit import Coming, Visit
from ivr.walk import attend as serve
from sales.queries import Known

log = logging.getLogger(__name__)

SUSPENDED = "tenant_suspended"
UNKNOWN_FLOW = "default"
INSIDE = "inside"  # the flow of what the phones of the house dial


class Flows(Protocol):
    """The flows in force, and those that running calls began with."""

    def current(self, name: str) -> Flow | None: ...

    async def version(self, name: str, version: str) -> Flow | None: ...


class Reception:
    """`Reception(numbers, flows, who_is, desk)`: `attend` is what the controller runs for every call.

    numbers and who_is (tenant, number) answer at once, from memory: nobody waits for the database before being greeted.
    """

    def __init__(
        self,
        numbers: Callable[[], Numbers],
        flows: Flows,
        who_is: Callable[[int, str], Known | None],
        desk: Desk,
    ) -> None:
        self._numbers = numbers
        self._flows = flows
        self._who_is = who_is
        self._desk = desk

    async def attend(self, call: Call, place: str | None, resumed: bool) -> None:
        """Serve one call from its beginning, or from `place` on. Everything a caller does wrong is the flow's
        business; everything we do wrong is told and the exchange looks after the caller."""
        route = self._route(call.party)
        where = _read(place) if resumed and place else None
        if where is None:
            await self._welcome(call, route)
        else:
            await self._take_up(call, route, where)

    async def _welcome(self, call: Call, route: Route) -> None:
        service = route.service
        known = self._who_is(service.tenant, call.party.caller)
        lang = known.lang if known else ""
        flow, start = self._entrance(call.party, route)
        self._desk.bus.publish(
            CallRouted(
                call=call.id,
                at=self._desk.clock.now(),
                service=service.code,
                flow=flow.name,
                version=flow.version,
                known=route.known,
                lang=lang,
                customer=known.id if known else None,
            )
        )
        if not route.known:
            log.warning("call %s: nobody owns the number %r; the default service answers", call.id, call.party.callee)
        if route.suspended:
            await _refuse(call, self._desk)
            return
        place = Place(flow.name, flow.version, start, lang=lang or "zh")
        coming = Coming.KNOWN if lang else Coming.STRANGER
        await serve(flow, Visit(call, self._desk, service, place, coming))

    async def _take_up(self, call: Call, route: Route, place: Place) -> None:
        flow = await self._flows.version(place.flow, place.version) or self._flow(place.flow)
        await serve(flow, Visit(call, self._desk, route.service, place, Coming.RESUMED))

    def _route(self, party: Party) -> Route:
        numbers = self._numbers()
        return numbers.inside(party.caller, party.callee) if party.from_phones else numbers.route(party.callee)

    def _entrance(self, party: Party, route: Route) -> tuple[Flow, str]:
        """The flow that serves this call and its step. What a phone has dialled that is no number of ours is a code;
        one without a flow of its own is the business of the flow “inside”."""
        if not party.from_phones or self._numbers().owns(party.callee):
            flow = self._flow(route.service.flow)
            return flow, flow.start
        name, step = codes.FLOWS.get(party.callee, ("", "")) if party.inside else ("", "")
        if name or step:
            found = self._flows.current(name or route.service.flow)
            if found is not None and (step or found.start) in found.nodes:
                return found, step or found.start
        flow = self._flow(INSIDE)
        return flow, flow.start

    def _flow(self, name: str) -> Flow:
        flow = self._flows.current(name)
        if flow is not None:
            return flow
        self._desk.bus.publish(
            Alarm(
                key=f"flow {name}",
                text=f"there is no flow “{name}”; “{UNKNOWN_FLOW}” serves its callers",
                at=self._desk.clock.now(),
            )
        )
        fallback = self._flows.current(UNKNOWN_FLOW)
        if fallback is None:
            raise LookupError(f"neither flow {name!r} nor {UNKNOWN_FLOW!r} is in force")
        return fallback


async def _refuse(call: Call, desk: Desk) -> None:
    """The tenant is suspended: its callers hear so, in both languages, and nothing else (SPEC §2.1)."""
    try:
        await call.answer()
        await call.leave([desk.voice.prompt(lang, SUSPENDED) for lang in ("zh", "en")])
    except Hungup:
        pass


def _read(place: str) -> Place | None:
    try:
        return Place.read(place)
    except ValueError:
        log.error("a call cannot be taken up where it was: %r", place)
        return None
