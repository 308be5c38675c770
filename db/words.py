"""A name of the trade in the two languages of the house."""

from typing import NamedTuple


class Words(NamedTuple):
    """What a person reads: never a code, never one language alone."""

    zh: str
    en: str
