"""What a column cannot hold is refused before either engine sees it."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from db.base import Base
from db.bounds import LARGEST, OutOfBounds
from db.refusal import Code
from db.statement import Statement
from db.tenant import HOME, Tenant
from db.work import Database
from dialplan.models import CalendarRow, Extension

NAME, NUMBER = 64, 16  # characters of calendar.name and extension.number


def calendar(session: Session, name: str, code: str = "week") -> None:
    session.add(CalendarRow(tenant_id=HOME, code=code, name=name))


def names(session: Session) -> list[str]:
    return list(session.scalars(select(CalendarRow.name)))


@pytest.fixture
async def home(db: Database) -> Database:
    await db.write(lambda session: session.add(Tenant(id=HOME, code="home", name="云山物业")))
    return db


async def test_a_name_as_long_as_its_column_is_kept(home: Database) -> None:
    await home.write(calendar, "周" * NAME)
    assert await home.read(names) == ["周" * NAME]


async def test_one_character_more_is_refused_by_the_field(home: Database) -> None:
    with pytest.raises(OutOfBounds) as refused:
        await home.write(calendar, "周" * (NAME + 1))
    assert refused.value.code is Code.VALIDATION
    assert refused.value.details == {"field": "calendar.name", "most": 64}
    assert refused.value.zh == "“calendar.name”最多 64 个字符，现有 65 个。"
    assert refused.value.en == "calendar.name takes 64 characters at most, not 65."
    assert await home.read(names) == []


@pytest.mark.parametrize("name", ["周" * (NAME + 1), "周\0末"])
async def test_whichever_way_it_comes(home: Database, name: str) -> None:
    """By the mapper, in bulk, by a ready statement, as a change: no way round."""
    row = {"tenant_id": HOME, "code": "week", "name": name}
    ready = Statement.insert(CalendarRow, "tenant_id", "code", "name")
    change = update(CalendarRow).values(name=name)
    await home.write(calendar, "周末")
    for way in (
        lambda s: calendar(s, name, "other"),
        lambda s: s.execute(insert(CalendarRow), [row]),
        lambda s: ready.run(s.connection(), row),
        lambda s: s.execute(change),
    ):
        with pytest.raises(OutOfBounds, match="name"):
            await home.write(way)
    assert await home.read(names) == ["周末"]


async def test_a_small_number_is_not_large(home: Database) -> None:
    change = update(CalendarRow).where(CalendarRow.name == "周末")
    await home.write(calendar, "周末")
    await home.write(lambda s: s.execute(change.values(row_version=LARGEST)))
    with pytest.raises(OutOfBounds) as refused:
        await home.write(lambda s: s.execute(change.values(row_version=LARGEST + 1)))
    assert refused.value.details["field"] == "calendar.row_version"


async def test_one_may_look_for_anything(home: Database) -> None:
    looked = select(CalendarRow.id).where(CalendarRow.name == "周" * 500, CalendarRow.row_version < 10**12)
    assert await home.read(lambda s: s.scalars(looked).all()) == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=24))
async def test_what_is_taken_comes_back_as_it_was(home: Database, number: str) -> None:
    def there_and_back(session: Session) -> str:
        row = Extension(tenant_id=HOME, number=number, kind="seat", name="")
        session.add(row)
        session.flush()
        kept = session.scalars(select(Extension.number).where(Extension.id == row.id)).one()
        session.delete(row)
        return kept

    fits = len(number) <= NUMBER and "\0" not in number
    try:
        assert await home.write(there_and_back) == number
        assert fits
    except OutOfBounds:
        assert not fits


def test_no_text_of_any_table_is_left_out() -> None:
    plain = {"String", "Text", "Integer"}
    left = [str(c) for table in Base.metadata.sorted_tables for c in table.columns if type(c.type).__name__ in plain]
    assert left == []
