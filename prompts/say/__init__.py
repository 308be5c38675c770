"""Data into words: numbers, money, areas, dates, times, digits in Mandarin and English (SPEC §4.9). Pure."""

from types import ModuleType

from prompts.say import en, zh

LANGUAGES = ("zh", "en")


def speaker(lang: str) -> ModuleType:
    """The module that speaks `lang`: `zh` or `en`, with the same functions in both.

    >>> speaker("zh").money(22000)
    '二百二十元'
    """
    match lang:
        case "zh":
            return zh
        case "en":
            return en
        case _:
            raise ValueError(f"no such language: {lang!r}")


def tokens(lang: str, words: str) -> list[str]:
    """Spoken words as the list of their parts (S4-27): characters and unit words in Mandarin, words in English.

    >>> tokens("zh", zh.money(89872200))
    ['八', '十', '九', '万', '八', '千', '七', '百', '二', '十', '二', '元']
    """
    return zh.tokens(words) if lang == "zh" else en.tokens(words)
