"""The dead man's switch on a caller's channel (SURVIVAL §2.3): `TIMEOUT(absolute)`, in whole seconds.

While a controller lives it writes the switch again before it runs out; when none does, the exchange itself takes the
caller out of our hands into the fallback. 0 takes the switch away: two people who talk need no controller.

`grace` is how many seconds a caller may be without a controller (`Office.grace`).
"""

from math import ceil

GRACE = 30
NONE = 0


def lease(busy: float, grace: int) -> int:
    """For a step that plays, records, rings or waits for `busy` seconds at most."""
    return grace + ceil(max(0.0, busy))


def wants_renewal(ends_at: float, now: float, grace: int) -> bool:
    """Less than half of the grace is left (0 = no lease)."""
    return ends_at > 0 and ends_at - now < grace / 2


def covers(ends_at: float, now: float, busy: float, grace: int) -> bool:
    """Is what is left enough for `busy` more seconds and half of the grace?"""
    return ends_at == 0 or ends_at - now >= busy + grace / 2


def renewal(grace: int) -> float:
    """Seconds between two looks at the callers' leases."""
    return grace / 6
