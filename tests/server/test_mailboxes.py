"""`./run mailbox`, on both engines."""

from typing import Any

import pytest

from db.refusal import Refused
from db.work import Database
from ivr.mailbox.port import Attempt, Opening
from server.mailboxes import mailbox
from tests.ivr.mailbox.conftest import room as room
from tests.ivr.mailbox.mailroom import Mailroom


async def test_a_mailbox_is_made_and_changed(room: Mailroom) -> None:
    told = await mailbox(room.db, {"do": "set", "number": "8100", "kind": "group", "owners": ["8001", "8002"]})
    made = next(one for one in told["mailboxes"] if one["number"] == "8100")
    assert made == {
        "number": "8100", "kind": "group", "owners": ["8001", "8002"], "new": 0, "saved": 0, "quota": 50, "mail": "",
        "distribute": False, "pin": False,
    }  # fmt: skip
    words = {"number": "8100", "pin": "7351", "quota": 3, "mail": "sales@example.test", "distribute": True}
    changed = next(
        one for one in (await mailbox(room.db, {"do": "set", **words}))["mailboxes"] if one["number"] == "8100"
    )
    assert (changed["pin"], changed["quota"], changed["mail"], changed["kind"]) == (
        True, 3, "sales@example.test", "group",
    )  # fmt: skip
    attempt = Attempt("01HR0000000000000000000001", 1, "8100", "13900000001", "7351")
    assert await room.post.unlock(attempt) is Opening.OPEN
    await room.leave("8100")
    assert [(one["number"], one["new"]) for one in (await mailbox(room.db, {"do": "list"}))["mailboxes"]] == [
        ("8001", 0), ("8002", 0), ("8100", 1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"number": "80a1"}, "3 to 8 digits"),
        ({"number": "８００１"}, "3 to 8 digits"),
        ({"number": "8100", "kind": "fax"}, "personal or a group's"),
        ({"number": "8100", "quota": 0}, "1 to 10000"),
        ({"number": "8100", "mail": "nowhere"}, "no mail address"),
        ({"number": "8100", "pin": "12"}, "4 to 8 digits"),
        ({"number": "8100", "pin": "8100"}, "guessed"),
        ({"number": "8100", "owners": ["x"]}, "extensions"),
        ({"number": "8100", "tenant": "nobody"}, "no tenant"),
    ],
)
async def test_what_does_not_fit_is_refused_and_changes_nothing(
    room: Mailroom, words: dict[str, Any], said: str
) -> None:
    before = await mailbox(room.db, {"do": "list"})
    with pytest.raises(Refused, match=said):
        await mailbox(room.db, {"do": "set", **words})
    assert await mailbox(room.db, {"do": "list"}) == before


async def test_where_nothing_was_ever_started_there_is_nothing_to_set(db: Database) -> None:
    with pytest.raises(Refused, match="start it once"):
        await mailbox(db, {"do": "set", "number": "8002"})
