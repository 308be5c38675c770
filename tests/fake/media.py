"""What is played on a channel of the fake exchange, and what is recorded from it."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.fake.channel import Channel


@dataclass(eq=False, slots=True)
class Playback:
    id: str
    media: list[str]
    channel: "Channel"
    state: str = "queued"
    at: int = 0

    def json(self) -> dict[str, Any]:
        shown = {"id": self.id, "media_uri": self.media[self.at]}
        if self.at + 1 < len(self.media):
            shown["next_media_uri"] = self.media[self.at + 1]
        return shown | {"target_uri": f"channel:{self.channel.id}", "language": "en", "state": self.state}


@dataclass(eq=False, slots=True)
class Recording:
    name: str
    channel: "Channel"
    limits: dict[str, str] = field(default_factory=dict)
    state: str = "queued"
    began: float = 0.0
    seconds: float = 0.0
    beeping: bool = False

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"name": self.name, "format": "wav", "state": self.state}
        shown["target_uri"] = f"channel:{self.channel.id}"
        if self.state == "done" and self.seconds:
            shown["duration"] = round(self.seconds)
        return shown
