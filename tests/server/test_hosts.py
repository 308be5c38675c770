"""A project whose rooms are known by somebody else's computer: the same flow, the same words; and what becomes of a
caller when that computer is slow, dead, or talks nonsense (S4-25, S4-33, S4-45)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiohttp import web

from calls.bus import LocalBus
from calls.call import Answered
from calls.clock import FixedClock
from calls.facts import AnyFact, CallTroubled
from calls.unavailable import Unavailable
from db.work import Database
from dialplan.service import Project
from ivr.enquiry import Wish
from sales.fixture import load_fixture
from server import hosts as hosts_module
from server.enquiries import Enquiries, HouseRooms
from server.hosts import Hosts
from tests.db.engines import NOON
from tests.ivr.desk import MAIN, ROOMS, SERVICE, House, Stage, words

ROOM = {
    "code": "020201",
    "building": 2,
    "floor": 2,
    "door": "01",
    "layout": {"zh": "两室两厅", "en": "two bedrooms"},
    "built_x100": 8900,
    "orientation": "S",
    "unit_fen": 1000000,
    "list_fen": 89000000,
    "state": "available",
}
LAYOUT = {
    "code": "A",
    "name": {"zh": "两室两厅", "en": "two bedrooms"},
    "built_x100": 8900,
    "orientations": ["S"],
    "for_sale": 1,
    "least_fen": 89000000,
    "most_fen": 89000000,
}
Manner = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Host:
    """The other computer. `manner`: how it answers from now on; None: as agreed."""

    url: str = ""
    manner: Manner | None = None
    asked: list[str] = field(default_factory=list)

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.path_qs)
        if self.manner is not None:
            return await self.manner(request)
        match request.path:
            case "/sea/rooms/020201":
                return web.json_response(ROOM)
            case "/sea/layouts":
                return web.json_response({"layouts": [LAYOUT]})
            case "/sea/rooms":
                return web.json_response({"total": 1, "rooms": [ROOM]})
        return web.json_response({"what": "there is no such room"}, status=404)

    @property
    def project(self) -> Project:
        return Project(1, "01", {"zh": "海景苑", "en": "Sea View"}, self.url)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    made = Host()
    app = web.Application()
    app.router.add_get("/{path:.*}", made.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/sea/"
    yield made
    await runner.cleanup()


@dataclass
class Asker:
    hosts: Hosts
    facts: list[AnyFact]

    @property
    def alarms(self) -> list[tuple[str, bool]]:
        return [(fact.key, fact.cleared) for fact in self.facts]  # type: ignore[union-attr]


@pytest.fixture
async def asker() -> AsyncIterator[Asker]:
    bus = LocalBus()
    facts: list[AnyFact] = []
    bus.subscribe(facts.append)
    async with Hosts(bus, FixedClock(NOON), deadline=0.4) as made:
        yield Asker(made, facts)


def slow(seconds: float) -> Manner:
    async def manner(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return web.json_response(ROOM)

    return manner


def says(body: str | bytes, status: int = 200) -> Manner:
    async def manner(request: web.Request) -> web.StreamResponse:
        return web.Response(body=body, status=status, content_type="application/json")

    return manner


async def dies(request: web.Request) -> web.StreamResponse:
    """In the middle of its answer."""
    assert request.transport is not None
    request.transport.close()
    return web.Response()


# -- both sources, one flow ----


async def call(script: str, host: Host, rooms: Any) -> Stage:
    stage = Stage(script, MAIN, service=replace(SERVICE, projects=(host.project,)), dials=[Answered(1.0)])
    stage.visit.desk = replace(stage.desk, rooms=rooms)
    return await stage.run()


@pytest.mark.parametrize("script", [" 1 1 4 020201# 9", " 2 1 4 999999# *", " 1 1 5 2 89# 0# 1"])
async def test_one_leaf_says_the_same_of_a_room_here_and_there(
    script: str, host: Host, asker: Asker, sqlite_db: Database
) -> None:
    await sqlite_db.write(load_fixture, "T")
    rooms = Enquiries(HouseRooms(sqlite_db), asker.hosts)
    there = await call(script, host, rooms)
    assert host.asked
    host.url = ""
    here = await call(script, host, rooms)
    assert (there.nodes, there.said) == (here.nodes, here.said)
    assert not there.of(CallTroubled)


async def test_a_layout_there(host: Host, asker: Asker) -> None:
    stage = await call(" 2 1 3 1", host, Enquiries(House(), asker.hosts))
    assert "Number of rooms for sale: one. The total price is eight hundred ninety thousand yuan." in stage.speech


async def test_what_is_asked_and_that_it_is_not_asked_again(host: Host, asker: Asker) -> None:
    ask = asker.hosts
    assert await ask.by_code(host.project, "020201") == ROOMS["020201"]
    assert await ask.by_code(host.project, "020201") == ROOMS["020201"]
    assert await ask.by_code(host.project, "999999") is None
    assert (await ask.search(host.project, Wish(2, 90, 80))).total == 1
    assert (await ask.search(host.project, Wish())).rooms == [ROOMS["020201"]]
    assert [layout.code for layout in await ask.layouts(host.project)] == ["A"]
    assert host.asked == [
        "/sea/rooms/020201",
        "/sea/rooms/999999",
        "/sea/rooms?bedrooms=2&most_fen=90000000&least_x100=8000",
        "/sea/rooms",
        "/sea/layouts",
    ]
    assert asker.alarms == []


# -- trouble ----


async def test_a_host_that_takes_five_seconds_is_given_up_after_three(host: Host) -> None:
    """The product's own deadline: the caller hears that it cannot be said now, and may have a person."""
    host.manner = slow(5.0)
    loop = asyncio.get_running_loop()
    async with Hosts(LocalBus(), FixedClock(NOON)) as hosts:
        began = loop.time()
        stage = await call(" 1 1 4 020201# 0", host, Enquiries(House(), hosts))
        assert 2.9 < loop.time() - began < 4.5
    assert words("host_unavailable") in stage.speech
    assert stage.nodes[4:] == ["room_code", "timeout", "operator", "bye"]
    assert "no answer within 3 s" in stage.of(CallTroubled)[0].what


async def test_back_from_a_host_that_is_away(host: Host, asker: Asker) -> None:
    host.manner = says("", 503)
    stage = await call(" 2 1 3 * 1", host, Enquiries(House(), asker.hosts))
    assert words("host_unavailable", "en") in stage.speech
    assert stage.nodes[3:] == ["query", "layouts", "query", "developer"]


@pytest.mark.parametrize(
    "manner",
    [
        slow(2.0),
        dies,
        says("", 500),
        says("", 403),
        says("<html>"),
        says("[]"),
        says('{"code": "020201"}'),
        says(b"\xff\xfe"),
        says(b" " * (hosts_module.MOST_BYTES + 1)),
    ],
    ids=["slow", "dies", "500", "403", "no JSON", "a list", "half a room", "no text", "endless"],
)
async def test_whatever_is_wrong_is_unavailable_and_one_alarm_until_it_is_over(
    host: Host, asker: Asker, manner: Manner
) -> None:
    host.manner = manner
    for _ in range(2):
        with pytest.raises(Unavailable, match="the host of project 01 cannot be asked"):
            await asker.hosts.by_code(host.project, "020201")
    assert asker.alarms == [("host.01", False)]
    host.manner = None
    assert await asker.hosts.by_code(host.project, "020201") == ROOMS["020201"]
    assert asker.alarms == [("host.01", False), ("host.01", True)]


@pytest.mark.parametrize(
    "wrong",
    [{"code": "2201"}, {"state": "lovely"}, {"orientation": "up"}, {"list_fen": -1}, {"layout": {"zh": "两室"}}],
)
async def test_a_room_that_cannot_be_said_is_not_said(host: Host, asker: Asker, wrong: dict[str, Any]) -> None:
    async def manner(request: web.Request) -> web.StreamResponse:
        return web.json_response(ROOM | wrong)

    host.manner = manner
    with pytest.raises(Unavailable, match="not the answer agreed on"):
        await asker.hosts.by_code(host.project, "020201")


async def test_nobody_there_at_all(asker: Asker) -> None:
    gone = Project(1, "07", {}, "http://127.0.0.1:1")
    with pytest.raises(Unavailable):
        await asker.hosts.layouts(gone)
    nonsense = Project(1, "08", {}, "ftp:/somewhere")
    with pytest.raises(Unavailable):
        await asker.hosts.layouts(nonsense)


async def test_it_is_asked_again_after_a_fault_of_a_moment(host: Host, asker: Asker) -> None:
    async def once(request: web.Request) -> web.StreamResponse:
        host.manner = None
        return await dies(request)

    host.manner = once
    assert await asker.hosts.by_code(host.project, "020201") == ROOMS["020201"]
    assert len(host.asked) == 2
    assert asker.alarms == []
