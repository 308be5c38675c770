"""What counts as heard right: English by words; Mandarin by syllables without tones, because Whisper's characters are
mostly homophones (SPEECH.md §5). Figures may be written either way, either script will do. Pure.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from prompts.catalogue import Catalogue
from prompts.say import en, sentence, zh

SPELLINGS = {
    "metre": "meter", "metres": "meters", "centre": "center", "kilometre": "kilometer", "kilometres": "kilometers",
    "enquiry": "inquiry", "enquiries": "inquiries", "programme": "program", "ok": "okay", "cancelled": "canceled",
    "organisation": "organization", "dialled": "dialed", "1st": "first", "2nd": "second", "3rd": "third",
}  # fmt: skip
# Whisper writes either script and either sign: to the ear they are one word
ONE_WORD = str.maketrans("两兩〇", "二二零")
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
    for part in re.findall(r"[\u4e00-\u9fff]+|[A-Za-z]", spelt.translate(ONE_WORD)):
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
