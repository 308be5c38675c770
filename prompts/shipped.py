"""What the shipped pack holds, how it is made (`build`) and judged (`doctor`)."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prompts import catalogue, sound
from prompts.cache import key
from prompts.pack import Damaged, Entry, Pack
from prompts.say import LANGUAGES, sentence
from prompts.speech import engines
from prompts.speech.engine import Down, Engine, Line, Unspeakable
from prompts.studio import PATIENCE

DEMO = Path(__file__).parents[1] / "sales" / "fixture_t"  # the demo's data, as files
COMPANY = {"zh": "海天", "en": "Haitian"}
COUNTED = {"conf_count": range(1, 10)}  # sentences wanted at once, with the numbers that are usual in them
SYLLABLES = (2.2, 8.5)  # a second: Mandarin slower or faster than this is garbled
LETTERS = (7.0, 26.0)  # a second, English
SAVED = 20  # sentences after which a build that is killed goes on from there
SHORT = 4  # syllables below which only the longest sensible time is checked


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with the prompts. `what` is a whole sentence that names the prompt."""

    what: str


@dataclass(frozen=True, slots=True)
class Book:
    """Every sentence that ships, each once; `missing` are the prompts (name, language) without words."""

    lines: Sequence[Line]
    missing: Sequence[tuple[str, str]]


class Stopped(Exception):
    """The build cannot go on; the text says why. What was rendered so far is kept."""


def book() -> Book:
    """The catalogue and the demo's texts; `server.sounds` adds what is said of the demo's rooms. Raises Faulty."""
    lines = (line for part in (prompts, _texts) for lang in LANGUAGES for line in part(lang))
    return Book(list(dict.fromkeys(lines)), catalogue.load().missing())


def prompts(lang: str) -> Iterator[Line]:
    """The catalogue's prompts that are always the same words, the greeting with the demo's company, and counts."""
    for prompt in catalogue.load().values():
        if lang in prompt.words and not prompt.slots:
            yield prompt.line(lang)
        elif lang in prompt.words and prompt.recordable:
            yield from prompt.lines(lang, {"company": COMPANY})
        for n in COUNTED.get(prompt.name, ()):
            yield from prompt.lines(lang, {"n": n})


def _texts(lang: str) -> Iterator[Line]:
    for texts in _demo("texts.json").values():
        for text in sentence.sentences(lang, texts[lang]):
            yield Line(lang, text)


def _demo(name: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = json.loads((DEMO / name).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    return found


async def build(
    progress: Callable[[str], None], book_: Book | None = None, pack: Pack | None = None, engine: Engine | None = None
) -> int:
    """Render what is new or changed, drop what is no longer said; return how many sentences were rendered.

    Raises Stopped. Can be interrupted at any time and goes on from there.
    """
    book_, pack, engine = book_ or book(), pack or Pack(), engine or engines.kokoro()
    if engine is None:
        raise Stopped("the house's voice is not installed here; set it up without LOUPAN_VOICES=light")
    wanted = {key(line, engine): line for line in book_.lines}
    kept = {entry.key: entry for entry in pack.entries() if entry.key in wanted and pack.file(entry.key).exists()}
    new = [(name, line) for name, line in wanted.items() if name not in kept]
    try:
        with tempfile.TemporaryDirectory(prefix="loupan-pack-") as work:
            for i, (name, line) in enumerate(new, 1):
                out = Path(work) / name
                await engine.render(line, out, PATIENCE)
                kept[name] = pack.add(line, engine, out.read_bytes())
                progress(f"{i}/{len(new)} {line.lang} {line.text}")
                if i % SAVED == 0:
                    pack.write(kept.values())
    except (Down, Unspeakable) as fault:
        raise Stopped(str(fault)) from fault
    finally:
        await engine.close()
        pack.write(kept.values())
    for file in pack.files():
        if file.stem not in kept:
            file.unlink()
    return len(new)


def doctor(book_: Book | None = None, pack: Pack | None = None, engine: Engine | None = None) -> list[Problem]:
    """Everything wrong with the shipped prompts: missing words, missing or orphaned sounds, level, peak, length."""
    pack, engine = pack or Pack(), engine or engines.spokesman()
    try:
        book_ = book_ or book()
    except catalogue.Faulty as fault:
        return [Problem(f"The catalogue is faulty: {fault}.")]
    wanted = {key(line, engine): line for line in book_.lines}
    entries = {entry.key: entry for entry in pack.entries()}
    found = [f"The prompt {name} has no words in {lang}." for name, lang in book_.missing]
    found += [f"No sound for “{ln.text}” ({ln.lang})." for name, ln in wanted.items() if name not in entries]
    found += [f"“{e.text}” ({e.lang}) is never said." for name, e in entries.items() if name not in wanted]
    found += [f"{f.name} is in no list." for f in pack.files() if f.stem not in entries]
    for entry in entries.values():
        found += [f"“{entry.text}” ({entry.lang}) {fault}." for fault in _faults(pack, entry)]
    return [Problem(what) for what in found]


def _faults(pack: Pack, entry: Entry) -> Iterator[str]:
    try:
        if hashlib.sha256(pack.file(entry.key).read_bytes()).hexdigest() != entry.sha256:
            yield "is not the sound that was listed"
        samples = pack.samples(entry)
        level, peak, seconds = sound.level(samples), sound.peak(samples), len(samples) / sound.RATE
    except (OSError, Damaged) as fault:
        yield f"cannot be heard: {fault}"
        return
    except sound.Silent:
        yield "is silent"
        return
    low, high = sound.LEVELS
    if not low <= level <= high:
        yield f"has a level of {level:.1f} dBFS, not between {low:g} and {high:g}"
    if peak > sound.PEAK:
        yield f"has a peak of {peak:.1f} dBFS, above {sound.PEAK:g}"
    if odd := odd_length(entry.line, seconds):
        yield odd


def odd_length(line: Line, seconds: float) -> str | None:
    """Why `seconds` cannot be the time it takes to say `line`; None if it can."""
    (low, high) = SYLLABLES if line.lang == "zh" else LETTERS
    size = sum(1 for c in line.spoken if c.isalnum())
    pace = size / max(seconds - 2 * sound.GAP, 0.01)
    if pace > high:
        return f"takes only {seconds:.1f} s"
    if pace < low and size >= SHORT:
        return f"takes {seconds:.1f} s"
    return None
