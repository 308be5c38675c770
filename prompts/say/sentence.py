"""A template of the catalogue and its values become the words to be spoken.

A slot is named for what it holds, and the name alone decides how it is said: `{price}` is money in fen, `{area}`
hundredths of a square metre, `{code}` digits one by one. So a template in one language needs to know nothing of the
other, and no caller ever hears "twelve million" for a room.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal

from prompts.say import speaker

Spoken = Callable[[str, object], str]
SLOT = re.compile(r"\{([a-z_]+)\}")
NUMERAL = re.compile(r"\d+(?:\.\d+)?")
ENDS = re.compile(r"(?<=[。！？；!?;])\s*|(?<=[.])\s+")
COMMAS = re.compile(r"(?<=[，、,:：])\s*")
FULL_WIDTH = str.maketrans(",;:!?", "，；：！？")  # so that a pause is a pause, however it was typed
MOST = 90  # characters in one breath; longer ones are cut at their commas
LETTERS_PER_SYLLABLE = 3  # English is written that much longer than it is spoken


def _integer(method: str) -> Spoken:
    def say(lang: str, value: object) -> str:
        words: str = getattr(speaker(lang), method)(int(str(value)))
        return words

    return say


def _digits(lang: str, value: object) -> str:
    words: str = speaker(lang).digits(str(value))
    return words


def _twice(lang: str, value: object) -> str:
    once = _digits(lang, value)
    return f"{once}，{once}" if lang == "zh" else f"{once}, {once}"


def _percent(lang: str, value: object) -> str:
    words: str = speaker(lang).percent(Decimal(str(value)))
    return words


def _date(lang: str, value: object) -> str:
    if not isinstance(value, date):
        value = date.fromisoformat(str(value))
    words: str = speaker(lang).day(value)
    return words


def _time(lang: str, value: object) -> str:
    moment = value if isinstance(value, datetime | time) else time.fromisoformat(str(value))
    words: str = speaker(lang).clock(moment.time() if isinstance(moment, datetime) else moment)
    return words


def _orientation(lang: str, value: object) -> str:
    """One, or several of them: 南、北 / south and north."""
    several = value if isinstance(value, tuple | list) else (value,)
    return ("、" if lang == "zh" else " and ").join(speaker(lang).orientation(str(one)) for one in several)


def _room_state(lang: str, value: object) -> str:
    words: str = speaker(lang).room_state(str(value))
    return words


def _words(lang: str, value: object) -> str:
    """Words as they are; a mapping by language gives its own."""
    return str(value[lang]) if isinstance(value, Mapping) else str(value)


money, number, count, ordinal, area = (_integer(m) for m in ("money", "number", "count", "ordinal", "area"))

KINDS: Mapping[str, Spoken] = {
    "price": money,
    "unit_price": money,
    "amount": money,
    "loan": money,
    "monthly": money,
    "interest": money,
    "paid": money,
    "rest": money,
    "area": area,
    "number": number,
    "building": number,
    "floor": number,
    "years": number,
    "n": count,
    "m": count,
    "minutes": count,
    "k": ordinal,
    "percent": _percent,
    "rate": _percent,
    "code": _twice,
    "door": _digits,
    "digits": _digits,
    "extension": _digits,
    "phone": _digits,
    "ticket": _twice,
    "date": _date,
    "time": _time,
    "dir": _orientation,
    "state": _room_state,
    "layout": _words,
    "company": _words,
    "project": _words,
    "name": _words,
    "projects": _words,
    "text": _words,
}


def slots(template: str) -> tuple[str, ...]:
    """The slots of a template in their order, each once."""
    return tuple(dict.fromkeys(SLOT.findall(template)))


def fill(lang: str, template: str, values: Mapping[str, object]) -> str:
    """The template with every slot said in words. A room code is said twice, each time uncut (SPEECH.md §5).

    Raises KeyError for a slot without a value or of no known kind, ValueError for a value that is not of its kind.

    >>> fill("zh", "总价{price}，目前{state}。", {"price": 89872200, "state": "available"})
    '总价八十九万八千七百二十二元，目前在售。'
    """
    return SLOT.sub(lambda slot: KINDS[slot[1]](lang, values[slot[1]]), template)


def sentences(lang: str, text: str) -> list[str]:
    """A text cut where a speaker takes breath: at the ends of sentences, and inside very long ones at commas.

    Characters nobody can speak (emoji, control characters) are left out, so the list may be empty.

    >>> sentences("zh", "您好。这里是海天。")
    ['您好。', '这里是海天。']
    """
    clean = " ".join("".join(c if _speakable(c) else " " for c in text).split())
    most = MOST if lang == "zh" else MOST * LETTERS_PER_SYLLABLE
    found = [piece.strip() for whole in ENDS.split(clean) for piece in _breaths(whole, most)]
    return [piece for piece in found if any(c.isalnum() for c in piece)]


def spoken(lang: str, text: str) -> str:
    """A written sentence as it is pronounced: figures become words.

    A figure that begins with 0, or is longer than four digits, is a code and said digit by digit.

    >>> spoken("zh", "1栋2楼01房，请按4。"), spoken("en", "For building 12, press 4.")
    ('一栋二楼零幺房，请按四。', 'For building twelve, press four.')
    """

    def say(figure: re.Match[str]) -> str:
        words: str
        if "." in figure[0]:
            words = speaker(lang).decimal(Decimal(figure[0]))
        elif (len(figure[0]) > 1 and figure[0][0] == "0") or len(figure[0]) > 4:
            words = speaker(lang).digits(figure[0])
        else:
            words = speaker(lang).number(int(figure[0]))
        return words

    return NUMERAL.sub(say, text.translate(FULL_WIDTH) if lang == "zh" else text)


def _breaths(text: str, most: int) -> list[str]:
    if len(text) <= most:
        return [text]
    breaths = [""]
    for part in COMMAS.split(text):
        if breaths[-1] and len(breaths[-1]) + len(part) > most:
            breaths.append("")
        breaths[-1] += (" " if breaths[-1] and breaths[-1][-1].isascii() else "") + part
    return [piece[i : i + most] for piece in breaths for i in range(0, len(piece), most)]


def _speakable(c: str) -> bool:
    """Latin letters, digits, Chinese characters and the punctuation that makes pauses."""
    return (
        c in " ,.!?;:'-%"
        or c in "，。、！？；：“”‘’（）《》·"
        or (c.isalnum() and (c < "\u0250" or "\u3400" <= c <= "\u9fff"))
    )
