"""What the dialplan did alone, while no controller lived or before one could: one JSON line per call, written by its
`h` extension.

    {"uniqueid", "linkedid", "caller", "callee", "start", "answer", "end",
     "cause", "status", "ccstate", "message", "operator"}

Moments are Unix seconds (a naive date is read as this machine's time); `ccstate` is the state the last controller left
on the channel, `message` the sound file of a message, `operator` how the operator's phone answered (DIALSTATUS),
`status` why the call came there, or GONE: the caller hung up while it was still on offer.
"""

import json
import wave
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from ulid import ULID

from calls.facts import CallAnswered, CallEnded, CallOffered, CallTroubled, Fact, RecordingMade
from calls.record import FALLBACK

GONE = "GONE"


@dataclass(frozen=True, slots=True)
class Tale:
    """One call as the dialplan tells it. state_call: the id of our call that it was before, or "". gone: the caller
    did not wait for anybody."""

    channel: str
    linkedid: str
    caller: str
    callee: str
    start: datetime
    answer: datetime | None
    end: datetime
    cause: int
    state_call: str
    message: str
    operator: str
    gone: bool

    @property
    def own_id(self) -> str:
        """The id of a call that no controller ever saw: always the same for the same call."""
        rest = blake2b(self.linkedid.encode(), digest_size=10).digest()
        return str(ULID(int(self.start.timestamp() * 1000).to_bytes(6, "big") + rest))

    def beginning(self, call: str) -> Iterator[Fact]:
        yield CallOffered(
            call=call,
            at=self.start,
            channel=self.channel,
            linkedid=self.linkedid,
            caller=self.caller,
            callee=self.callee,
            controller="" if self.gone else FALLBACK,
        )
        if self.answer is not None:
            yield CallAnswered(call=call, at=self.answer)

    def ending(self, call: str) -> Iterator[Fact]:
        if self.operator:
            yield CallTroubled(call=call, at=self.end, what=f"fallback: the operator's phone: {self.operator}")
        yield CallEnded(call=call, at=self.end, cause=self.cause, by="caller" if self.gone else FALLBACK)

    def recording(self, call: str) -> RecordingMade | None:
        """The message, if one was left and its file is there."""
        file = Path(self.message)
        if not self.message or not file.is_file():
            return None
        return RecordingMade(
            call=call, at=self.end, name=file.stem, file=str(file), seconds=_seconds(file), ended="hangup"
        )


def read_tale(line: str) -> Tale:
    """Raises ValueError if the line is no tale."""
    try:
        told = json.loads(line)
        text = {name: str(told.get(name) or "") for name in NAMES}
    except (json.JSONDecodeError, AttributeError) as error:
        raise ValueError(f"not a JSON object: {error}") from None
    end, answer = _moment(text["end"]), _moment(text["answer"])
    start = _moment(text["start"]) or answer or end
    linkedid = text["linkedid"] or text["uniqueid"]
    if start is None or not linkedid:
        raise ValueError("it has no start or no linkedid")
    state = text["ccstate"].partition("|")[0]
    return Tale(
        channel=text["uniqueid"] or linkedid,
        linkedid=linkedid,
        caller=text["caller"],
        callee=text["callee"],
        start=start,
        answer=answer,
        end=max(end or answer or start, start),
        cause=int(text["cause"]) if text["cause"].isdecimal() else 16,
        state_call=state if len(state) == 26 else "",
        message=text["message"],
        operator=text["operator"],
        gone=text["status"] == GONE,
    )


NAMES = (
    "uniqueid",
    "linkedid",
    "caller",
    "callee",
    "start",
    "answer",
    "end",
    "cause",
    "status",
    "ccstate",
    "message",
    "operator",
)


def _moment(text: str) -> datetime | None:
    try:
        seconds = float(text)
    except ValueError:
        return datetime.fromisoformat(text).astimezone(UTC) if text else None
    return datetime.fromtimestamp(seconds, UTC) if seconds > 0 else None


def _seconds(file: Path) -> float:
    try:
        with wave.open(str(file)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError, OSError):
        return max(0.0, file.stat().st_size - 44) / 16_000  # cut off in the middle: 8 kHz, 16 bits
