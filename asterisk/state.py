"""What a caller's channel carries so that another controller can go on: the shared variable CCSTATE.

`<call ulid>|<what is going on>|<place>`; the place is opaque here (ASCII, no `|`, ≤ 200 characters).
"""

from dataclasses import dataclass

NAME = "CCSTATE"

# what is going on: one letter and an id
IDLE = ""
PLAYING = "p"  # a playback
RECORDING = "r"  # a live recording
RINGING = "d"  # a leg being dialled
TALKING = "b"  # a bridge with a leg, since a moment (Unix milliseconds)
CONFERRING = "c"  # a room
LEAVING = "x"  # said the last words, or handed to the dialplan: only the end is still to come


@dataclass(frozen=True, slots=True)
class State:
    """ids: of what is going on; e.g. ("b", ("bridge", "leg", "1700000000000"))."""

    call: str
    doing: str = IDLE
    ids: tuple[str, ...] = ()
    place: str = ""

    def encode(self) -> str:
        return f"{self.call}|{':'.join((self.doing, *self.ids))}|{self.place}"

    @staticmethod
    def decode(text: str) -> "State | None":
        """None if this is no state of ours (a stranger, or another version's)."""
        call, bar, rest = text.partition("|")
        doing, second, place = rest.partition("|")
        if not (bar and second and len(call) == 26):
            return None
        letter, *ids = doing.split(":")
        return State(call, letter, tuple(ids), place)
