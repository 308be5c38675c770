"""The kinds of steps, one file each. A new kind is a new file and one line here."""

from ivr.steps import (
    bye,
    digits,
    hours,
    language,
    leave,
    menu,
    person,
    play,
    program,
    project,
    room,
    room_code,
    text,
)

__all__ = [
    "bye",
    "digits",
    "hours",
    "language",
    "leave",
    "menu",
    "person",
    "play",
    "program",
    "project",
    "room",
    "room_code",
    "text",
]
