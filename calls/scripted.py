"""A call acted out from a script, in virtual time: for tests, the terminal and the "try it" page.

The script says what the caller does:

    0-9 * #   presses this key, at once: in the middle of a prompt if there is one
    ,         does nothing for one second (and talks, while a message is recorded)
    (space)   listens until a question has been asked to its end (not while a longer answer is waited for)
    .         listens, and then says nothing until the question's patience is over (in a room: until it is closed)
    !         hangs up at once
    the end   listens to the end of what is being said, and hangs up when asked

Nothing sleeps: the clock given is moved on by what would have passed.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NoReturn

from calls.bus import Bus
from calls.call import Answered, Dialled, GaveUp, Hungup, NoAnswer, Party, Recorded, Utterance
from calls.clock import FixedClock
from calls.facts import (
    CallAnswered,
    CallEnded,
    CallOffered,
    KeyPressed,
    KeysDropped,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMade,
)

TYPED_AHEAD = 20  # keys kept for later (SPEC §4.1)
IN_A_ROOM = 3600.0  # seconds waited for a key at a time
RINGS = 3.0  # seconds until somebody answers, or is busy
CALL = "01HQ0000000000000000000000"
PARTY = Party("13800000001", "02038880000", "", CALL, "scripted")


class ScriptedCall:
    """`ScriptedCall(script, clock, bus)`; `dials` are the outcomes of its attempts to connect somebody, in order
    (then nobody answers).

    transcript  what was heard ("< …"), pressed ("> …") and done ("= …"), in order
    place       the last place marked
    """

    def __init__(
        self,
        script: Iterable[str],
        clock: FixedClock,
        bus: Bus,
        party: Party = PARTY,
        dials: Sequence[Dialled] = (),
    ) -> None:
        self.id = party.linkedid
        self.party = party
        self.transcript: list[str] = []
        self.place = ""
        self.private = False
        self._clock, self._bus = clock, bus
        self._script: Iterator[str] = iter(script)
        self._head: str | None = ""  # what the caller does next; "" = not read yet, None = the script is over
        self._due = self._now = 0.0  # when the caller does it; the present; seconds since the call began
        self._typed: list[str] = []
        self._asked = True  # has anything been said since the last key?
        self._dials = list(dials)
        self._answered = False
        self._nudged = False
        self._room = ("", False)
        self._cause: int | None = None

    @property
    def seconds(self) -> float:
        """How long the call has taken so far."""
        return self._now

    def rest(self) -> str:
        """What is left of the script, keys typed ahead first; for going on with another call."""
        return "".join(self._typed) + (self._head or "") + "".join(self._script)

    # -- the verbs -----------------------------------------------------------------------------------------------

    def mark(self, place: str) -> None:
        self.place = place

    async def answer(self) -> None:
        self._alive()
        if not self._answered:
            self._answered = True
            party = self.party
            self._publish(
                CallOffered,
                channel=party.channel,
                linkedid=party.linkedid,
                caller=party.caller,
                callee=party.callee,
                name=party.name,
            )
            self._publish(CallAnswered)

    async def play(self, words: Sequence[Utterance], *, interruptible: bool = True) -> str:
        self._alive()
        self._type()
        if self._typed and interruptible:
            return self._typed.pop(0)
        if not words:
            return ""
        self.transcript.append("< " + " ".join(word.text for word in words))
        self._asked = True
        end = self._now + sum(word.seconds for word in words)
        while (when := self._next()) is not None and when <= end:
            self._pass_to(when)
            self._type()
            if self._typed and interruptible:
                return self._typed.pop(0)
        self._pass_to(end)
        return ""

    async def key(self, patience: float) -> str:
        self._alive()
        self._type()
        nudged, self._nudged = self._nudged, False
        if nudged:
            return ""
        if not self._typed and patience > 0:
            self._wait_for_key(patience)
        return self._typed.pop(0) if self._typed else ""

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        self._alive()
        self._type()
        self._typed.clear()  # what was typed before the tone does not end what comes after it
        self._listened(" ")
        begun, key = self._now, ""
        when = self._next()
        if (self._due if when is None else when) > begun + most:
            ended = "limit"
            self._pass_to(begun + most)
        else:
            self._pass_to(self._due)
            match self._head:
                case "!" | None:
                    ended = "hangup"
                case " " | ".":
                    ended = "silence"
                case _:
                    ended, key = "key", self._press()
        made = Recorded(Path(f"{name}.wav"), self._now - begun, ended, key)
        if ended == "silence":
            self._pass_to(self._now + silence)
            self._listened(".")
        self.transcript.append(f"= recorded {made.seconds:.0f} s, ended by {ended}")
        self._publish(RecordingMade, name=name, file=str(made.file), seconds=made.seconds, ended=ended)
        if ended == "hangup":
            self._end(16, "caller")
        return made

    async def dial(self, number: str, *, patience: float, outside: bool = False) -> Dialled:
        self._alive()
        outcome: Dialled = self._dials.pop(0) if self._dials else NoAnswer()
        leg = f"{self.id}-{number}-{self._now:.1f}"
        self._publish(LegRang, leg=leg, number=number, role="external" if outside else "seat")
        ringing = self._now + (patience if isinstance(outcome, NoAnswer) else min(RINGS, patience))
        seconds = 0.0
        if self._ringing(ringing):
            outcome = GaveUp()
        elif isinstance(outcome, Answered):
            self._publish(LegAnswered, leg=leg)
            seconds = self._talking(outcome.seconds)
            outcome = Answered(seconds)
        cause = 16 if isinstance(outcome, Answered) else outcome.cause
        result = type(outcome).__name__.lower()  # as LegEnded calls it
        self.transcript.append(f"= {number} {result}")
        self._publish(LegEnded, leg=leg, result=result, cause=cause, seconds=seconds)
        self._leave_if_due()
        self._asked = True  # whoever was rung or talked with has gone: the caller listens again
        return outcome

    async def confer(self, room: str, *, muted: bool = False) -> str:
        self._alive()
        if self._room != (room, muted):
            self._room = (room, muted)
            self.transcript.append(f"= in room {room}{', muted' if muted else ''}")
        self._asked = True
        return await self.key(IN_A_ROOM)

    async def part(self) -> None:
        self._alive()
        self._room = ("", False)

    async def hold(self, on: bool) -> None:
        self._alive()
        self.transcript.append("= on hold" if on else "= off hold")

    def nudge(self) -> None:
        self._nudged = True

    async def leave(self, words: Sequence[Utterance] = ()) -> NoReturn:
        self._alive()
        if words:
            self.transcript.append("< " + " ".join(word.text for word in words))
        self._pass_to(self._now + sum(word.seconds for word in words))
        await self.hangup()

    async def hangup(self, cause: int = 16) -> NoReturn:
        self._alive()
        self._end(cause, "us")
        raise Hungup(cause)

    # -- the caller ----------------------------------------------------------------------------------------------

    def _peek(self) -> str | None:
        if self._head == "":
            self._head = next(self._script, None)
        return self._head

    def _next(self) -> float | None:
        """When the caller presses a key or hangs up; None while something is waited for first."""
        while self._peek() == ",":
            self._head = ""
            self._due += 1.0
        return None if self._head in (" ", ".", None) else self._due

    def _listened(self, until: str) -> None:
        """What the caller was waiting for has come."""
        self._next()
        while self._head == until:
            self._head = ""
            self._due = self._now
            if until == " ":
                self._next()
            else:
                return

    def _press(self) -> str:
        key, self._head = self._head or "", ""
        self._asked = False
        self.transcript.append(f"> {key}")
        self._publish(KeyPressed, key=key, private=self.private)
        return key

    def _type(self) -> None:
        """Everything the caller has done by now."""
        dropped = 0
        while (when := self._next()) is not None and when <= self._now:
            self._leave_if_due()
            if len(self._typed) < TYPED_AHEAD:
                self._typed.append(self._press())
            else:
                self._head = ""
                dropped += 1
        if dropped:
            self._publish(KeysDropped, count=dropped)

    def _wait_for_key(self, patience: float) -> None:
        if self._asked:
            self._listened(" ")
        if (when := self._next()) is not None and when <= self._now + patience:
            self._pass_to(when)
            self._type()
        elif self._peek() is None:
            self._pass_to(min(self._due, self._now + patience))
            self._end(16, "caller")
            raise Hungup(16)
        else:
            self._pass_to(self._now + patience)
            self._listened(".")

    def _ringing(self, end: float) -> bool:
        """Time passes while it rings; true if the caller has had enough."""
        while (when := self._next()) is not None and when <= end and self._head != "!":
            self._pass_to(when)
            if self._press() == "*":
                return True
        self._pass_to(end if self._head != "!" else min(end, self._due))
        return False

    def _talking(self, seconds: float) -> float:
        """Two people talk; their keys are their own. How long it was."""
        begun = self._now
        while (when := self._next()) is not None and when <= begun + seconds and self._head != "!":
            self._head = ""
        self._pass_to(begun + seconds if self._head != "!" else min(begun + seconds, self._due))
        return self._now - begun

    def _leave_if_due(self) -> None:
        if self._next() is not None and self._head == "!" and self._due <= self._now:
            self._end(16, "caller")
            raise Hungup(16)

    # -- time and end --------------------------------------------------------------------------------------------

    def _pass_to(self, when: float) -> None:
        when = max(when, self._now)
        self._clock.at += timedelta(seconds=when - self._now)
        self._now = when

    def _publish(self, kind: type, **data: object) -> None:
        self._bus.publish(kind(call=self.id, at=self._clock.now(), **data))

    def _alive(self) -> None:
        if self._cause is not None:
            raise Hungup(self._cause)

    def _end(self, cause: int, by: str) -> None:
        self._cause = cause
        self.transcript.append("= hung up" if by == "caller" else "= we hung up")
        self._publish(CallEnded, cause=cause, by=by)
