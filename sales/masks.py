"""What others may see of a number (SPEC §2.10): enough to recognise it, not to use it. Pure."""

STAR = "*"
HIDDEN = 4


def phone(number: str) -> str:
    """ "+8613800000001" → "138****0001", "+862038880000" → "020****0000", "+85212345678" → "+852****5678" """
    if number.startswith("+86"):
        national = number.removeprefix("+86")
        # the area code is said with its 0; mobile and 400 numbers have none
        return _middle(national if national.startswith(("1", "400", "800")) else "0" + national, 3, 4)
    return _middle(number, 4 if number.startswith("+") else 3, 4)


def id_no(number: str) -> str:
    """ "440106198506150012" → "4401**********0012" """
    return _middle(number, 4, 4)


def bank_no(number: str) -> str:
    """ "6222021234567890123" → "6222***********0123" """
    return _middle("".join(number.split()), 4, 4)


def _middle(text: str, first: int, last: int) -> str:
    """The same length, at least four signs of it hidden: a short number shows less, a very short one nothing."""
    while first + last > max(len(text) - HIDDEN, 0):
        first, last = (first - 1, last) if first >= last else (first, last - 1)
    return text[:first] + STAR * (len(text) - first - last) + text[len(text) - last :]
