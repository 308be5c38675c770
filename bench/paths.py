"""What the callers of `bench callers` do: a way through the shipped tree for each, and the steps it must lead to.

`keys`: a blank is a pause of a listener; keys without one between them are typed ahead. Written by hand from SPEC §4.2
and §4.10, not worked out by the engine that is being measured.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Path:
    """name: of the script in SPEC §4.10, or of the branch; steps: of the flow, in order."""

    name: str
    keys: str
    steps: Sequence[str]

    @property
    def pressed(self) -> str:
        return self.keys.replace(" ", "")


def _path(name: str, keys: str, steps: str) -> Path:
    return Path(name, keys, ("welcome", "lang", *steps.split()))


PATHS = (
    _path("F1 zh", "1 1 4 020201#", "root query room_code room_say"),
    _path("F1 en", "2 1 4 020201# * *", "root query room_code room_say query root"),
    _path("F2", "1 1 4 010201# 2 020301#", "root query room_code room_say room_code room_say"),
    _path("F3", "1 1 4 999999# 020201#", "root query room_code room_say"),
    _path("F6", "112 * *", "root query intro query root"),
    _path("developer", "2 1 1 9 *", "root query developer query"),
    _path("project", "112 1 * 2 * 3", "root query intro location intro surroundings intro facilities"),
    _path("fees", "1 1 6 2 * 4 * *", "root query fees taxes fees hours fees query"),
    _path("procedures", "2173 * 1", "root query procedures mortgage procedures subscribe"),
    _path("back to the language", "1 * 2 * 1 1", "root lang root lang root query"),
)
