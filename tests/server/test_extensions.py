"""`./run extension`, on both engines."""

from typing import Any

import pytest

from db.refusal import Refused
from db.work import Database
from sales.fixture import load_fixture
from server.extensions import extension
from tests.db.engines import cluster, db, sqlite_db, sqlite_template, url

__all__ = ["cluster", "db", "sqlite_db", "sqlite_template", "url"]


def _one(told: Any, number: str) -> dict[str, Any]:
    return next(one for one in told["extensions"] if one["number"] == number)


async def test_an_extension_is_made_changed_and_left_as_it_was(db: Database) -> None:
    await db.write(load_fixture, "T")
    assert _one(await extension(db, {"do": "list"}), "8001") == {
        "number": "8001", "kind": "seat", "name": "王芳", "permission": 1, "dnd": False, "always": "", "busy": "",
        "no_answer": "", "follow": [],
    }  # fmt: skip
    words = {"do": "set", "number": "8001", "permission": 2, "busy": "8002", "follow": ["8002", "913800000001"]}
    assert _one(await extension(db, words), "8001") == {
        "number": "8001", "kind": "seat", "name": "王芳", "permission": 2, "dnd": False, "always": "", "busy": "8002",
        "no_answer": "", "follow": ["8002", "913800000001"],
    }  # fmt: skip
    told = await extension(db, {"do": "set", "number": "8001", "busy": "", "follow": [""], "dnd": True})
    assert _one(told, "8001")["follow"] == []
    assert (_one(told, "8001")["busy"], _one(told, "8001")["dnd"], _one(told, "8001")["permission"]) == ("", True, 2)
    new = await extension(db, {"do": "set", "number": "8100", "name": "前台"})
    assert (_one(new, "8100")["name"], _one(new, "8100")["kind"]) == ("前台", "phone")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"number": "7001"}, "8000 to 8999"),
        ({"number": "８００１"}, "8000 to 8999"),
        ({"number": "8001", "name": " "}, "1 to 64"),
        ({"number": "8001", "kind": "fax"}, "a seat or a phone"),
        ({"number": "8001", "permission": 5}, "0 to 4"),
        ({"number": "8001", "always": "913800000001"}, "another extension"),
        ({"number": "8001", "busy": "8001"}, "another extension"),
        ({"number": "8001", "no_answer": "8999"}, "another extension"),
        ({"number": "8001", "follow": ["916812345"]}, "no number that can be called"),
        ({"number": "8001", "follow": ["8002"] * 6}, "At most 5"),
        ({"number": "8001", "tenant": "nobody"}, "no tenant"),
    ],
)
async def test_what_does_not_fit_is_refused_and_changes_nothing(db: Database, words: dict[str, Any], said: str) -> None:
    await db.write(load_fixture, "T")
    before = await extension(db, {"do": "list"})
    with pytest.raises(Refused) as refusal:
        await extension(db, {"do": "set", **words})
    assert said in refusal.value.en
    assert await extension(db, {"do": "list"}) == before
