"""Where lives are lived: one fresh house with fixture T after the other, on either engine."""

import asyncio
import shutil
from itertools import count
from pathlib import Path
from typing import Protocol

from tests.db.engines import Cluster
from tests.sales.services.office import template_t


class Ground(Protocol):
    """Houses to live in; they are given and taken back inside the event loop of whoever lives there."""

    async def fresh(self) -> str:
        """The address of a database with fixture T that nobody else has."""

    async def taken_back(self, url: str) -> None:
        """It is not needed any more."""


class SqliteGround:
    """template: a file with fixture T."""

    def __init__(self, template: Path, where: Path) -> None:
        self._template, self._where = template, where
        self._numbers = count(1)

    async def fresh(self) -> str:
        path = self._where / f"life{next(self._numbers)}.db"
        await asyncio.to_thread(shutil.copy, self._template, path)
        return f"sqlite:///{path}"

    async def taken_back(self, url: str) -> None:
        path = Path(url.removeprefix("sqlite:///"))
        for each in path.parent.glob(f"{path.name}*"):
            each.unlink()


class PostgresGround:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster

    async def fresh(self) -> str:
        return self._cluster.url(await self._cluster.create(await template_t(self._cluster)))

    async def taken_back(self, url: str) -> None:
        await self._cluster.drop(url.rsplit("/", 1)[1])
