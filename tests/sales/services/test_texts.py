"""The texts of a project are written by one service: versions, who and when, the audit; bad ones are refused."""

from typing import Any, get_args

import pytest
from sqlalchemy import select

from db.audit import AuditLog
from db.refusal import Code
from db.tenant import HOME
from ivr.steps.text import Topic
from sales.models import Project
from sales.queries import texts, versions_of
from sales.services.projects import edit_project
from sales.services.texts import MOST, TOPICS, write_text
from tests.sales.services.office import Office


def test_the_topics_are_those_of_the_leaves() -> None:
    assert tuple(TOPICS) == get_args(Topic)


async def test_a_text_is_edited_and_what_it_was_is_kept(office: Office) -> None:
    project = (await office.one(Project)).id
    [before] = await office.db.read(texts, HOME, "01", "fees")
    assert before.version == 1
    edited = await office.does("boss", write_text, project, "fees", " 契税百分之一。 ", "Deed tax is one percent.", 1)
    assert (edited.version, edited.zh) == (2, "契税百分之一。")
    again = await office.does("boss", write_text, project, "fees", "契税百分之一。", "Deed tax is one percent.", 2)
    assert again.version == 2  # the same again changes nothing
    await office.does("boss", write_text, project, "fees", "契税百分之二。", "")
    assert await office.db.read(versions_of, project, "fees", "zh", 5) == [
        "契税百分之二。",
        "契税百分之一。",
        before.zh,
    ]
    assert await office.db.read(versions_of, project, "fees", "en", 2) == ["契税百分之二。", "Deed tax is one percent."]
    [now] = await office.db.read(texts, HOME, "01", "fees")
    assert (now.version, now.by, now.en) == (3, office.people["boss"].name, None)
    noted = await office.db.read(lambda s: list(s.scalars(select(AuditLog).where(AuditLog.action == "text.edit"))))
    assert [(row.after or {})["version"] for row in noted] == [2, 3]
    assert noted[1].before == {"zh": "契税百分之一。", "en": "Deed tax is one percent."}
    await office.chain_holds()


async def test_of_two_who_edit_at_once_one_is_told(office: Office) -> None:
    project = (await office.one(Project)).id
    await office.does("boss", write_text, project, "fees", "甲。", "", 1)
    await office.refused(Code.CONFLICT, "boss", write_text, project, "fees", "乙。", "", 1)
    await office.refused(Code.CONFLICT, "boss", write_text, project, "hours", "丙。", "", 7)


@pytest.mark.parametrize(
    ("topic", "zh", "en", "code"),
    [
        ("weather", "晴。", "", Code.NOT_FOUND),
        ("fees", "", "  ", Code.VALIDATION),
        ("fees", "……！", "", Code.VALIDATION),
        ("fees", "长" * (MOST + 1), "", Code.VALIDATION),
        ("fees", "零\0零", "", Code.VALIDATION),
    ],
)
async def test_what_cannot_be_told_is_refused(office: Office, topic: str, zh: str, en: str, code: Code) -> None:
    await office.refused(code, "boss", write_text, (await office.one(Project)).id, topic, zh, en)


async def test_sellers_do_not_write_what_callers_hear(office: Office) -> None:
    await office.refused(Code.PERM, "wang", write_text, (await office.one(Project)).id, "fees", "便宜。", "")


async def test_the_host_of_a_project_s_data(office: Office) -> None:
    project = (await office.one(Project)).id
    edited = await office.does("boss", edit_project, project, {"host": "http://10.0.0.5:8080/haitian"})
    assert edited.host == "http://10.0.0.5:8080/haitian"
    assert (await office.does("boss", edit_project, project, {"host": ""})).host == ""
    wrong: tuple[Any, ...] = (
        "10.0.0.5",
        "ftp://x/",
        "http://",
        "http://me:secret@x/",
        "http://x/?a=1",
        "http://" + "x" * 300,
    )
    for host in wrong:
        await office.refused(Code.VALIDATION, "boss", edit_project, project, {"host": host})
