"""English for what a caller asks about (SPEC §4.9): cardinals without "and". Money in fen, areas in m² x 100."""

import re
from datetime import date, time
from decimal import Decimal

# fmt: off
ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)
TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)
# fmt: on
SCALES = ((10**12, "trillion"), (10**9, "billion"), (10**6, "million"), (1000, "thousand"), (100, "hundred"))
IRREGULAR = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
}

ORIENTATIONS = {
    "N": "north",
    "NE": "northeast",
    "E": "east",
    "SE": "southeast",
    "S": "south",
    "SW": "southwest",
    "W": "west",
    "NW": "northwest",
}
ROOM_STATES = {
    "available": "for sale",
    "reserved": "reserved",
    "booked": "booked",
    "subscribed": "subscribed",
    "contracted": "contracted",
    "sold": "sold",
    "not_for_sale": "not for sale",
    "not_released": "not released yet",
}


def number(value: int) -> str:
    """Any whole number.

    >>> number(10203040)
    'ten million two hundred three thousand forty'
    """
    if value < 0:
        return "minus " + number(-value)
    if value < 20:
        return ONES[value]
    for unit, word in SCALES:
        if value >= unit:
            high, low = divmod(value, unit)
            return f"{number(high)} {word}" + (f" {number(low)}" if low else "")
    high, low = divmod(value, 10)
    return TENS[high] + (f" {ONES[low]}" if low else "")


def count(value: int) -> str:
    """A number of things."""
    return number(value)


def ordinal(value: int) -> str:
    """
    >>> ordinal(31), ordinal(20), ordinal(112)
    ('thirty first', 'twentieth', 'one hundred twelfth')
    """
    head, _, last = number(value).rpartition(" ")
    regular = last[:-1] + "ieth" if last.endswith("y") else last + "th"
    return f"{head} {IRREGULAR.get(last, regular)}".lstrip()


def money(fen: int) -> str:
    """An amount in yuan and fen.

    >>> money(150), money(5)
    ('one yuan and fifty fen', 'five fen')
    """
    if fen < 0:
        return "minus " + money(-fen)
    yuan, rest = divmod(fen, 100)
    words = [f"{number(yuan)} yuan"] if yuan or not rest else []
    if rest:
        words.append(f"{number(rest)} fen")
    return " and ".join(words)


def decimal(value: Decimal) -> str:
    """A number with what follows its point, digit by digit; no trailing zeros.

    >>> decimal(Decimal("120.50"))
    'one hundred twenty point five'
    """
    whole, _, rest = f"{abs(value):f}".partition(".")
    rest = rest.rstrip("0")
    words = number(int(whole)) + (" point " + " ".join(ONES[int(d)] for d in rest) if rest else "")
    return ("minus " if value < 0 else "") + words


def area(x100: int) -> str:
    """Square metres."""
    return decimal(Decimal(x100) / 100) + (" square metre" if x100 == 100 else " square metres")


def percent(rate: Decimal) -> str:
    """A rate as a share of a hundred: 0.0395 is "three point nine five percent"."""
    return decimal(rate * 100) + " percent"


def digits(text: str) -> str:
    """Rooms, telephone numbers, extensions: digit by digit. What is no digit is left out.

    >>> digits("8001")
    'eight zero zero one'
    """
    return " ".join(ONES[int(c)] for c in text if c in "0123456789")


def year(value: int) -> str:
    """
    >>> year(2024), year(2005), year(1998), year(1905), year(1900)
    ('twenty twenty four', 'two thousand five', 'nineteen ninety eight', 'nineteen oh five', 'nineteen hundred')
    """
    century, rest = divmod(value, 100)
    if not 1100 <= value <= 9999 or (century % 10 == 0 and rest < 10):
        return number(value)
    if rest == 0:
        return number(century) + " hundred"
    return f"{number(century)} " + (f"oh {ONES[rest]}" if rest < 10 else number(rest))


def day(value: date) -> str:
    """
    >>> day(date(2024, 3, 31))
    'March thirty first, twenty twenty four'
    """
    return f"{MONTHS[value.month - 1]} {ordinal(value.day)}, {year(value.year)}"


def clock(value: time) -> str:
    """The time of day, to the minute.

    >>> clock(time(15, 20)), clock(time(9)), clock(time(12, 5))
    ('three twenty in the afternoon', "nine o'clock in the morning", 'twelve oh five in the afternoon')
    """
    part = "in the morning" if value.hour < 12 else "in the afternoon" if value.hour < 18 else "in the evening"
    hour = number((value.hour - 1) % 12 + 1)
    match value.minute:
        case 0:
            minute = "o'clock"
        case m if m < 10:
            minute = "oh " + number(m)
        case m:
            minute = number(m)
    return f"{hour} {minute} {part}"


def orientation(code: str) -> str:
    return ORIENTATIONS[code]


def room_state(state: str) -> str:
    return ROOM_STATES[state]


def tokens(words: str) -> list[str]:
    """The words of spoken English, without punctuation."""
    return re.findall(r"[A-Za-z']+", words)
