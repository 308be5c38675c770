"""A refusal: what may not be done, why, and in which sentence it is told (SPEC §2.0, errors). Pure."""

from enum import StrEnum
from typing import Any


class Code(StrEnum):
    """The kinds of refusals: screens, the telephone and programs tell them apart by this."""

    STATE = "E_STATE"
    ROOM_TAKEN = "E_ROOM_TAKEN"
    PERM = "E_PERM"
    CONFLICT = "E_CONFLICT"
    LOCKED = "E_LOCKED"
    NO_PERMIT = "E_NO_PERMIT"
    CONTRACT_NO = "E_CONTRACT_NO"
    BUDGET = "E_BUDGET"
    LIMIT = "E_LIMIT"
    VALIDATION = "E_VALIDATION"
    DUPLICATE = "E_DUPLICATE"
    NOT_FOUND = "E_NOT_FOUND"
    EXPIRED = "E_EXPIRED"
    MONEY = "E_MONEY"
    TOO_LARGE = "E_TOO_LARGE"
    TIMEOUT = "E_TIMEOUT"


class Refused(Exception):
    """Nothing has been done, and this is why.

    code     one of Code
    zh, en   the sentence for the user, with the facts filled in
    details  the same facts for programs: plain values that JSON can hold

    >>> raise Refused(Code.ROOM_TAKEN, f"房间{code}已被保留。", f"Room {code} is already reserved.", room=code)
    """

    def __init__(self, code: Code, zh: str, en: str, **details: Any) -> None:
        super().__init__(code, zh, en)
        self.code = code
        self.zh = zh
        self.en = en
        self.details: dict[str, Any] = details

    def __str__(self) -> str:
        return f"{self.code}: {self.en}"
