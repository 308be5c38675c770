"""Voice mail that keeps nothing: of a call that is only a rehearsal."""

from typing import Literal

from calls.call import Recorded
from ivr.mailbox.port import Attempt, Box, Counts, Heard, Letter, Opening, Session
from ivr.mailbox.state import Event


class NoMessages:
    """A port (`ivr.mailbox.port.Messages`) to empty mailboxes that every PIN opens."""

    async def find(self, tenant: int, mailbox: str) -> Box | None:
        return Box(tenant, mailbox)

    def expect(self, letter: Letter, name: str) -> None:
        pass

    def forget(self, call: str) -> None:
        pass

    async def keep(self, letter: Letter, recorded: Recorded) -> None:
        pass

    async def own(self, tenant: int, extension: str) -> str:
        return ""

    async def unlock(self, attempt: Attempt) -> Opening:
        return Opening.OPEN

    async def counts(self, tenant: int, mailbox: str) -> Counts:
        return Counts(0, 0)

    async def first(self, session: Session) -> Heard | None:
        return None

    async def at(self, session: Session, message: int) -> Heard | None:
        return None

    async def beside(self, session: Session, message: int, step: Literal[1, -1]) -> Heard | None:
        return None

    async def change(self, session: Session, message: int, event: Event) -> None:
        pass

    async def greet(self, tenant: int, mailbox: str, recorded: Recorded | None) -> None:
        pass

    async def new_pin(self, tenant: int, mailbox: str, pin: str) -> None:
        pass

    async def forward(self, session: Session, message: int, letter: Letter, comment: Recorded | None) -> None:
        pass
