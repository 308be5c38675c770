"""Telephone numbers, mainland China first: many spellings, one number (SPEC §2.11). Pure."""

import re
from functools import lru_cache

HOME_AREA = "20"  # Guangzhou: the area of local numbers, SPEC's home area code 020

_NOISE = re.compile(r"[\s\-().·/]")
_MOBILE = re.compile(r"0?(1[3-9]\d{9})")
_TRUNK = re.compile(r"0((?:10|2\d|[3-9]\d{2})[2-9]\d{6,7})")  # 0, area code, local number
_WHOLE = re.compile(r"0|1[3-9]|[48]00")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_SHARED = re.compile(r"[48]00\d{7}")
_ABROAD = re.compile(r"[1-9]\d{6,14}")


@lru_cache(4096)
def e164(number: str, area: str = HOME_AREA) -> str | None:
    """The number as `+86…` (or `+` and another country), or None if it is not one: withheld, internal, short.

    `area` is the area code, without its 0, of local numbers. 13800000001, +8613800000001 and 008613800000001 are one.
    """
    digits = _NOISE.sub("", number)
    if digits.startswith("+"):
        return _abroad(digits[1:], area)
    if digits.startswith("00"):
        return _abroad(digits[2:], area)
    return _mainland(digits, area)


def _abroad(digits: str, area: str) -> str | None:
    if not digits.startswith("86"):
        return "+" + digits if _ascii_digits(digits) and _ABROAD.fullmatch(digits) else None
    national = digits[2:]
    # an area code comes without its 0 here ("+86 20 …"), or nevertheless with it ("+86 (0)20 …")
    return _mainland(national, area) if _WHOLE.match(national) else _mainland("0" + national, area)


def _mainland(digits: str, area: str) -> str | None:
    if not _ascii_digits(digits):
        return None
    if mobile := _MOBILE.fullmatch(digits):
        return "+86" + mobile[1]
    if trunk := _TRUNK.fullmatch(digits):
        return "+86" + trunk[1]
    if _SHARED.fullmatch(digits):
        return "+86" + digits
    if _LOCAL.fullmatch(digits):
        return "+86" + area + digits
    return None


def _ascii_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
