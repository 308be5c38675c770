"""How a version of a flow came to be in force, and whether a file counts beside it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Door(StrEnum):
    """A flow is published by one of these; each is guarded by the same check."""

    SHIPPED = "shipped"  # it came with the software
    FILE = "file"  # the administrator's file was saved
    COMMAND = "command"  # ./run flow publish, rollback


@dataclass(frozen=True, slots=True)
class Publication:
    """door, by, at: how, by whom and when; source: the file it came from, "" = none."""

    door: Door
    by: str
    at: datetime
    source: str = ""


@dataclass(frozen=True, slots=True)
class InForce:
    """The version published last, and how."""

    name: str
    version: str
    turn: int
    door: Door
    source: str


def counts(version: str, source: str, last: InForce | None, *, own: str, known: bool) -> bool:
    """At a start: is the file found (`source`, with this version) what callers are to have, or what was published last?

    own: where the administrator's file of this flow stands, or would; known: this version has been published before.

    What was published by command stays until a file brings something that has never been in force. A file of ours that
    is gone has been taken back, and so the shipped flow counts again.
    """
    if last is None or version == last.version or last.source == own:
        return True
    if source != own:  # the shipped one
        return last.door is Door.SHIPPED
    return not known
