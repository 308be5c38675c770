"""What the telephone asks of the numbering plan: one port (`ivr.desk.Desk.attendant`)."""

from collections.abc import Sequence
from typing import Protocol

from dialplan.extension import Extension, Features


class Attendant(Protocol):
    """`find` and `spelled` answer at once, from memory."""

    def find(self, tenant: int, number: str) -> Extension | None:
        """The phone behind a number."""

    def spelled(self, tenant: int, keys: str) -> Sequence[Extension]:
        """Whose name, spelled in pinyin with the letters of the keys, surname first, begins so; in spoken order."""

    async def change(self, tenant: int, number: str, features: Features) -> bool:
        """Change something about an extension; in force at once. False: there is none. Raises Unavailable."""
