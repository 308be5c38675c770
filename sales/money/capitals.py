"""Amounts in capital characters, as receipts and dunning letters carry them (SPEC §2.5.6)."""

from sales.money import amount

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")


def capitals(fen: int) -> str:
    """`fen` in words: 2752000 → 人民币贰万柒仟伍佰贰拾元整.

    E_MONEY when it is negative: a refund's voucher states what is paid out.
    """
    amount.fen(fen)
    yuan, jiao, single = fen // 100, fen // 10 % 10, fen % 10
    if fen == 0:
        return "人民币零元整"
    text = f"{_whole(yuan)}元" if yuan else ""
    if jiao:
        text += f"{DIGITS[jiao]}角"
    elif single and yuan:
        text += "零"
    return f"人民币{text}" + (f"{DIGITS[single]}分" if single else "整")


def _whole(number: int) -> str:
    """A whole number above nought. 亿 counts what stands before it as a number of its own, so 10^12 is 壹万亿."""
    for unit, name in ((10**8, "亿"), (10**4, "万")):
        if number >= unit:
            above, below = divmod(number, unit)
            # a place left out between the two is said once, as 零
            gap = "零" if 0 < below < unit // 10 else ""
            return f"{_whole(above)}{name}{gap}{_whole(below) if below else ''}"
    text = ""
    missing = False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += ("零" if missing and text else "") + DIGITS[digit] + PLACES[power]
            missing = False
        else:
            missing = True
    return text
