"""The attendant of a running centre (`ivr.attendant.port.Attendant`): the numbering plan in memory, names by their
pinyin."""

import asyncio
from collections.abc import Sequence
from functools import lru_cache

from db.work import Database, Unreachable
from dialplan import features
from dialplan.directory import Directory
from dialplan.extension import Extension, Features
from ivr.desk import Unavailable
from sales.pinyin import words

LETTERS = {"2": "abc", "3": "def", "4": "ghi", "5": "jkl", "6": "mno", "7": "pqrs", "8": "tuv", "9": "wxyz"}
KEYS = {letter: key for key, letters in LETTERS.items() for letter in letters}


class HouseAttendant:
    """`HouseAttendant(directory, db)`, inside a running loop: the tables of pinyin are loaded beside it, so that no
    caller waits for them."""

    def __init__(self, directory: Directory, db: Database) -> None:
        self._directory = directory
        self._db = db
        self._loading = asyncio.get_running_loop().run_in_executor(None, spellings, "王")

    def find(self, tenant: int, number: str) -> Extension | None:
        return self._directory.numbers.extensions.get((tenant, number))

    def spelled(self, tenant: int, keys: str) -> Sequence[Extension]:
        of_house = (each for each in self._directory.numbers.extensions.values() if each.tenant == tenant)
        found = [each for each in of_house if any(name.startswith(keys) for name in spellings(each.name))]
        return sorted(found, key=lambda each: each.number)

    async def change(self, tenant: int, number: str, change: Features) -> bool:
        try:
            found = await self._db.write(features.change, tenant, number, change)
            await self._directory.refresh()
        except Unreachable as away:
            raise Unavailable(str(away)) from away
        return found


@lru_cache(4096)
def spellings(name: str) -> tuple[str, ...]:
    """The keys of a name, from each of its words on, for people who look for one by what they know of it.

    >>> spellings("王芳")
    ('92643264', '3264')
    """
    syllables = words(name)
    return tuple(
        "".join(KEYS.get(letter, letter) for letter in "".join(syllables[at:])) for at in range(len(syllables))
    )
