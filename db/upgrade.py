"""Migrations: brought up to date at the start, in one transaction, by whoever comes first.

A revision's id is the number its file begins with, so whether there is anything to do is seen without loading Alembic.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, inspect, text

from db.work import Database

HERE = Path(__file__).parent / "migrations"


def head() -> str:
    """The newest revision shipped with this code."""
    return max(file.stem.partition("_")[0] for file in (HERE / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """The revision a database is at; None: it is empty."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


async def upgrade(db: Database, to: str = "head") -> str:
    """Bring the tables to revision `to`; return the revision they are at now.

    Raises RuntimeError if the database is newer than this code.
    """

    return await db.migrate(lambda connection: bring(connection, to))


def bring(connection: Connection, to: str = "head") -> str:
    """As `upgrade`, on a connection and in a transaction that are there already."""
    at, target = revision(connection), head() if to == "head" else to
    if at is not None and at > head():
        raise RuntimeError(f"the database is at revision {at}, newer than this code ({head()}): update the code")
    if at != target:
        _alembic(connection, lambda command, config: command.upgrade(config, target))
    return target


async def downgrade(db: Database, to: str = "base") -> None:
    """Go back to revision `to`; what later revisions stored is lost."""
    await db.migrate(lambda connection: _alembic(connection, lambda command, config: command.downgrade(config, to)))


async def differences(db: Database, metadata: MetaData) -> list[Any]:
    """What the models have that the tables have not, or the other way round; [] = they agree."""

    def go(connection: Connection) -> list[Any]:
        from alembic.autogenerate import compare_metadata
        from alembic.migration import MigrationContext

        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        return list(compare_metadata(context, metadata))

    return await db.migrate(go)


def _alembic(connection: Connection, go: Callable[[Any, Any], None]) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    go(command, config)
