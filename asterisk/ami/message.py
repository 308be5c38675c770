"""What the manager interface says and answers, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass


class LinkLost(ConnectionError):
    """The answer to this action will never come; whether the exchange carried it out is unknown."""


class Refused(Exception):
    """The exchange answered that it will not do it."""


@dataclass(frozen=True, slots=True)
class Message:
    """name: the event, or the word of a response ("Success"). fields: lower-case names; a name that occurs several
    times has its values joined by line feeds; a name that does not occur is a KeyError, never ""."""

    name: str
    fields: Mapping[str, str]

    def __getitem__(self, field: str) -> str:
        return self.fields[field]
