"""Where the data of enquiries come from and where our numbers are advertised: told and changed beside the centre."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.actor import Actor
from calls.clock import SystemClock
from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from dialplan.models import Did
from dialplan.service import key
from sales import codes
from sales.models import Project
from sales.services.acting import Acting
from sales.services.desk import Desk
from sales.services.projects import edit_project
from server.beside import Words
from server.control import Answer
from server.owner import project_of

CHANNELS = "channel"  # the code table


async def enquiry(db: Database, words: Words) -> Answer:
    """{"do": "list" | "host" | "channel", "project": code, "host": address, "number", "channel", "by": who}.

    {"projects": [{code, name, host}], "numbers": [{number, channel}]}. Raises Refused.
    """
    acting = Acting(Actor.of(str(words.get("by") or "owner"), "admin"), SystemClock().now)
    match words.get("do"):
        case "host":
            await acting.does(db, _host, words)
        case "channel":
            await acting.does(db, _channel, words)
    return await db.read(_list)


def _host(desk: Desk, words: Words) -> None:
    edit_project(desk, project_of(desk, str(words["project"])), {"host": str(words["host"]).strip()})


def _channel(desk: Desk, words: Words) -> None:
    number, channel = str(words["number"]), str(words["channel"]).strip()
    offered = [item.code for item in codes.items(desk.session, desk.tenant, CHANNELS)]
    if channel and channel not in offered:
        raise Refused(
            Code.NOT_FOUND,
            f"没有渠道“{channel}”，可用：{'、'.join(offered)}。",
            f"There is no channel “{channel}”; there are: {', '.join(offered)}.",
        )
    numbers = desk.session.scalars(select(Did).where(Did.tenant_id == desk.tenant))
    row = next((did for did in numbers if key(did.number) == key(number)), None)
    if row is None:
        raise Refused(Code.NOT_FOUND, f"{number} 不是本公司的号码。", f"{number} is no number of ours.")
    before, row.channel = row.channel, channel
    desk.session.flush()
    desk.note("did.channel", "did", row.id, {"channel": before}, {"channel": channel})


def _list(session: Session) -> dict[str, Any]:
    projects = select(Project.code, Project.name_zh, Project.host).where(Project.tenant_id == HOME)
    numbers = select(Did.number, Did.channel).where(Did.tenant_id == HOME).order_by(Did.number)
    return {
        "projects": [
            {"code": code, "name": name, "host": host}
            for code, name, host in session.execute(projects.order_by(Project.code))
        ],
        "numbers": [{"number": number, "channel": channel} for number, channel in session.execute(numbers)],
    }
