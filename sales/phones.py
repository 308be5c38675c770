"""A telephone number as people write it, brought to the one form that is stored (E.164). Pure."""

import unicodedata

from db.refusal import Code, Refused
from dialplan.numbers import HOME_AREA, e164

MOST = 40  # characters: nobody writes a number longer, however many blanks
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # as a Chinese keyboard types them: ０１２…＋（）


def normal(written: str, area: str = HOME_AREA) -> str:
    """+86…, or + and another country. Blanks, dashes, full-width and zero-width characters do not count.

    `area` is the area code of local numbers. Raises Refused(E_VALIDATION) for what is no number of the public network.
    """
    number = e164(fold(written), area) if len(written) <= MOST else None
    if number is None:
        shown = written[:MOST]
        raise Refused(
            Code.VALIDATION,
            f"“{shown}”不是有效的电话号码。",
            f"“{shown}” is not a telephone number.",
            phone=shown,
        )
    return number


def fold(written: str) -> str:
    """Without what cannot be seen, and with plain digits, signs and dashes instead of full-width ones."""
    plain = written.translate(_FULL_WIDTH)
    return "".join(_plain(sign) for sign in plain).strip()


def _plain(sign: str) -> str:
    match unicodedata.category(sign):
        case "Cf" | "Cc":  # zero-width, marks of direction, tabs and line ends that came along when it was copied
            return ""
        case "Pd":
            return "-"
        case "Zs":
            return " "
        case _:
            return sign
