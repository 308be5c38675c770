"""`./run bench voice`: how well the house is understood over a telephone line, beside a human voice.

Every shipped prompt goes through 300-3400 Hz, 8 kHz µ-law and line noise at 25 dB, and Whisper base writes down what
it hears. English is judged by words; Mandarin by syllables without tones, because Whisper's characters are mostly
homophones (SPEECH.md §5). The human recordings of Asterisk's own package are the anchor.
"""

import asyncio
import json
import re
import sys
import tomllib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import soundfile

from prompts import catalogue, sound
from prompts.cache import Cache, key
from prompts.catalogue import Catalogue
from prompts.pack import Pack
from prompts.say import en, sentence, zh
from prompts.speech import engines, voices
from prompts.speech.ear import Ear, over_the_telephone
from prompts.speech.engine import Line
from prompts.studio import PATIENCE

EN_WER_MOST, ZH_ERROR_MOST, AMOUNTS_LEAST = 0.03, 0.06, 0.75
AMOUNTS = (
    89000000, 89872200, 120000000, 122400000, 87220000, 117600000,
    90780000, 92560000, 121200000, 89890000, 89000005, 374076,
)  # fmt: skip
AMOUNT_SENTENCE = "总价{price}，目前在售。"
ALLISON = Path(__file__).with_name("allison.toml")
ALLISON_SOUNDS = "usr/share/asterisk/sounds/en_US_f_Allison"

SPELLINGS = {
    "metre": "meter", "metres": "meters", "centre": "center", "kilometre": "kilometer", "kilometres": "kilometers",
    "enquiry": "inquiry", "enquiries": "inquiries", "programme": "program", "ok": "okay", "cancelled": "canceled",
    "organisation": "organization", "dialled": "dialed", "1st": "first", "2nd": "second", "3rd": "third",
}  # fmt: skip
CONTRACTIONS = {"i'm": "i am", "that's": "that is", "can't": "can not", "cannot": "can not", "we'll": "we will"}


@dataclass(frozen=True, slots=True)
class Heard:
    """One prompt through the ear: edit distance in words or syllables, of how many."""

    text: str
    heard: str
    errors: int
    size: int


def distance(said: Sequence[str], heard: Sequence[str]) -> int:
    """Levenshtein's."""
    row = list(range(len(heard) + 1))
    for i, x in enumerate(said, 1):
        previous, row[0] = row[0], i
        for j, y in enumerate(heard, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (not same(x, y)))
    return row[-1]


# -- normalisation: figures as cardinals and digit by digit, the better counts ---------------------------------------


def english_readings(text: str) -> list[list[str]]:
    """Its words, with figures read either way."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text.lower()).replace("%", " percent ").replace("’", "'")
    plain = re.sub(r"[¥$]\s*(\d+)", r"\1 yuan", plain)
    return [_english_words(plain, read) for read in (_cardinal, en.digits)]


def _cardinal(figure: str) -> str:
    return en.decimal(Decimal(figure)) if "." in figure else en.number(int(figure))


def _english_words(text: str, read: Callable[[str], str]) -> list[str]:
    spelt = re.sub(r"\d+(?:\.\d+)?(?!\w)", lambda figure: f" {read(figure[0])} ", text)
    words = re.findall(r"[a-z0-9']+", spelt.replace("-", " "))
    expanded = " ".join(CONTRACTIONS.get(word, word) for word in words).split()
    return [SPELLINGS.get(word, word) for word in expanded]


def mandarin_readings(text: str) -> list[list[str]]:
    """Its syllables without tones, 两 as 二, with figures read either way."""
    plain = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    return [_syllables(plain, read) for read in (_number, zh.digits)]


def _number(figure: str) -> str:
    return zh.decimal(Decimal(figure)) if "." in figure else zh.number(int(figure))


def _syllables(text: str, read: Callable[[str], str]) -> list[str]:
    from pypinyin import lazy_pinyin

    spelt = re.sub(r"(\d+(?:\.\d+)?)%", r"百分之\1", text)
    spelt = re.sub(r"\d+(?:\.\d+)?", lambda figure: read(figure[0]), spelt)
    found: list[str] = []
    for part in re.findall(r"[\u4e00-\u9fff]+|[A-Za-z]", spelt.replace("两", "二")):
        found += [part.lower()] if part.isascii() else lazy_pinyin(part)
    return found


def same(said: str, heard: str) -> bool:
    """幺 may be written as 一: they are one digit."""
    return said == heard or (said, heard) == ("yao", "yi")


READINGS = {"en": english_readings, "zh": mandarin_readings}


def judge(lang: str, said: str, heard: str) -> Heard:
    readings = READINGS[lang]
    wanted = readings(sentence.spoken(lang, said))[0]
    return Heard(said, heard, min(distance(wanted, reading) for reading in readings(heard)), len(wanted))


FIGURES = frozenset(
    ("ling", "yi", "er", "san", "si", "wu", "liu", "qi", "ba", "jiu", "shi", "bai", "qian", "wan", "dian")
)


def amount_right(fen: int, heard: str) -> bool:
    """Was exactly this amount understood, in its sentence, and not as the end of a larger one?"""
    wanted = mandarin_readings(zh.money(fen))[0]
    return any(
        reading[i : i + len(wanted)] == wanted and (i == 0 or reading[i - 1] not in FIGURES)
        for reading in mandarin_readings(heard)
        for i in range(len(reading))
    )


def rate(heard: Iterable[Heard]) -> float:
    rows = list(heard)
    return sum(row.errors for row in rows) / max(1, sum(row.size for row in rows))


OPTION = re.compile(r"(.+)_(\d|star)|(leaf)_.+")


def played_together(book: Catalogue, lang: str, texts: Collection[str]) -> list[list[str]]:
    """The texts, those of a menu's options in one list: callers never hear one of them alone."""
    menus: dict[str, dict[str, None]] = {}
    for name, prompt in book.items():
        if (option := OPTION.fullmatch(name)) and not prompt.slots and prompt.words.get(lang) in texts:
            menus.setdefault(option[1] or option[3], {})[prompt.words[lang]] = None
    in_menus = {text for menu in menus.values() for text in menu}
    return [*map(list, menus.values()), *([text] for text in texts if text not in in_menus)]


# -- the run ---------------------------------------------------------------------------------------------------------


class Listener:
    """Whisper at the end of a telephone line."""

    def __init__(self) -> None:
        self._ear = Ear()

    def hear(self, samples: sound.Samples, hertz: int, lang: str) -> str:
        return self._ear.hear(over_the_telephone(samples, hertz), sound.RATE, lang)

    def prompts(self, lang: str) -> list[Heard]:
        """Every shipped sentence of a language from the pack; the options of a menu one after another, as played."""
        pack = Pack()
        entries = {entry.text: entry for entry in pack.entries() if entry.lang == lang}
        rows = []
        for texts in played_together(catalogue.load(), lang, entries):
            samples = np.concatenate([pack.samples(entries[text]) for text in texts])
            rows.append(judge(lang, " ".join(texts), self.hear(samples, sound.RATE, lang)))
        return rows

    def human(self) -> list[Heard]:
        """Asterisk's own recordings, brought to our level; empty where its sounds are not installed."""
        home = next(iter(voices.home().parent.glob(f"asterisk/**/{ALLISON_SOUNDS}")), None)
        rows = []
        for name, text in tomllib.loads(ALLISON.read_text(encoding="utf-8")).items() if home else ():
            samples, hertz = soundfile.read(f"{home}/{name}.wav", dtype="float32")
            rows.append(judge("en", text, self.hear(sound.master(samples, hertz), sound.RATE, "en")))
        return rows

    def amounts(self, sounds: dict[int, Path]) -> dict[int, str]:
        return {fen: self.hear(sound.from_ulaw(f.read_bytes()), sound.RATE, "zh") for fen, f in sounds.items()}


async def amount_sounds() -> dict[int, Path]:
    """The price sentences, rendered like any sentence with data. Kept, so that the next run is quick."""
    engine, cache = engines.kokoro(), Cache(voices.home() / "bench")
    if engine is None:
        raise SystemExit("The house's voice is not installed here; there is nothing to listen to.")
    lines = {fen: Line("zh", sentence.fill("zh", AMOUNT_SENTENCE, {"price": fen})) for fen in AMOUNTS}
    for line in lines.values():
        if not cache.of(line, engine).exists():
            await engine.render(line, cache.of(line, engine), PATIENCE)
    await engine.close()
    return {fen: cache.path(key(line, engine)) for fen, line in lines.items()}


async def run() -> dict[str, Any]:
    """{name, figures, against, ratios, met} (ARCHITECTURE §9), and what was misheard. Rates from 0 to 1."""
    sounds = await amount_sounds()
    return await asyncio.to_thread(_listen, sounds)


def _listen(sounds: dict[int, Path]) -> dict[str, Any]:
    listener = Listener()
    english, mandarin, human = listener.prompts("en"), listener.prompts("zh"), listener.human()
    amounts = listener.amounts(sounds)
    right = [fen for fen, heard in amounts.items() if amount_right(fen, heard)]
    figures = {"en_wer": rate(english), "zh_pinyin_error": rate(mandarin), "zh_amounts_exact": len(right) / len(sounds)}
    return {
        "name": "voice",
        "figures": {name: round(value, 4) for name, value in figures.items()},
        "against": {"human_en_wer": round(rate(human), 4) if human else None},
        "ratios": {"en_wer": round(rate(english) / max(rate(human), 0.001), 2)} if human else {},
        "met": {
            "en_wer": figures["en_wer"] <= EN_WER_MOST,
            "zh_pinyin_error": figures["zh_pinyin_error"] <= ZH_ERROR_MOST,
            "zh_amounts_exact": figures["zh_amounts_exact"] >= AMOUNTS_LEAST,
        },
        "judged": {"en": len(english), "zh": len(mandarin), "human": len(human), "amounts": len(sounds)},
        "misheard": [f"{row.errors}/{row.size} {row.text} → {row.heard}" for row in worst((*english, *mandarin))],
        "amounts_misheard": [f"{zh.money(fen)} → {heard}" for fen, heard in amounts.items() if fen not in right],
    }


def worst(rows: Iterable[Heard], most: int = 25) -> list[Heard]:
    return sorted((row for row in rows if row.errors), key=lambda row: row.errors, reverse=True)[:most]


if __name__ == "__main__":
    result = asyncio.run(run())
    sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1) + "\n")
