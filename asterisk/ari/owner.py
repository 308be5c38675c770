"""Whoever has a link hears through these."""

from typing import Protocol

from asterisk.ari.events import Event
from asterisk.ari.rest import Answer
from asterisk.ari.verbs import Request


class Owner(Protocol):
    """Whose link it is. Every method but `connected` returns at once."""

    def heard(self, event: Event) -> None: ...

    async def connected(self) -> None:
        """The link is up; events wait until this returns. A failure closes the link, and it is tried again."""

    def disconnected(self, why: str) -> None: ...

    def refused(self, request: Request, answer: Answer) -> None:
        """A command sent without waiting was answered with an error (status 0: not at all within its deadline)."""

    def strained(self, what: str) -> None:
        """Something is wrong that a person should know: "flood", "blocked", "unread"; "" = well again."""
