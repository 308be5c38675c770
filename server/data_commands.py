"""What the side door offers about the data alone (`server.beside`): the one list."""

from collections.abc import Mapping

from db.work import Database
from server.beside import Work, at_the_door
from server.boards import board
from server.conference_desk import conference
from server.content import content
from server.control import Command
from server.enquiry_desk import enquiry
from server.events import event
from server.extensions import extension
from server.features import feature
from server.flow_life import flow
from server.mailboxes import mailbox
from server.recorded_prompts import prompt
from server.seat_desk import queue, seat
from server.staffing import staffing
from server.tasks import task
from server.user_desk import user

WORK: Mapping[str, Work] = {
    "board": board,
    "conference": conference,
    "content": content,
    "enquiry": enquiry,
    "event": event,
    "extension": extension,
    "feature": feature,
    "flow": flow,
    "mailbox": mailbox,
    "prompt": prompt,
    "queue": queue,
    "seat": seat,
    "staffing": staffing,
    "task": task,
    "user": user,
}


def data_commands(db: Database, lang: str) -> Mapping[str, Command]:
    return {name: at_the_door(work, db, lang) for name, work in WORK.items()}
