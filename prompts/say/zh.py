"""Mandarin for what a caller asks about (SPEC §4.9). Money in fen, areas in hundredths of a square metre.

The 2: 两 before 千, and as a lone digit before 万, 亿, 元, 角; everywhere else 二.
"""

import re
from datetime import date, time
from decimal import Decimal

DIGITS = "零一二三四五六七八九"
PHONE_DIGITS = "零幺二三四五六七八九"
UNITS = ("平方米", "百分之")

ORIENTATIONS = {
    "N": "北",
    "NE": "东北",
    "E": "东",
    "SE": "东南",
    "S": "南",
    "SW": "西南",
    "W": "西",
    "NW": "西北",
}
ROOM_STATES = {
    "available": "在售",
    "reserved": "已保留",
    "booked": "已预定",
    "subscribed": "已认购",
    "contracted": "已签约",
    "sold": "已售",
    "not_for_sale": "不对外销售",
    "not_released": "尚未推出",
}
# hour from which the part of the day is called so
DAY_PARTS = ((18, "晚上"), (13, "下午"), (12, "中午"), (6, "上午"), (0, "凌晨"))


def number(value: int) -> str:
    """Any whole number.

    >>> [number(n) for n in (12, 1012, 2200, 22000, 200002, 300400050)]
    ['十二', '一千零一十二', '两千二百', '两万两千', '二十万零二', '三亿零四十万零五十']
    """
    if value < 0:
        return "负" + number(-value)
    if value == 0:
        return "零"
    words = _positive(value)
    return words[1:] if words.startswith("一十") else words


def _positive(value: int) -> str:
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if value >= unit:
            high, low = divmod(value, unit)
            head = "两" if high == 2 else _positive(high)
            if not low:
                return head + word
            return head + word + ("零" if low < unit // 10 else "") + _positive(low)
    return _below_ten_thousand(value)


def _below_ten_thousand(value: int) -> str:
    words, gap = "", False
    for unit, word in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, value = divmod(value, unit)
        if digit:
            words += ("零" if gap else "") + ("两" if digit == 2 and unit == 1000 else DIGITS[digit]) + word
            gap = False
        elif words:
            gap = True
    return words


def count(value: int) -> str:
    """A number of things before its measure word: two of them are 两 (两套, 两位).

    >>> count(2), count(12)
    ('两', '十二')
    """
    return "两" if value == 2 else number(value)


def ordinal(value: int) -> str:
    """After 第: 第二套."""
    return number(value)


def money(fen: int) -> str:
    """An amount in 元, 角 and 分.

    >>> [money(f) for f in (5, 20, 105, 220, 374076, 100000560)]
    ['五分', '两角', '一元零五分', '两元二角', '三千七百四十元七角六分', '一百万零五元六角']
    """
    if fen < 0:
        return "负" + money(-fen)
    yuan, rest = divmod(fen, 100)
    jiao, cent = divmod(rest, 10)
    words = ""
    if yuan or not rest:
        words = ("两" if yuan == 2 else number(yuan)) + "元"
    if jiao:
        words += ("两" if jiao == 2 and not words else DIGITS[jiao]) + "角"
    elif cent and words:
        words += "零"
    if cent:
        words += DIGITS[cent] + "分"
    return words


def decimal(value: Decimal) -> str:
    """A number with what follows its point, digit by digit; no trailing zeros.

    >>> decimal(Decimal("120.50")), decimal(Decimal("0.05"))
    ('一百二十点五', '零点零五')
    """
    sign, whole, rest = _parts(value)
    words = number(int(whole)) + ("点" + "".join(DIGITS[int(d)] for d in rest) if rest else "")
    return ("负" if sign else "") + words


def _parts(value: Decimal) -> tuple[bool, str, str]:
    whole, _, rest = f"{abs(value):f}".partition(".")
    return value < 0, whole, rest.rstrip("0")


def area(x100: int) -> str:
    """Square metres.

    >>> area(8905)
    '八十九点零五平方米'
    """
    return decimal(Decimal(x100) / 100) + "平方米"


def percent(rate: Decimal) -> str:
    """A rate as a share of a hundred: 0.0395 is 百分之三点九五."""
    return "百分之" + decimal(rate * 100)


def digits(text: str) -> str:
    """Rooms, telephone numbers, extensions: digit by digit, 1 as 幺, uncut. What is no digit is left out.

    >>> digits("010201")
    '零幺零二零幺'
    """
    return "".join(PHONE_DIGITS[int(c)] for c in text if c in "0123456789")


def day(value: date) -> str:
    """
    >>> day(date(2024, 3, 31))
    '二零二四年三月三十一日'
    """
    return "".join(DIGITS[int(c)] for c in str(value.year)) + f"年{number(value.month)}月{number(value.day)}日"


def clock(value: time) -> str:
    """The time of day, to the minute.

    >>> clock(time(15, 20)), clock(time(14, 5)), clock(time(9))
    ('下午三点二十分', '下午两点零五分', '上午九点')
    """
    part = next(name for start, name in DAY_PARTS if value.hour >= start)
    hour = value.hour if value.hour <= 12 else value.hour - 12
    words = part + count(hour) + "点"
    if value.minute:
        words += ("零" if value.minute < 10 else "") + number(value.minute) + "分"
    return words


def orientation(code: str) -> str:
    return ORIENTATIONS[code]


def room_state(state: str) -> str:
    return ROOM_STATES[state]


def tokens(words: str) -> list[str]:
    """The parts of spoken Mandarin; unit words stay whole, punctuation is left out."""
    return re.findall("|".join(UNITS) + r"|[^\W_]", words)
