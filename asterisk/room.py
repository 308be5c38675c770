"""A caller in a room among others: on a mixing bridge that bears the room's name (SPEC §4.8 M)."""

from asterisk import state
from asterisk.ari import verbs
from asterisk.ari.rest import Answer, NoAnswer
from asterisk.line import Line

BRIDGE = "conf-"  # + the room: the id of its bridge


class Room:
    """`Room(line, room)`: one stay. `closed`: the room is no more, or nobody could be let in.

    Whoever comes first makes the bridge; making it again changes nothing. It goes when the house closes the room.
    """

    def __init__(self, line: Line, room: str) -> None:
        self._line = line
        self.name = room
        self.bridge = BRIDGE + room
        self.closed = False
        self._muted = False

    def enter(self) -> None:
        line = self._line
        line.send(verbs.make_bridge(self.bridge, keys=True))
        line.send(verbs.seat_channel(self.bridge, line.channel), self._entered)

    def _entered(self, answer: Answer) -> None:
        if not answer.ok and self._line.cause is None and answer.status:
            if not answer.gone:
                self._line.trouble(f"no way into the room {self.name}: {answer.status} {answer.body[:200]}")
            self.left()

    def stay(self, muted: bool) -> None:
        """Nothing is asked of the caller: who is in a room stays there though no controller lives."""
        line = self._line
        if muted != self._muted:
            self._muted = muted
            line.send(verbs.mute(line.channel) if muted else verbs.unmute(line.channel))
        line.write(state.CONFERRING, (self.name,))

    def part(self) -> None:
        """Heard again, whoever has muted them: the caller or the host."""
        line = self._line
        if not self.closed:
            line.send(verbs.remove_channel(self.bridge, line.channel))
        line.send(verbs.unmute(line.channel))
        line.write(state.IDLE)

    def left(self) -> None:
        """The caller is no longer there, and did not ask to go."""
        self.closed = True
        self._line.wake()

    async def reconcile(self) -> None:
        """Is the caller still there after a gap in the link, or a change of controller?"""
        try:
            found = await self._line.trunk.aside.ask(verbs.bridge(self.bridge))
        except NoAnswer:
            return
        if not found.ok or self._line.channel not in found.json()["channels"]:
            self.left()
