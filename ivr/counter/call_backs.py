"""Callers who want to be called back, when nobody has time for them now (SPEC §4.3 A; S4-10)."""

from typing import Protocol


class CallBacks(Protocol):
    async def ask(self, call: str, tenant: int, number: str, lang: str) -> bool:
        """Put it on the list of those who call back. False: it is there already. May raise Unavailable."""


class NoCallBacks:
    """Nobody calls back: of a call that is only a rehearsal."""

    async def ask(self, call: str, tenant: int, number: str, lang: str) -> bool:
        return True
