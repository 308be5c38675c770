"""Projects whose rooms are known by a computer of somebody else: asked over HTTP, in JSON (S4-25, S4-33).

    GET <host>/rooms/020201                              a room; 404: there is none
    GET <host>/layouts                                   {"layouts": [a layout, …]}
    GET <host>/rooms?bedrooms=2&most_fen=…&least_x100=…  {"total": 7, "rooms": [a room, … the cheapest five for sale]}

What a room and a layout are stands in docs/operator/enquiries.md. A caller is waiting: after three seconds the answer
is that there is none. A connection that fails, or a computer that says 5xx, is asked again as long as there is time.
"""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Self, TypeVar

import aiohttp
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

from calls.bus import Bus
from calls.clock import Clock
from calls.facts import Alarm
from calls.unavailable import Unavailable
from dialplan.service import Project
from ivr.enquiry import MOST_LAYOUTS, MOST_ROOMS, Found, Layout, Room, Wish

log = logging.getLogger(__name__)

DEADLINE = 3.0  # seconds for an answer, all attempts together
ATTEMPTS = 3
PAUSE = 0.1  # seconds between two of them
FRESH = 10.0  # seconds that an answer is good for: a room is asked for twice, when its code is entered and when told
MOST_KEPT = 1000  # answers
MOST_BYTES = 1_000_000  # of one answer
WAN = 1_000_000  # fen

T = TypeVar("T")
Fen = Annotated[int, Field(ge=0, le=10**15)]
Area = Annotated[int, Field(gt=0, le=10**8)]
Orientation = Literal["N", "NE", "E", "SE", "S", "SW", "W", "NW"]
State = Literal[
    "available", "reserved", "booked", "subscribed", "contracted", "sold", "not_for_sale", "not_released"
]  # fmt: skip


class Name(BaseModel):
    """Words by language, as they are spoken."""

    zh: str = Field(min_length=1, max_length=64)
    en: str = Field(min_length=1, max_length=64)


class RoomAnswer(BaseModel):
    code: str = Field(pattern=r"^[0-9]{6}$")
    building: int = Field(ge=0, le=99)
    floor: int = Field(ge=-9, le=199)
    door: str = Field(pattern=r"^[0-9]{1,4}$")
    layout: Name
    built_x100: Area
    orientation: Orientation
    unit_fen: Fen
    list_fen: Fen
    state: State

    def told(self) -> Room:
        return Room(**self.model_dump())


class LayoutAnswer(BaseModel):
    code: str = Field(min_length=1, max_length=8)
    name: Name
    built_x100: Area
    orientations: tuple[Orientation, ...] = Field(min_length=1)
    for_sale: int = Field(ge=0)
    least_fen: Fen = 0
    most_fen: Fen = 0

    def told(self) -> Layout:
        return Layout(**self.model_dump())


class LayoutsAnswer(BaseModel):
    layouts: list[LayoutAnswer]


class FoundAnswer(BaseModel):
    total: int = Field(ge=0)
    rooms: list[RoomAnswer]


ROOM, LAYOUTS, FOUND = TypeAdapter(RoomAnswer), TypeAdapter(LayoutsAnswer), TypeAdapter(FoundAnswer)


class Hosts:
    """`async with Hosts(bus, clock) as hosts`: an `ivr.desk.Rooms`. A silent host is an alarm until it answers."""

    def __init__(self, bus: Bus, clock: Clock, *, deadline: float = DEADLINE) -> None:
        self._bus = bus
        self._clock = clock
        self._deadline = deadline
        self._kept: dict[object, tuple[float, Any]] = {}
        self._silent: set[str] = set()

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def by_code(self, project: Project, code: str) -> Room | None:
        found = await self._ask(project, f"rooms/{code}", {}, ROOM)
        return None if found is None else found.told()

    async def layouts(self, project: Project) -> Sequence[Layout]:
        found = await self._ask(project, "layouts", {}, LAYOUTS)
        return [one.told() for one in found.layouts[:MOST_LAYOUTS]] if found else []

    async def search(self, project: Project, wish: Wish) -> Found:
        wanted = {
            "bedrooms": wish.bedrooms,
            "most_fen": wish.most_wan * WAN,
            "least_x100": wish.least_m2 * 100,
        }
        found = await self._ask(project, "rooms", {name: value for name, value in wanted.items() if value}, FOUND)
        if found is None:
            return Found(0, ())
        rooms = [room.told() for room in found.rooms[:MOST_ROOMS]]
        return Found(max(found.total, len(rooms)), rooms)

    async def _ask(self, project: Project, path: str, query: Mapping[str, int], shape: TypeAdapter[T]) -> T | None:
        """None: there is no such thing (404). Raises Unavailable."""
        key, now = (project.host, path, tuple(query.items())), asyncio.get_running_loop().time()
        until, kept = self._kept.get(key, (0.0, None))
        if now < until:
            answer: T | None = kept
            return answer
        try:
            async with asyncio.timeout(self._deadline):
                body = await self._fetch(f"{project.host.rstrip('/')}/{path}", query)
            answer = None if body is None else shape.validate_json(body)
        except TimeoutError:
            raise self._away(project, f"no answer within {self._deadline:g} s") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            what = "not the answer agreed on" if isinstance(error, ValidationError) else str(error)
            raise self._away(project, what) from error
        self._back(project)
        if len(self._kept) >= MOST_KEPT:
            self._kept = {key: (until, old) for key, (until, old) in self._kept.items() if now < until}
        if len(self._kept) < MOST_KEPT:
            self._kept[key] = (now + FRESH, answer)
        return answer

    async def _fetch(self, url: str, query: Mapping[str, int]) -> bytes | None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                async with self._session.get(url, params=query, allow_redirects=False) as answer:
                    if answer.status == 404:
                        return None
                    if answer.status == 200:
                        return await _body(answer)
                    trouble: Exception = ValueError(f"it answers {answer.status}")
                    if answer.status < 500:
                        raise trouble
            except aiohttp.ClientConnectionError as error:
                trouble = error
            if attempt < ATTEMPTS:
                await asyncio.sleep(PAUSE * attempt)
        raise trouble

    def _away(self, project: Project, what: str) -> Unavailable:
        text = f"the host of project {project.code} cannot be asked: {what}"
        if project.host not in self._silent:
            self._silent.add(project.host)
            log.error("%s", text)
            self._bus.publish(Alarm(key=f"host.{project.code}", text=text, at=self._clock.now()))
        return Unavailable(text)

    def _back(self, project: Project) -> None:
        if project.host in self._silent:
            self._silent.discard(project.host)
            text = f"the host of project {project.code} answers again"
            self._bus.publish(Alarm(key=f"host.{project.code}", text=text, at=self._clock.now(), cleared=True))


async def _body(answer: aiohttp.ClientResponse) -> bytes:
    """Raises ValueError for one that is too long to be meant."""
    body = bytearray()
    async for piece in answer.content.iter_chunked(65536):
        body += piece
        if len(body) > MOST_BYTES:
            raise ValueError(f"its answer is longer than {MOST_BYTES} bytes")
    return bytes(body)
