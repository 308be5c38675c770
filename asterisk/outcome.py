"""What became of an attempt to reach somebody, from the cause the exchange gives (SPEC §4.4, ASTERISK §7)."""

from calls.call import Busy, Congested, Dialled, NoAnswer, Rejected, Unallocated

# Q.850 cause → outcome
CAUSES: dict[int, type[Busy | NoAnswer | Unallocated | Congested | Rejected]] = {
    1: Unallocated,
    17: Busy,
    18: NoAnswer,
    19: NoAnswer,
    20: NoAnswer,
    21: Rejected,
    22: Unallocated,
    28: Unallocated,
    34: Congested,
    38: Congested,
    41: Congested,
    42: Congested,
}

# SIP status → cause, for when the cause says nothing (0, 16, 127 or one that is not in the table)
TECHNICAL: dict[int, int] = {
    403: 21,
    404: 1,
    408: 18,
    410: 22,
    480: 19,
    484: 28,
    486: 17,
    487: 19,
    500: 41,
    502: 38,
    503: 34,
    504: 41,
    600: 17,
    603: 21,
    604: 1,
}


def outcome(cause: int, tech_cause: int = 0) -> Dialled:
    """Of a leg that ended without having been answered. What nobody knows is "no answer"."""
    if cause not in CAUSES:
        cause = TECHNICAL.get(tech_cause, 19)
    return CAUSES[cause](cause)


def word(result: Dialled) -> str:
    """ "answered", "busy", "noanswer" … as facts tell it."""
    return type(result).__name__.lower()
