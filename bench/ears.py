"""Thirty steps of real calls through the machine's ear: are the words found that a caller has called for? (issue 4)

Fourteen callers in each language go through the tree and listen; what the town recorded is cut into what was said at
each step, and Whisper writes it down. Key words are the figures (keys, amounts, areas, dates) and the states of rooms.
"""

import asyncio
import random
import re
import tempfile
import wave
from collections.abc import Callable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bench.addresses import Addresses
from bench.judge import READINGS, Heard, judge, rate
from bench.product import served
from bench.report import Report, at_least, at_most
from prompts import sound
from prompts.say import LANGUAGES, en, sentence
from prompts.speech.ear import Ear
from server.control import ask
from server.home import Home

Tell = Callable[[str], None]

STEPS = 30
SEED = 20240331
GOALS = {
    "steps": at_least(STEPS),
    "key_words_found_zh": at_least(0.9),
    "key_words_found_en": at_least(0.9),
    "misheard": at_most(0.1),
}
SLOW = {"zh": 3.6, "en": 12.5}  # characters a second: who has heard a text for so long has heard it to its end
STATES = {"zh": ("在售", "已售", "已签约", "已认购"), "en": ("for sale", "sold")}
WAIT = ", " * 24
TOURS = (
    f"1 {WAIT}{WAIT}",  # the main menu, the enquiry
    f"1 , 1 {WAIT}",
    f"1 , 2 {WAIT} 1 {WAIT}",
    f"1 , 3 {WAIT} 1 {WAIT} , , , ,",
    f"1 , 4 {WAIT} 020201# {WAIT}{WAIT}",
    f"1 , 4 , 010201# {WAIT} , , ,",
    f"1 , 5 , , , , , , 2 , , , , , , 0# , , , , , , 0# {WAIT}{WAIT}",
    f"1 , 8 , , , , , , 89# , , , , , , 30# , , , , , , 20# , , , , , , 1 {WAIT}{WAIT}",
    f"5 {WAIT} , , , ,",
    f"8 {WAIT} , , , 1 {WAIT}",
    f"1 , 6 {WAIT} 1 {WAIT}",
    f"1 , 7 {WAIT} 1 {WAIT}",
    f"6 {WAIT} 1 {WAIT}",
    f"7 {WAIT} , , , ,",
)


@dataclass(frozen=True, slots=True)
class Piece:
    """What was said at one step of one call, and its sound."""

    lang: str
    step: str
    text: str
    samples: sound.Samples


async def run(quick: bool, tell: Tell) -> dict[str, Any]:
    """{name, figures, met, goals, notes} and the steps with what was heard. Raises NotReady."""
    addresses = Addresses.of_this_run()
    async with AsyncExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="loupan-bench-")))
        tell("a house with its full voice is started")
        await stack.enter_async_context(served(home, addresses, sample="T", mode="demo", town="true", rtp_ports=400))
        tell(f"{len(TOURS)} callers in each language go through the tree")
        calls = [
            _call(Home(home), lang, f", {key} {'' if number == 0 else ','} {tour}", f"1396{key}{number:06}")
            for key, lang in (("1", "zh"), ("2", "en"))
            for number, tour in enumerate(TOURS)
        ]
        pieces = [piece for found in await asyncio.gather(*calls) for piece in found]
    chosen = sample(pieces, 6 if quick else STEPS)
    return await asyncio.to_thread(_listen, chosen, tell)


async def _call(home: Home, lang: str, keys: str, caller: str) -> list[Piece]:
    told = await ask(home.control, "call", keys=keys, caller=caller, to="")
    records = (await ask(home.control, "records", limit=50))["records"]
    nodes = [one["node"] for record in records if record["call_id"] == told["call_id"] for one in record["said"]]
    heard = await asyncio.to_thread(_recording, Path(told["heard"]))
    return list(pieces(lang, nodes, told["said"], heard, float(told["seconds"])))


def _recording(file: Path) -> sound.Samples:
    with wave.open(str(file)) as track:
        samples = np.frombuffer(track.readframes(track.getnframes()), dtype="<i2")
    return np.asarray(samples / 32768, np.float32)


def pieces(
    lang: str, nodes: Sequence[str], said: Sequence[dict[str, Any]], heard: sound.Samples, seconds: float
) -> Iterator[Piece]:
    """Each text that was heard to its end; the recording begins with the answer. heard: at 8 kHz."""
    ends = [*(one["at"] for one in said[1:]), seconds]
    for node, one, end in zip(nodes, said, ends, strict=True):
        if one["lang"] == lang and end - one["at"] >= len(one["text"]) / SLOW[lang] + 0.5:
            yield Piece(lang, node, one["text"], heard[round(one["at"] * sound.RATE) : round(end * sound.RATE)])


def sample(found: Sequence[Piece], most: int) -> list[Piece]:
    """As many of each language, each step once before any comes twice; always the same for the same calls."""
    chance = random.Random(SEED)
    chosen: list[Piece] = []
    for lang in LANGUAGES:
        mine = [piece for piece in found if piece.lang == lang]
        chance.shuffle(mine)
        first = {piece.step: piece for piece in reversed(mine)}
        rest = [piece for piece in mine if piece is not first[piece.step]]
        chosen += [*first.values(), *rest][: most // len(LANGUAGES)]
    return chosen


def key_words(lang: str, text: str) -> list[list[str]]:
    """Figures and states in a text, as what is to be heard of them: syllables, or words.

    >>> key_words("en", "For prices, press 1. The room is sold.")
    [['one'], ['sold']]
    >>> key_words("zh", "上一级请按1，总价八十九万元。")
    [['yi'], ['ba', 'shi', 'jiu', 'wan']]
    """
    states = [state for state in STATES[lang] if state in text]
    spoken = sentence.spoken(lang, text)
    return [READINGS[lang](words)[0] for words in [*_FIGURES[lang].findall(spoken), *states]]


_NUMERALS = "零幺一二两三四五六七八九十百千万亿点"
# a single numeral may be part of a word (上一级): as a figure it stands after 按
_ZH = re.compile(rf"(?<=按)[{_NUMERALS}]|[{_NUMERALS}]{{2,}}")
_WORDS = "|".join(sorted({word for n in (*range(100), 100, 1000) for word in en.number(n).split()}, key=len)[::-1])
_EN = re.compile(rf"(?i)\b(?:{_WORDS})(?: (?:{_WORDS}|point))*\b")
_FIGURES = {"zh": _ZH, "en": _EN}


def understood(lang: str, words: Sequence[str], heard: str) -> bool:
    """Is this key word in what was heard?"""
    wanted = list(words)
    return any(
        reading[at : at + len(wanted)] == wanted for reading in READINGS[lang](heard) for at in range(len(reading))
    )


def _listen(chosen: Sequence[Piece], tell: Tell) -> dict[str, Any]:
    ear, report = Ear(), Report("ears", GOALS)
    rows: list[Heard] = []
    steps = []
    counts = {lang: [0, 0] for lang in LANGUAGES}
    for piece in chosen:
        heard = ear.hear(piece.samples, sound.RATE, piece.lang)
        rows.append(judge(piece.lang, piece.text, heard))
        wanted = key_words(piece.lang, piece.text)
        missed = [" ".join(words) for words in wanted if not understood(piece.lang, words, heard)]
        counts[piece.lang][0] += len(wanted) - len(missed)
        counts[piece.lang][1] += len(wanted)
        steps.append({"step": piece.step, "lang": piece.lang, "said": piece.text, "heard": heard, "missed": missed})
        tell(f"{piece.lang} {piece.step}: {len(wanted) - len(missed)} of {len(wanted)} key words")
    report.figures["steps"] = float(len(chosen))
    report.figures["misheard"] = rate(rows)
    for lang, (found, of) in counts.items():
        report.figures[f"key_words_found_{lang}"] = found / of if of else float("nan")
        report.notes.append(f"{lang}: {found} of {of} figures and states found")
    return report.as_json() | {"heard": steps}
