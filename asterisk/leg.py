"""Another party called for a caller: rung, and if it answers connected until one of them leaves (SPEC §4.4)."""

import asyncio
from collections.abc import Sequence
from time import time

from asterisk import state, tones
from asterisk.ari import verbs
from asterisk.ari.rest import Answer, NoAnswer
from asterisk.line import Line
from asterisk.outcome import outcome, word
from calls.call import Answered, Dialled, GaveUp
from calls.call import NoAnswer as NobodyAnswers
from calls.facts import LegAnswered, LegEnded, LegRang

LEG = "leg"  # the word with which a party comes that was called for a caller
PREFIX = "leg-"  # of the channel ids we choose for legs, by which every controller knows them
LATE = 5.0  # seconds the exchange may take longer than the patience it was given
GONE = 16
NO_LINE = 34  # Q.850: no circuit available


class Leg:
    """`Leg(line, channel id)`: one attempt. `bridge` and `since` (Unix seconds) are set while they talk.

    outside: over a line outside; if that tells nothing but tones, who answers is listened to before he is connected.
    """

    def __init__(self, line: Line, channel: str, outside: bool = False) -> None:
        self._line = line
        self.channel = self._name = channel  # the name under which it is told of stays
        self._outside = outside
        self._listens = outside and line.trunk.office.by_ear
        self._scanning = False  # it is in the dialplan, being listened to
        self._who = ""
        self._heard: Dialled | None = None  # a tone of the network, and what it means
        self.bridge = ""
        self._since = 0.0
        self._entered = False
        self._gave_up = False
        self._ended: tuple[int, int] | None = None  # cause, technical cause
        self._refused: Answer | None = None

    @property
    def talking(self) -> bool:
        return bool(self.bridge)

    # -- the attempt ---------------------------------------------------------------------------------------------

    async def dial(self, number: str, patience: float) -> Dialled:
        """Ring it. The caller hears ring-back."""
        line = self._line
        trunk = line.trunk
        endpoint = (trunk.office.outside if self._outside else trunk.office.endpoint).format(number=number)
        line.write(state.RINGING, (self.channel,), patience)
        line.send(verbs.ring(line.channel))
        trunk.leg(self.channel, line)
        role = "external" if self._outside else "seat"
        trunk.office.bus.publish(
            LegRang(call=line.call, at=trunk.office.now(), leg=self._name, number=number, role=role)
        )
        if not endpoint:  # there is no line outside
            self._ended = (NO_LINE, 0)
            return await self._ring(patience, endpoint)
        request = verbs.originate(
            self.channel,
            endpoint,
            trunk.app,
            args=LEG,
            caller=line.party.caller,
            timeout=max(1, round(patience)),
            originator=line.channel,
        )
        line.send(request, self._originated)
        return await self._ring(patience, endpoint)

    async def ride(self, ids: tuple[str, ...], patience: float) -> Dialled | None:
        """Go on with the attempt another controller began. None: it is over, and nobody knows how."""
        self._line.trunk.leg(self.channel, self._line)
        try:
            leg = await self._line.trunk.aside.ask(verbs.channel(self.channel))
        except NoAnswer:
            leg = Answer(0)
        if len(ids) == 3:
            self.bridge, self._since = ids[1], int(ids[2]) / 1000
            if not leg.ok:
                self.ended(GONE)
            return await self._talk()
        if not leg.ok:
            self._line.trunk.leg(self.channel, None)
            return None
        where = leg.json()
        if where["state"] == "Up":
            step = where["dialplan"]
            self._scanning = self._listens and step["context"] == tones.CONTEXT and step["app_name"] != "Stasis"
            if not self._scanning:
                self.entered()
        return await self._ring(patience, "")

    async def _ring(self, patience: float, endpoint: str) -> Dialled:
        line = self._line
        try:
            if not await line.until(self._decided, patience + LATE) and line.cause is None:
                self._heard = NobodyAnswers()
        except asyncio.CancelledError:
            self._drop()
            raise
        if self._entered and not self._ended and line.cause is None and self._heard is None:
            return await self._connect()
        line.send(verbs.stop_ring(line.channel))
        line.done()
        result: Dialled
        if self._gave_up or line.cause is not None:
            result = GaveUp()
        elif self._heard is not None:
            result = self._heard
        elif self._refused is not None:
            result = await self._why_refused(self._refused, endpoint)
        else:
            result = outcome(*(self._ended or (19, 0)))
        self._drop()
        self._tell(result, 0.0)
        line.check()
        return result

    def _decided(self) -> bool:
        ways = (self._heard, self._ended, self._refused)
        return self._entered or self._gave_up or any(way is not None for way in ways)

    async def _why_refused(self, answer: Answer, endpoint: str) -> Dialled:
        """The exchange would not even try: there is no such extension, or no phone is registered for it."""
        line = self._line
        if answer.status == 0:
            line.trouble("nobody knows whether the other party was called: the link broke")
            return outcome(41)
        try:
            known = await line.trunk.aside.ask(verbs.endpoint(endpoint))
        except NoAnswer:
            return outcome(41)
        return outcome(1 if known.status == 404 else 20)

    # -- together ------------------------------------------------------------------------------------------------

    async def _connect(self) -> Dialled:
        line, trunk = self._line, self._line.trunk
        self.bridge, self._since = line.fresh("b"), time()
        line.send(verbs.stop_ring(line.channel))
        line.send(verbs.make_bridge(self.bridge))
        line.write(state.TALKING, (self.channel, self.bridge, str(int(self._since * 1000))))
        line.send(verbs.add_channels(self.bridge, (line.channel, self.channel)), self._joined)
        trunk.office.bus.publish(LegAnswered(call=line.call, at=trunk.office.now(), leg=self._name, who=self._who))
        return await self._talk()

    async def _talk(self) -> Dialled:
        line = self._line
        try:
            while self._ended is None and line.cause is None:
                await line.until(lambda: self._ended is not None, 3600.0)
        except asyncio.CancelledError:
            self._drop()
            raise
        seconds = max(0.0, time() - self._since)
        line.send(verbs.drop_bridge(self.bridge))
        self.bridge = ""
        self._drop()
        result = Answered(seconds)
        self._tell(result, seconds)
        line.check()
        line.write(state.IDLE)
        return result

    def _drop(self) -> None:
        self._line.trunk.leg(self.channel, None)
        if self._ended is None and self._refused is None:
            self._line.send(verbs.hangup(self.channel, GONE))

    def _tell(self, result: Dialled, seconds: float) -> None:
        line, office = self._line, self._line.trunk.office
        cause = GONE if isinstance(result, Answered) else result.cause
        office.bus.publish(
            LegEnded(call=line.call, at=office.now(), leg=self._name, result=word(result), cause=cause, seconds=seconds)
        )

    # -- told by the mailbox -------------------------------------------------------------------------------------

    def _originated(self, answer: Answer) -> None:
        if not answer.ok:
            self._refused = answer
            self._line.wake()

    def _joined(self, answer: Answer) -> None:
        if not answer.ok and self._line.cause is None and not self._ended:
            self._line.trouble(f"two parties could not be connected: {answer.status} {answer.body}")
            self.ended(41)

    def entered(self, words: Sequence[str] = ()) -> None:
        """It has answered and is in our hands. words: with which it came."""
        if words and words[0] == tones.HEARD:
            tone, amd, why = (*words[1:], "", "", "")[:3]
            self._scanning = False
            self._heard, self._who = tones.meaning(tone), tones.who(tone, amd, why)
            self._entered = self._heard is None
        elif self._listens:
            self._scanning = True
            self._line.send(verbs.go_on(self.channel, tones.CONTEXT, self._line.trunk.app))
            return
        else:
            self._entered = True
        self._line.wake()

    def replaced(self, channel: str) -> None:
        """The other party has sent the caller on: another channel is in its place, and we talk with that."""
        line = self._line
        line.trunk.leg(self.channel, None)
        line.trunk.leg(channel, line)
        self.channel = channel
        line.write(state.TALKING, (channel, self.bridge, str(int(self._since * 1000))))

    def left(self) -> None:
        """It is no longer in our hands: gone, or listened to in the dialplan."""
        if not self._scanning:
            self.ended(GONE)

    def ended(self, cause: int, tech_cause: int = 0) -> None:
        if self._ended is None:
            self._ended = (cause, tech_cause)
            self._line.wake()

    def give_up(self) -> None:
        """The caller pressed `*` while it rang."""
        self._gave_up = True
        self._line.wake()

    def reconcile(self, channels: dict[str, str]) -> None:
        """After a gap in the link. channels: id → state of all that exist."""
        if self.channel not in channels:
            self.ended(GONE if self.talking else 41)
        elif channels[self.channel] == "Up" and not (self.talking or self._scanning):
            self.entered()
