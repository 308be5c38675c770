"""The catalogue: every sentence a caller can hear, under its name, in both languages (`catalogue.toml`)."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from prompts.say import LANGUAGES, sentence
from prompts.speech.engine import Line

SHIPPED = Path(__file__).with_name("catalogue.toml")
# a slot that holds one value for a whole installation: such a prompt can be recorded by a person
FIXED = frozenset({"company"})


class Faulty(Exception):
    """The catalogue cannot be used; the text names the prompt and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One entry. `words` by language; a language without words is missing."""

    name: str
    words: Mapping[str, str]

    @property
    def slots(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(s for text in self.words.values() for s in sentence.slots(text)))

    @property
    def recordable(self) -> bool:
        """Always the same words, so a person may record it."""
        return set(self.slots) <= FIXED

    def line(self, lang: str, values: Mapping[str, object] | None = None) -> Line:
        """The whole prompt as one line. Raises KeyError for a missing language, value or kind of slot."""
        return Line(lang, sentence.fill(lang, self.words[lang], values or {}))

    def lines(self, lang: str, values: Mapping[str, object]) -> list[Line]:
        """The prompt sentence by sentence, so that what repeats is rendered once."""
        return [Line(lang, text) for text in sentence.sentences(lang, self.line(lang, values).text)]


class Catalogue(Mapping[str, Prompt]):
    """name → Prompt."""

    def __init__(self, prompts: Mapping[str, Prompt]) -> None:
        self._prompts = dict(prompts)

    def __getitem__(self, name: str) -> Prompt:
        return self._prompts[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._prompts)

    def __len__(self) -> int:
        return len(self._prompts)

    def missing(self) -> list[tuple[str, str]]:
        """(name, language) without words."""
        return [(p.name, lang) for p in self._prompts.values() for lang in LANGUAGES if not p.words.get(lang)]


def load(file: Path = SHIPPED) -> Catalogue:
    """Read a catalogue. Raises Faulty: unknown language, unknown slot, languages that differ in their slots."""
    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise Faulty(f"{file.name}: {fault}") from fault
    return Catalogue({name: _prompt(name, entry) for name, entry in raw.items()})


def _prompt(name: str, entry: object) -> Prompt:
    if not isinstance(entry, dict) or not all(isinstance(text, str) for text in entry.values()):
        raise Faulty(f"{name}: expected a text for each language")
    if unknown := set(entry) - set(LANGUAGES):
        raise Faulty(f"{name}: no such language: {', '.join(sorted(unknown))}")
    slots = {lang: set(sentence.slots(text)) for lang, text in entry.items()}
    for lang, found in slots.items():
        if strange := found - set(sentence.KINDS):
            raise Faulty(f"{name} ({lang}): nobody knows how to say {{{sorted(strange)[0]}}}")
    if len({frozenset(found) for found in slots.values()}) > 1:
        raise Faulty(f"{name}: the languages have different slots")
    return Prompt(name, {lang: text for lang, text in entry.items() if text.strip()})
