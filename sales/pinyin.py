"""Names as they are typed: "陈伟" is found by "chenwei" and by "cw" (S4-93). Pure."""

import re

# as surnames these are not read as elsewhere
SURNAMES = {
    "尉迟": ["yu", "chi"], "万俟": ["mo", "qi"], "曾": ["zeng"], "单": ["shan"], "仇": ["qiu"], "解": ["xie"],
    "盖": ["ge"], "查": ["zha"], "区": ["ou"], "任": ["ren"], "朴": ["piao"], "翟": ["zhai"], "乐": ["yue"],
    "纪": ["ji"], "华": ["hua"], "燕": ["yan"], "缪": ["miao"], "晟": ["cheng"], "覃": ["qin"], "冼": ["xian"],
}  # fmt: skip
_WORD = re.compile(r"[a-z0-9]+")


def words(name: str) -> list[str]:
    """The syllables of a name, lower case: ["chen", "wei"], ["emily", "carter"]; what is not read is left out."""
    from pypinyin import lazy_pinyin  # its tables take a while to load: not at every start

    first = next((size for size in (2, 1) if name[:size] in SURNAMES), 0)
    read = SURNAMES.get(name[:first], []) + lazy_pinyin(name[first:])
    return [word for part in read for word in _WORD.findall(part.lower())]


def spelled(name: str) -> str:
    """ "陈伟" → "chenwei" """
    return "".join(words(name))[:255]


def initials(name: str) -> str:
    """ "陈伟" → "cw", "Emily Carter" → "ec" """
    return "".join(word[0] for word in words(name))[:64]
