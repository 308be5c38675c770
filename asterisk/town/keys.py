"""KEYS: what a caller of the town does, in one line (ARCHITECTURE §9). Pure.

0-9 * #      a key           ,    one second of waiting
"wav:FILE"   speaks          .    waits until the prompt ends
space        separates
"""

from dataclasses import dataclass
from pathlib import Path


class UnreadableKeys(ValueError):
    """The line does not follow the rules; the text shows where."""


@dataclass(frozen=True, slots=True)
class Key:
    key: str


@dataclass(frozen=True, slots=True)
class Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class PromptEnd:
    pass


@dataclass(frozen=True, slots=True)
class Speech:
    file: Path


Deed = Key | Pause | PromptEnd | Speech


def parse(line: str) -> tuple[Deed, ...]:
    """The deeds in order; neighbouring commas become one pause. Raises UnreadableKeys."""
    deeds: list[Deed] = []
    at = 0
    while at < len(line):
        match line[at]:
            case " " | "\t":
                pass
            case ",":
                match deeds:
                    case [*_, Pause(seconds)]:
                        deeds[-1] = Pause(seconds + 1.0)
                    case _:
                        deeds.append(Pause(1.0))
            case ".":
                deeds.append(PromptEnd())
            case '"':
                end = line.find('"', at + 1)
                if end < 0:
                    raise _unreadable(line, at, "this quotation mark is not closed")
                kind, _, file = line[at + 1 : end].partition(":")
                if kind != "wav" or not file:
                    raise _unreadable(line, at, 'between quotation marks stands "wav:FILE"')
                deeds.append(Speech(Path(file)))
                at = end
            case key if key in "0123456789*#":
                deeds.append(Key(key))
            case other:
                raise _unreadable(line, at, f"{other!r} is not a key")
        at += 1
    return tuple(deeds)


def _unreadable(line: str, at: int, why: str) -> UnreadableKeys:
    return UnreadableKeys(
        f"{why} (place {at + 1}):\n  {line}\n  {' ' * at}^\n"
        'Keys are 0-9 * #, waits are . and , and speech is "wav:FILE".'
    )
