"""Drafts, publishing, versions and rolling back by command; what fails the check comes in by no door (S4-61)."""

import json
from typing import Any

import pytest

from db.refusal import Refused
from db.work import Database
from ivr import queries
from server.flow_life import flow
from tests.ivr.desk import copy, document


def changed(note: str, **root: Any) -> str:
    made = copy(document())
    made["note"] = note
    made["steps"]["root"]["leads"].update(root)
    return json.dumps(made, ensure_ascii=False)


async def do(db: Database, what: str, name: str = "main", **more: Any) -> Any:
    return await flow(db, {"do": what, "name": name, "by": "chen", **more})


async def test_a_draft_is_published_and_rolled_back(db: Database) -> None:
    await do(db, "draft", text=json.dumps(document()))
    assert (await do(db, "publish"))["number"] == 1
    assert (await do(db, "draft", text=changed("new", operator="timeout")))["problems"] == []
    lines = (await do(db, "diff", old="", new="draft"))["lines"]
    assert [en for _, en in lines if en.startswith("root")] == ["root: key 0 leads to timeout, before: agent"]
    told = await do(db, "publish")
    assert told["number"] == 2
    kept = await do(db, "versions")
    assert [(row["number"], row["in_force"], row["by"], row["door"]) for row in kept["versions"]] == [
        (2, True, "chen", "command"),
        (1, False, "chen", "command"),
    ]
    assert kept["draft"] is None
    assert (await do(db, "rollback"))["number"] == 1
    assert (await do(db, "rollback", number="2"))["version"] == told["version"]
    assert (await db.read(queries.in_force))["main"].version == told["version"]


async def test_a_draft_with_mistakes_is_kept_and_not_published(sqlite_db: Database) -> None:
    before = (await do(sqlite_db, "draft", text=json.dumps(document())), await do(sqlite_db, "publish"))[1]
    told = await do(sqlite_db, "draft", text=changed("x", operator="nowhere"))
    assert told["problems"][0][1].startswith("root leads.operator: “operator” leads to “nowhere”")
    assert told["problems"][0][0].startswith("root leads.operator：出口“operator”通往的步骤“nowhere”不存在")
    for what in ({"do": "publish"}, {"do": "diff", "new": "draft"}):
        with pytest.raises(Refused) as refused:
            await flow(sqlite_db, {"name": "main", "by": "chen", **what})
        assert "which does not exist" in refused.value.en
        assert "不存在" in refused.value.zh
    assert (await sqlite_db.read(queries.in_force))["main"].version == before["version"]
    assert (await do(sqlite_db, "show"))["text"] == changed("x", operator="nowhere")  # nothing is lost
    assert (await do(sqlite_db, "versions"))["draft"]["problems"] == 1


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"flow": "main",', "this is not JSON"),
        ("[]", "a flow is an object"),
        ('{"flow": "main", "flow": "main", "format": 1, "start": "a", "steps": {}}', "stands here more than once"),
        (json.dumps({**document(), "flow": "other"}), "it is the draft of “main”"),
        ("", "this is not JSON"),
    ],
)
async def test_whatever_is_kept_as_a_draft_only_a_flow_is_published(
    sqlite_db: Database, text: str, problem: str
) -> None:
    told = await do(sqlite_db, "draft", text=text)
    assert problem in " ".join(en for _, en in told["problems"])
    with pytest.raises(Refused, match="Not published"):
        await do(sqlite_db, "publish")
    assert (await do(sqlite_db, "drop"))["dropped"]
    assert not (await do(sqlite_db, "drop"))["dropped"]


async def test_an_old_version_that_no_longer_passes_is_not_brought_back(sqlite_db: Database) -> None:
    await do(sqlite_db, "draft", text=json.dumps(document()))
    await do(sqlite_db, "publish")
    await do(sqlite_db, "draft", text=changed("b"))
    await do(sqlite_db, "publish")

    def spoil(session: Any) -> None:
        row = queries.versions(session, "main")[1]
        row.document = json.loads(changed("a prompt of old", operator="gone"))

    await sqlite_db.write(spoil)
    with pytest.raises(Refused, match="does not exist"):
        await do(sqlite_db, "rollback")


@pytest.mark.parametrize(
    ("what", "more", "text"),
    [
        ("publish", {}, "There is no draft"),
        ("rollback", {}, "No version of a flow"),
        ("rollback", {"number": "7"}, "No version of a flow"),
        ("versions", {"name": "none"}, "No version of a flow"),
        ("diff", {"old": "1", "new": "2"}, "No version of a flow"),
        ("draft", {"name": "../etc", "text": "{}"}, "can be no flow's name"),
        ("burn", {}, "no such command"),
    ],
)
async def test_what_cannot_be_done_is_told(sqlite_db: Database, what: str, more: dict[str, Any], text: str) -> None:
    with pytest.raises(Refused) as refused:
        await flow(sqlite_db, {"do": what, "name": "main", "by": "chen", **more})
    assert text in refused.value.en
    assert refused.value.zh


async def test_before_the_first_start_the_shipped_flow_is_what_one_begins_from(sqlite_db: Database) -> None:
    told = await do(sqlite_db, "show")
    assert (json.loads(told["text"]), told["draft"]) == (document(), False)
    await do(sqlite_db, "draft", text=changed("n"))
    lines = (await do(sqlite_db, "diff", old="", new="draft"))["lines"]
    assert [zh for zh, _ in lines] == [f"备注改为“n”，原为“{document()['note']}”"]
