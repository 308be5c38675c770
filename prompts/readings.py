"""How a sentence is read to the voice where it is not understood as it is written: spaces are breaths and full stops
rests, as a director marks them in a speaker's script. Found by `./run bench takes` (decision 0006); the words are
always the same."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

MARKS = str.maketrans("", "", " ，。")
SHIPPED = Path(__file__).with_name("readings.toml")


@cache
def readings() -> Mapping[tuple[str, str], str]:
    """(language, text) → what the voice reads."""
    told = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    return {(lang, words(read)): read for lang, marked in told.items() for read in marked["read"]}


def words(text: str) -> str:
    """A sentence without its marks."""
    return text.translate(MARKS)


def reading(lang: str, spoken: str) -> str:
    """
    >>> reading("zh", "这句话没有标记。")
    '这句话没有标记。'
    """
    return readings().get((lang, words(spoken)), spoken)
