"""`./run bench voice`: how well the house is understood over a telephone line, beside a human voice.

Everything that ships goes through 300-3400 Hz, 8 kHz µ-law and line noise at 25 dB, and Whisper base writes down what
it hears (`bench/judge.py`: what counts as right). The human recordings of Asterisk's own package are the anchor. What
the figures are is told in docs/developer/bench.md, what they cannot tell in decision 0006.
"""

import asyncio
import tomllib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from bench.judge import Heard, amount_right, judge, played_together, rate
from bench.report import Report, at_least, at_most
from prompts import catalogue, shipped, sound
from prompts.cache import Cache
from prompts.pack import Pack
from prompts.say import LANGUAGES, zh
from prompts.speech import engines, voices
from prompts.speech.ear import Ear, over_the_telephone
from prompts.speech.engine import Line
from prompts.studio import PATIENCE

Tell = Callable[[str], None]

GOALS = {"en_wer": at_most(0.03), "zh_pinyin_error": at_most(0.06), "zh_amounts_exact": at_least(0.75)}
FIGURE = {"en": "wer", "zh": "pinyin_error"}
SEEDS = (1, 2)  # each clip is heard twice, with different noise
QUICK = 6  # a quick run hears each sixth clip, once
AMOUNTS = (
    89000000, 89872200, 120000000, 122400000, 87220000, 117600000,
    90780000, 92560000, 121200000, 89890000, 89000005, 374076,
)  # fmt: skip
ROOM: Mapping[str, object] = {
    "building": 2, "floor": 3, "door": "01", "layout": "两室两厅", "area": 8900, "dir": "S", "unit_price": 1010000,
    "state": "available",
}  # fmt: skip
ALLISON = Path(__file__).with_name("allison.toml")
ALLISON_SOUNDS = "usr/share/asterisk/sounds/en_US_f_Allison"


@dataclass(frozen=True, slots=True)
class Clip:
    """What a caller hears in one go: the words, and how they sound at 8 kHz."""

    text: str
    sound: Callable[[], sound.Samples]


class Listener:
    """Whisper at the end of a telephone line; `seeds`: each clip once with each of these noises."""

    def __init__(self, seeds: Collection[int], tell: Tell) -> None:
        self.seeds = seeds
        self._ear = Ear()
        self._report = tell
        self.notes: list[str] = []

    def tell(self, text: str) -> None:
        self.notes.append(text)
        self._report(text)

    def hear(self, clip: Clip, lang: str, seed: int) -> str:
        return self._ear.hear(over_the_telephone(clip.sound(), sound.RATE, seed), sound.RATE, lang)

    def judge(self, what: str, lang: str, clips: Sequence[Clip]) -> list[Heard]:
        """What was heard of each clip, with each noise."""
        heard = []
        for seed in self.seeds:
            rows = [judge(lang, clip.text, self.hear(clip, lang, seed)) for clip in clips]
            self.tell(f"{what}: {rate(rows):.2%} of {len(clips)} clips misheard with noise {seed}")
            heard += rows
        return heard


# -- what is listened to ---------------------------------------------------------------------------------------------


def prompts(pack: Pack, lang: str) -> list[Clip]:
    """The prompts of the catalogue, the options of a menu one after another, as played."""
    texts = [line.text for line in shipped.prompts(lang)]
    return list(_clips(pack, lang, played_together(catalogue.load(), lang, texts)))


def data(pack: Pack, lang: str) -> list[Clip]:
    """What is said of the demo's rooms and projects, sentence by sentence."""
    names = {line.text for line in shipped.prompts(lang)}
    texts = [entry.text for entry in pack.entries() if entry.lang == lang and entry.text not in names]
    return list(_clips(pack, lang, [[text] for text in texts]))


def _clips(pack: Pack, lang: str, played: Iterable[Sequence[str]]) -> Iterator[Clip]:
    entries = {entry.text: entry for entry in pack.entries() if entry.lang == lang}

    def sounds(texts: Sequence[str]) -> sound.Samples:
        return np.concatenate([pack.samples(entries[text]) for text in texts])

    return (Clip(" ".join(texts), partial(sounds, texts)) for texts in played)


def human() -> list[Clip]:
    """Asterisk's own recordings, mastered like ours; empty where its sounds are not installed."""
    home = next(iter(voices.home().parent.glob(f"asterisk/**/{ALLISON_SOUNDS}")), None)
    texts = tomllib.loads(ALLISON.read_text(encoding="utf-8")) if home else {}

    def mastered(name: str) -> sound.Samples:
        return sound.master(*soundfile.read(f"{home}/{name}.wav", dtype="float32"))

    return [Clip(text, partial(mastered, name)) for name, text in texts.items()]


async def amounts() -> dict[int, Clip]:
    """What is said of a room, at these prices, rendered like any sentence with data. Kept for the next run."""
    engine, cache = engines.kokoro(), Cache(voices.home() / "bench")
    if engine is None:
        raise SystemExit("The house's voice is not installed here; there is nothing to listen to.")
    clips = {}
    for fen in AMOUNTS:
        line: Line = catalogue.load()["room_say"].line("zh", {**ROOM, "price": fen})
        file = cache.of(line, engine)
        if not file.exists():
            await engine.render(line, file, PATIENCE)
        clips[fen] = Clip(line.text, partial(_finished, file))
    await engine.close()
    return clips


def _finished(file: Path) -> sound.Samples:
    return sound.from_ulaw(file.read_bytes())


# -- the run ---------------------------------------------------------------------------------------------------------


async def run(quick: bool, tell: Tell) -> dict[str, Any]:
    """{name, figures, against, ratios, met, goals, notes} (ARCHITECTURE §9), and what was misheard; rates 0 to 1."""
    tell("the sentences with amounts are rendered, unless they are there from the last run")
    said = await amounts()
    return await asyncio.to_thread(_listen, said, Listener(SEEDS[:1] if quick else SEEDS, tell), QUICK if quick else 1)


def _listen(said: Mapping[int, Clip], listener: Listener, every: int) -> dict[str, Any]:
    pack, noises = Pack(), len(listener.seeds)
    heard = {
        f"{lang}_{FIGURE[lang]}": listener.judge(f"prompts {lang}", lang, prompts(pack, lang)[::every])
        for lang in LANGUAGES
    }
    understood = [(fen, listener.hear(clip, "zh", seed)) for seed in listener.seeds for fen, clip in said.items()]
    wrong = [(fen, text) for fen, text in understood if not amount_right(fen, text)]
    listener.tell(f"amounts: {len(wrong)} of {len(understood)} misheard")
    anchor = listener.judge("human en", "en", human()[::every])
    heard |= {
        f"{lang}_data_{FIGURE[lang]}": listener.judge(f"data {lang}", lang, data(pack, lang)[::every])
        for lang in LANGUAGES
    }
    report = Report("voice", GOALS, notes=listener.notes)
    report.figures = {name: rate(rows) for name, rows in heard.items()}
    report.figures["zh_amounts_exact"] = 1 - len(wrong) / len(understood)
    if anchor:
        report.against["human_en_wer"] = rate(anchor)
        report.ratios["en_wer_to_human"] = report.figures["en_wer"] / max(rate(anchor), 0.001)
    clips = {name: len(rows) // noises for name, rows in heard.items()}
    return report.as_json() | {
        "judged": {**clips, "amounts": len(said), "human": len(anchor) // noises, "noises": noises},
        "misheard": [f"{row.errors}/{row.size} {row.text} → {row.heard}" for row in worst(chain(*heard.values()))],
        "amounts_misheard": [f"{zh.money(fen)} → {text}" for fen, text in wrong],
    }


def worst(rows: Iterable[Heard], most: int = 40) -> list[Heard]:
    return sorted((row for row in rows if row.errors), key=lambda row: row.errors, reverse=True)[:most]
