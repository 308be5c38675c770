"""Rooms and texts as flows ask for them, on the database."""

from collections.abc import Mapping
from typing import Generic, Protocol, TypeVar

from calls.unavailable import Unavailable
from db.work import Database, Unreachable
from sales import queries

Spoken = TypeVar("Spoken", covariant=True)


class Shape(Protocol[Spoken]):
    """How a room is told to whoever asks; the sales desk does not know the flows, so it is given `ivr.desk.Room`."""

    def __call__(
        self,
        *,
        code: str,
        building: int,
        floor: int,
        door: str,
        layout: Mapping[str, str],
        built_x100: int,
        orientation: str,
        unit_fen: int,
        list_fen: int,
        state: str,
    ) -> Spoken: ...


class SpokenRooms(Generic[Spoken]):
    """`SpokenRooms(db, ivr.desk.Room)`. Raises Unavailable while the database is away."""

    def __init__(self, db: Database, shape: Shape[Spoken]) -> None:
        self._db = db
        self._shape = shape

    async def by_code(self, project: int, code: str) -> Spoken | None:
        try:
            row = await self._db.read(queries.room_by_code, project, code)
        except Unreachable as error:
            raise Unavailable(str(error)) from error
        return None if row is None else self._spoken(row)

    async def all(self) -> list[Spoken]:
        """Every room of every project. Raises Unavailable."""
        try:
            return [self._spoken(row) for row in await self._db.read(queries.all_rooms)]
        except Unreachable as error:
            raise Unavailable(str(error)) from error

    async def latest(self, most: int) -> list[Spoken]:
        """The rooms that were changed last. Raises Unavailable."""
        try:
            return [self._spoken(row) for row in await self._db.read(queries.latest_rooms, most)]
        except Unreachable as error:
            raise Unavailable(str(error)) from error

    def _spoken(self, row: queries.RoomRow) -> Spoken:
        return self._shape(
            code=row.code,
            building=row.building,
            floor=row.floor,
            door=row.door,
            layout={"zh": row.layout_zh, "en": row.layout_en},
            built_x100=row.built_x100,
            orientation=row.orientation,
            unit_fen=row.unit_fen,
            list_fen=row.list_fen,
            state=row.state,
        )


class SpokenTexts:
    """An `ivr.desk.Content`. Raises Unavailable while the database is away."""

    def __init__(self, db: Database) -> None:
        self._db = db

    async def text(self, project: int, topic: str, lang: str) -> str | None:
        try:
            return await self._db.read(queries.text_of, project, topic, lang)
        except Unreachable as error:
            raise Unavailable(str(error)) from error
