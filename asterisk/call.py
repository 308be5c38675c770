"""A live call on the exchange: `calls.call.Call` over ARI. One caller, one flow's task, one mailbox.

The mailbox is the second half of the class: what the exchange tells is handled in the tick it arrives, so that a key
has sent the end of a prompt on its way before anything else happens. The verbs only wait for the mailbox.
"""

from collections.abc import Sequence
from typing import NoReturn

from asterisk import state
from asterisk.ari import verbs
from asterisk.keys import TYPED_AHEAD, Keys
from asterisk.leg import Leg
from asterisk.line import Line
from asterisk.prompt import Prompt
from asterisk.room import Room
from asterisk.state import State
from asterisk.tape import Tape
from calls.call import Dialled, Hungup, Party, Recorded, Utterance
from calls.facts import CallAnswered, KeyPressed, KeysDropped

# A tone of our own: the one that `record` can make loses a key pressed in it, and the recording then does not end.
BEEP = Utterance("", "beep", 0.4)
LONGEST = 600.0  # seconds for something another controller began that the flow does not come back to


class AriCall:
    """`AriCall(line, up)`: made by the station when a call comes or is resumed. up: has it been answered already?

    After a resume the first verb of its kind rides on what is still running: `play` on the playback, `record` on the
    recording, `dial` on the ringing or talking leg (then what is said before it is taken as said), `confer` on being in
    the room.
    """

    def __init__(self, line: Line, up: bool) -> None:
        self.line = line
        self.private = False
        self._up = up
        self._nudged = False
        self._keys = Keys()
        self._last = ("", "")
        self.prompt = Prompt(line)
        self.tape = Tape(line)
        self.leg: Leg | None = None
        self.room: Room | None = None

    @property
    def id(self) -> str:
        return self.line.call

    @property
    def party(self) -> Party:
        return self.line.party

    # -- the verbs -----------------------------------------------------------------------------------------------

    def mark(self, place: str) -> None:
        self.line.mark(place)

    async def answer(self) -> None:
        await self.line.ready()
        if not self._up:
            self._up = True
            self.line.send(verbs.answer(self.line.channel))
            office = self.line.trunk.office
            office.bus.publish(CallAnswered(call=self.id, at=office.now()))

    async def play(self, words: Sequence[Utterance], *, interruptible: bool = True) -> str:
        await self.line.ready()
        if riding := self.line.riding:
            if riding.doing in (state.RECORDING, state.RINGING, state.TALKING):
                return ""  # what these words lead up to is going on already
            if (key := await self._ride_prompt(words, interruptible)) is not None:
                return key
        if interruptible and self._keys:
            return self._take()
        if not words:
            return ""
        return await self.prompt.say(words, interruptible)

    async def key(self, patience: float) -> str:
        await self.line.ready()
        if self.line.riding and (key := await self._ride_out()):
            return key
        if not (self._keys or self._nudged):
            self.line.idle(patience)
            await self.line.until(lambda: len(self._keys) > 0 or self._nudged, patience)
            self.line.check()
        if self._nudged:
            self._nudged = False
            return ""
        return self._take()

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        await self.line.ready()
        riding, self.line.riding = self.line.riding, None
        if riding and riding.doing == state.RECORDING:
            if result := await self.tape.ride(riding.ids[0], most):
                return result
            await self.line.ready()
        elif riding and riding.doing == state.PLAYING:
            self.line.send(verbs.stop_playback(riding.ids[0]))
        if beep:
            await self.prompt.say((BEEP,), False)
        self._keys.clear()
        return await self.tape.record(name, most, silence)

    async def dial(self, number: str, *, patience: float, outside: bool = False) -> Dialled:
        await self.line.ready()
        riding, self.line.riding = self.line.riding, None
        if riding and riding.doing in (state.RINGING, state.TALKING):
            if result := await self._ride_leg(riding, patience, outside):
                return result
            await self.line.ready()
        elif riding and riding.doing == state.PLAYING:
            self.line.send(verbs.stop_playback(riding.ids[0]))
        self.leg = Leg(self.line, self.line.fresh("leg"), outside)
        try:
            return await self.leg.dial(number, patience)
        finally:
            self.leg = None

    async def confer(self, room: str, *, muted: bool = False) -> str:
        await self.line.ready()
        if self.room is None:
            await self._enter(room)
        within = self.room
        assert within is not None
        if not self._keys and not within.closed:
            within.stay(muted)
            while not (await self.line.until(lambda: len(self._keys) > 0 or within.closed, LONGEST)):
                self.line.check()
        self.line.check()
        if within.closed:
            await self.part()
            return ""
        return self._take()

    async def part(self) -> None:
        await self.line.ready()
        within, self.room = self.room, None
        if within is not None:
            within.part()

    async def hold(self, on: bool) -> None:
        await self.line.ready()
        if self.line.riding:
            await self._ride_out()
        self.line.idle(0.0)
        self.line.holding = on
        self.line.send(verbs.music(self.line.channel) if on else verbs.stop_music(self.line.channel))

    def nudge(self) -> None:
        self._nudged = True
        self.line.wake()

    async def leave(self, words: Sequence[Utterance] = ()) -> NoReturn:
        await self.line.ready()
        self._clear_the_line()
        self.line.last_words(words)

    async def hangup(self, cause: int = 16) -> NoReturn:
        await self.line.ready()
        self.line.hangup(cause)

    # -- parts of verbs ------------------------------------------------------------------------------------------

    def _take(self) -> str:
        if dropped := self._keys.dropped():
            office = self.line.trunk.office
            office.bus.publish(KeysDropped(call=self.id, at=office.now(), count=dropped))
        return self._keys.take()

    async def _ride_prompt(self, words: Sequence[Utterance], interruptible: bool) -> str | None:
        riding, self.line.riding = self.line.riding, None
        if riding is None or riding.doing != state.PLAYING:
            return None
        key = await self.prompt.ride(riding.ids[0], words, interruptible)
        self.line.check()
        return key

    async def _enter(self, room: str) -> None:
        riding, self.line.riding = self.line.riding, None
        self.room = Room(self.line, room)
        if riding and riding.doing == state.PLAYING:
            self.line.send(verbs.stop_playback(riding.ids[0]))
        if riding and (riding.doing, *riding.ids) == (state.CONFERRING, room):
            await self.room.reconcile()
        else:
            self.room.enter()

    async def _ride_leg(self, riding: State, patience: float, outside: bool = False) -> Dialled | None:
        self.leg = Leg(self.line, riding.ids[0], outside)
        try:
            return await self.leg.ride(riding.ids, patience)
        finally:
            self.leg = None

    async def _ride_out(self) -> str:
        """The flow goes on with something else: let what is still running come to its end first."""
        riding = self.line.riding
        if riding is None:
            return ""
        if riding.doing == state.PLAYING:
            return await self._ride_prompt((), True) or ""
        self.line.riding = None
        match riding.doing:
            case state.RECORDING:
                await self.tape.ride(riding.ids[0], LONGEST)
            case state.RINGING | state.TALKING:
                await self._ride_leg(riding, LONGEST)
            case state.CONFERRING:
                Room(self.line, riding.ids[0]).part()
        self.line.check()
        return ""

    def _clear_the_line(self) -> None:
        """Stop what would keep the caller from being handed on."""
        riding, self.line.riding = self.line.riding, None
        self.prompt.stop()
        if self.room is not None:
            self.room.part()
            self.room = None
        if riding and riding.doing == state.PLAYING:
            self.line.send(verbs.stop_playback(riding.ids[0]))
        if self.line.holding:
            self.line.holding = False
            self.line.send(verbs.stop_music(self.line.channel))

    def to_fallback(self) -> None:
        """The flow has failed: the dialplan looks after the caller."""
        self._clear_the_line()
        self.line.to_fallback()

    def finish(self) -> None:
        """The flow has come to its end and left the caller with us."""
        try:
            self.line.check()
            self.line.hangup(16)
        except Hungup:
            pass

    # -- the mailbox: called by the station, returns at once -------------------------------------------------------

    def pressed(self, key: str, at: str) -> None:
        """at: the exchange's time of it; an event told twice is one key (but in a flood every one is counted)."""
        if at and (key, at) == self._last and len(self._keys) < TYPED_AHEAD:
            return
        self._last = (key, at)
        office = self.line.trunk.office
        if self.prompt.key(key):
            pass
        elif self.leg is not None:
            if self.leg.talking:
                return  # a key between two people is theirs
            if key == "*":
                self.leg.give_up()
        elif self.tape.running:
            self.tape.key(key)
        elif not self._keys.put(key):
            return  # told when the burst is over
        else:
            self.line.wake()
        office.bus.publish(KeyPressed(call=self.id, at=office.now(), key=key, private=self.private))

    def left_bridge(self, bridge: str) -> None:
        if self.room is not None and self.room.bridge == bridge:
            self.room.left()

    async def reconcile(self, channels: dict[str, str]) -> None:
        """After a gap in the link, with the flow alive: what ended meanwhile, what was never carried out?

        channels: id → state of all that exist; ours is among them.
        """
        if self.line.leaving:
            await self.line.leave_again()
            return
        self.line.dirty = True
        if self.leg is not None:
            self.leg.reconcile(channels)
        if self.room is not None:
            await self.room.reconcile()
        await self.prompt.reconcile()
        await self.tape.reconcile()
