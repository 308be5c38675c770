"""A caller of the town: dials into the exchange, presses keys, speaks, listens, hangs up, and keeps what was heard."""

import asyncio
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from asterisk.town.ear import Ear, write_wav
from asterisk.town.keys import Deed, Key, Pause, PromptEnd, Speech
from asterisk.town.speech import key_tone, load
from asterisk.town.wire import APPLICATION, Event, Refused, Wire

KEY_LENGTH = 0.1  # s; RFC 4733 events of this length
KEY_GAP = 0.08  # s between two keys
PATIENCE = 60.0  # s that a caller waits for the end of a prompt, or for the exchange to hang up

Stay = float | Literal["prompt", "hangup"]


@dataclass(frozen=True, slots=True)
class Pressed:
    key: str
    at: float  # seconds since the answer, when the tone began


@dataclass(frozen=True, slots=True)
class TownCall:
    """A call that is over, as the caller knows it.

    seconds       from answer to hang-up; 0 if it was not answered
    hangup_cause  Q.850
    by            who hung up
    heard spoken  8 kHz mono wav, sample 0 = the answer; None if nobody listened or nothing was answered
    …_at          epoch seconds of the exchange's clock
    trouble       why the keys were not played to their end, or ""
    """

    did: str
    caller: str
    answered: bool
    seconds: float
    hangup_cause: int
    by: Literal["caller", "exchange"]
    heard: Path | None
    spoken: Path | None
    keys: tuple[Pressed, ...]
    dialled_at: float
    ringing_at: float | None
    answered_at: float | None
    ended_at: float
    trouble: str = ""


class HungUp(Exception):
    """The call is over; the caller cannot do that any more."""


class Caller:
    """One call from the town, from dialling to its end. Made by `Town.dial`."""

    def __init__(self, wire: Wire, ear: Ear | None, channel: str, did: str, number: str) -> None:
        self.channel = channel
        self.ear = ear
        self.did = did
        self.number = number
        self.trouble = ""
        self.dialled_at = time.time()
        self.ringing_at: float | None = None
        self.answered_at: float | None = None
        self.ended_at = 0.0
        self.cause = 0
        self._wire = wire
        self._ours = False
        self._pressed: list[Pressed] = []
        self._legs = {channel, f"{channel}-ear"} if ear else {channel}
        self._here = asyncio.Event()  # all legs are in our hands, or over
        self._up = asyncio.Event()  # answered, or over
        self._gone = asyncio.Event()
        for leg in self._legs:
            wire.mind(leg, self._on)

    @property
    def over(self) -> bool:
        return self._gone.is_set()

    async def dial(self, name: str, patience: float) -> None:
        """Set the call up so that its sound is heard from the first packet on, then dial."""
        place = f"/channels/{self.channel}"
        # What the far side shall see of us is, seen from the new channel, the connected line.
        who = {"CONNECTEDLINE(num)": self.number, "CONNECTEDLINE(name)": name}
        hidden = {} if self.number else {"CONNECTEDLINE(pres)": "prohib"}
        await self._wire.post(
            "/channels/create",
            {"variables": {**who, **hidden}},
            endpoint=f"PJSIP/{self.did}@exchange", app=APPLICATION, channelId=self.channel, formats="ulaw",
        )  # fmt: skip
        if self.ear is not None:
            relay = await self._wire.post(
                "/channels/externalMedia",
                app=APPLICATION, channelId=self._relay, external_host=self.ear.address, format="ulaw",
            )  # fmt: skip
            known = relay["channelvars"]
            self.ear.speak_to(known["UNICASTRTP_LOCAL_ADDRESS"], int(known["UNICASTRTP_LOCAL_PORT"]))
            await self._wire.post(f"/bridges/{self._bridge}", type="mixing")
        await self._here.wait()
        if self.ear is not None:
            await self._wire.post(
                f"/bridges/{self._bridge}/addChannel",
                channel=f"{self.channel},{self._relay}",
                inhibitConnectedLineUpdates="true",  # or the relay would pass for the caller
            )
        self.dialled_at = time.time()
        await self._wire.post(f"{place}/dial", timeout=str(round(patience)))

    async def answered(self) -> bool:
        """Wait until the call is answered (True) or over."""
        await self._up.wait()
        return self.answered_at is not None

    async def play(self, deeds: tuple[Deed, ...]) -> None:
        """Do one thing after the other. Raises HungUp when the exchange ends the call before that."""
        for deed in deeds:
            match deed:
                case Key(key):
                    await self.press(key)
                case Pause(seconds):
                    await self.wait(seconds)
                case PromptEnd():
                    await self.prompt_end()
                case Speech(file):
                    await self.say(file)

    async def press(self, keys: str) -> None:
        for key in keys:
            if self.over:
                raise HungUp
            try:
                await self._wire.post(
                    f"/channels/{self.channel}/dtmf", dtmf=key, duration=str(round(KEY_LENGTH * 1000))
                )
            except Refused:
                raise HungUp from None
            self._pressed.append(Pressed(key, round(time.time() - (self.answered_at or self.dialled_at), 3)))
            if self.ear is not None:
                self.ear.mark()
                self.ear.key(key_tone(key, KEY_LENGTH))
            await self.wait(KEY_LENGTH + KEY_GAP)

    async def say(self, file: Path) -> None:
        """Speak a sound file to its end. Raises UnusableSpeech, HungUp."""
        await self._unless_over(self._ear.say(load(file)), PATIENCE)

    async def wait(self, seconds: float) -> None:
        await self._unless_over(asyncio.sleep(seconds), seconds + 1)

    async def prompt_end(self, patience: float = PATIENCE) -> None:
        """Listen until the prompt has ended. Raises TimeoutError, HungUp."""
        await self._unless_over(self._ear.prompt_end(), patience)

    async def hang_up(self) -> None:
        if not self.over:
            self._ours = True
            await self._wire.delete(f"/channels/{self.channel}", reason_code="16")

    async def end(self, files: Path) -> TownCall:
        """Wait for the end, clear up, write what was heard and said beside `files` (a path without extension)."""
        await self._gone.wait()
        self._wire.forget(self.channel)
        self._wire.forget(self._relay)
        heard = spoken = None
        begin, over = self.answered_at, self.ended_at
        if self.ear is not None:
            self.ear.close()
            await self._wire.delete(f"/channels/{self._relay}")
            await self._wire.delete(f"/bridges/{self._bridge}")
            if begin is not None:
                heard = write_wav(files.with_name(f"{files.name}-heard.wav"), self.ear.heard(begin, over))
                spoken = write_wav(files.with_name(f"{files.name}-spoken.wav"), self.ear.spoken(begin, over))
        return TownCall(
            did=self.did,
            caller=self.number,
            answered=begin is not None,
            seconds=round(over - begin, 3) if begin is not None else 0.0,
            hangup_cause=self.cause,
            by="caller" if self._ours else "exchange",
            heard=heard,
            spoken=spoken,
            keys=tuple(self._pressed),
            dialled_at=self.dialled_at,
            ringing_at=self.ringing_at,
            answered_at=begin,
            ended_at=over,
            trouble=self.trouble,
        )

    # -- inside --

    @property
    def _relay(self) -> str:
        return f"{self.channel}-ear"

    @property
    def _bridge(self) -> str:
        return f"{self.channel}-bridge"

    @property
    def _ear(self) -> Ear:
        if self.ear is None:
            raise ValueError("this caller does not listen (listen=False): it cannot wait for a prompt or speak")
        return self.ear

    def _on(self, event: Event) -> None:
        at = _when(event)
        if event.get("channel", {}).get("id") == self._relay:
            self._arrived(event)
            return
        match event["type"]:
            case "StasisStart":
                self._arrived(event)
            case "Dial" if event.get("dialstatus") == "RINGING":
                self.ringing_at = self.ringing_at or at
            case "ChannelStateChange" if event["channel"]["state"] == "Up" and self.answered_at is None:
                self.answered_at = at
                self._up.set()
            case "ChannelHangupRequest":
                self.ended_at = self.ended_at or at
            case "ChannelDestroyed":
                self.cause = event["cause"]
                self.ended_at = self.ended_at or at
                self._finish()
            case "WireLost":
                self.trouble = "the town itself has gone"
                self.ended_at = self.ended_at or time.time()
                self._finish()

    def _arrived(self, event: Event) -> None:
        if event["type"] == "StasisStart":
            self._legs.discard(event["channel"]["id"])
            if not self._legs:
                self._here.set()

    def _finish(self) -> None:
        self._gone.set()
        self._up.set()
        self._here.set()

    async def _unless_over(self, deed: Coroutine[Any, Any, None], patience: float) -> None:
        done = asyncio.create_task(deed)
        gone = asyncio.create_task(self._gone.wait())
        try:
            await asyncio.wait((done, gone), timeout=patience, return_when=asyncio.FIRST_COMPLETED)
            if done.done():
                done.result()
                return
            if self.over:
                raise HungUp
            raise TimeoutError(f"no end of a prompt within {patience:.0f} s")
        finally:
            done.cancel()
            gone.cancel()


def _when(event: Event) -> float:
    """The event's time by the exchange's clock, which is this machine's."""
    return datetime.fromisoformat(event["timestamp"]).timestamp() if "timestamp" in event else time.time()
