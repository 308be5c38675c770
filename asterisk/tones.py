"""A line outside that answers at once and tells what becomes of a call by tones alone, as analog lines do (S4-180).

The leg goes into the dialplan (`dialplan/render.py`, context `tones`), which listens, and comes back with what it has
heard.
"""

from calls.call import Busy, Congested, Dialled, Unallocated

CONTEXT = "tones"
HEARD = "heard"  # the first word with which a leg comes back: heard, tone, human or machine, why

# what ToneScan calls it → what it means. Congestion sounds like busy to it; a dial tone: nobody was dialled.
MEANINGS: dict[str, Dialled] = {
    "BUSY": Busy(),
    "SIT": Unallocated(),
    "NUT": Unallocated(),
    "DIALTONE": Congested(),
}
MACHINES = ("FAX", "MODEM")


def meaning(tone: str) -> Dialled | None:
    """None: no tone of the network, so somebody has answered."""
    return MEANINGS.get(tone)


def who(tone: str, amd: str, why: str) -> str:
    """ "human", "machine", or "" if nobody knows: somebody who is silent is not a machine.

    >>> who("TIMEOUT", "HUMAN", "HUMAN"), who("TIMEOUT", "MACHINE", "LONGGREETING")
    ('human', 'machine')
    """
    if tone in MACHINES:
        return "machine"
    if amd == "MACHINE":
        return "" if why == "INITIALSILENCE" else "machine"
    return "human" if amd == "HUMAN" else ""
