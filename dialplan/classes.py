"""What kind of call a number outside is, and who may make it (SPEC §2.11, number classification). Pure."""

import re
from collections.abc import Collection
from enum import StrEnum

from dialplan.extension import Level
from dialplan.numbers import HOME_AREA

OUTSIDE = "9"  # dialled before a number outside


class Class(StrEnum):
    EMERGENCY = "emergency"
    INTERNAL = "internal"
    FREE = "free"
    LOCAL = "local"
    DDD = "ddd"  # elsewhere in the mainland
    HKMT = "hkmt"  # Hong Kong, Macau, Taiwan
    INTL = "intl"
    UNKNOWN = "unknown"


LEVELS = {
    Class.EMERGENCY: Level.INTERNAL,
    Class.FREE: Level.LOCAL,
    Class.LOCAL: Level.LOCAL,
    Class.DDD: Level.DOMESTIC,
    Class.HKMT: Level.HKMT,
    Class.INTL: Level.ABROAD,
}
CALLED_BACK = (Class.LOCAL, Class.DDD)  # who asks to be called back has a telephone of his own, and not abroad
EMERGENCY = frozenset({"110", "119", "120", "122"})
IP_PREFIXES = ("17900", "17901", "17909", "17911", "17951", "10193", "12593")

_HKMT = re.compile(r"00(?:852|853|886)\d{6,11}")
_INTL = re.compile(r"00[1-9]\d{5,14}")
_MOBILE = re.compile(r"(0?)(1[3-9]\d{9})")
_DDD = re.compile(r"0(?:10|2\d|[3-9]\d{2})[2-9]\d{6,7}")
_FREE = re.compile(r"800\d{7}|10\d{3}")
_SHARED = re.compile(r"400\d{7}")
_SERVICE = re.compile(r"95\d{3}|114")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_INTERNAL = re.compile(r"[1-9]\d{3}")
_NOISE = re.compile(r"[\s\-().]")


def classify(number: str, *, area: str = HOME_AREA, home_mobiles: Collection[str] = ()) -> Class:
    """The class of `number`, written without the `9` for outside.

    area          our area code without its 0
    home_mobiles  the first seven digits of mobiles that are local; others are ddd

    >>> [classify(n).value for n in ("110", "02087654321", "01087654321", "13800000001", "0085221234567", "16812345")]
    ['emergency', 'local', 'ddd', 'ddd', 'hkmt', 'unknown']
    """
    digits = bare(number)
    if not digits.isascii():  # other scripts have digits, too
        return Class.UNKNOWN
    if digits in EMERGENCY:
        return Class.EMERGENCY
    if _INTERNAL.fullmatch(digits):
        return Class.INTERNAL
    if digits.startswith("0086"):  # home, dialled as from abroad
        rest = digits[4:]
        digits = rest if _MOBILE.fullmatch(rest) else "0" + rest.removeprefix("0")
    if digits.startswith("00"):
        return Class.HKMT if _HKMT.fullmatch(digits) else Class.INTL if _abroad(digits) else Class.UNKNOWN
    if mobile := _MOBILE.fullmatch(digits):
        return Class.LOCAL if not mobile[1] and mobile[2][:7] in home_mobiles else Class.DDD
    if _FREE.fullmatch(digits):
        return Class.FREE
    if _SHARED.fullmatch(digits) or _SERVICE.fullmatch(digits) or _LOCAL.fullmatch(digits):
        return Class.LOCAL
    if _DDD.fullmatch(digits):
        return Class.LOCAL if digits.startswith("0" + area) else Class.DDD
    return Class.UNKNOWN


def _abroad(digits: str) -> bool:
    return _INTL.fullmatch(digits) is not None and not digits.startswith(("00852", "00853", "00886"))


def bare(number: str) -> str:
    """The number itself: `+` is 00, and the prefixes of carriers (17909 …) are taken away."""
    digits = _NOISE.sub("", number)
    digits = "00" + digits[1:] if digits.startswith("+") else digits
    for prefix in IP_PREFIXES:
        if digits.startswith(prefix) and len(digits) > len(prefix) + 4:
            return digits.removeprefix(prefix)
    return digits


def may(level: Level, number: str) -> bool:
    """May an extension of this level call that number outside? Emergencies always; what nobody knows, or is a number
    inside, never."""
    needed = LEVELS.get(classify(number))
    return needed is not None and needed <= level


def may_call_back(number: str) -> bool:
    """May a stranger have us call that number? Premium, free, short and foreign numbers: never (toll fraud)."""
    return classify(number) in CALLED_BACK
