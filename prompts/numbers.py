"""The numbers by which prompts are named on a telephone's keys: given once (`./run prompts build`), never again."""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from prompts.catalogue import Catalogue

SHIPPED = Path(__file__).with_name("numbers.toml")
FIRST = 101
HEAD = """\
# The number of each prompt that a person can record, for whoever records it by telephone (*61).
# ./run prompts build gives new prompts the next ones; a number that was given stays, even when its prompt is gone.

"""


def load(file: Path = SHIPPED) -> Mapping[str, int]:
    """name → number."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}


def missing(catalogue: Catalogue, known: Mapping[str, int]) -> list[str]:
    """The prompts that a person can record and nobody can name by keys."""
    return [prompt.name for prompt in catalogue.values() if prompt.recordable and prompt.name not in known]


def extend(catalogue: Catalogue, file: Path = SHIPPED) -> None:
    """Give numbers to the prompts that have none."""
    known = load(file)
    if new := missing(catalogue, known):
        first = max(known.values(), default=FIRST - 1) + 1
        numbered = {**known, **{name: number for number, name in enumerate(new, first)}}
        lines = [f"{name} = {number}\n" for name, number in numbered.items()]
        file.write_text(HEAD + "".join(lines), encoding="utf-8")
