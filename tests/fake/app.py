"""A Stasis application in the fake exchange: the name, and the websocket that now listens under it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Send = Callable[[dict[str, Any]], None]


@dataclass(eq=False, slots=True)
class App:
    """channels: those in its Stasis() now; watched: others it hears of by subscription; send: None while deaf."""

    name: str
    send: Send | None = None
    channels: set[str] = field(default_factory=set)
    watched: set[str] = field(default_factory=set)
    bridges: set[str] = field(default_factory=set)
    allowed: list[dict[str, str]] = field(default_factory=list)

    @property
    def alive(self) -> bool:
        """A name lives on without a socket as long as something still belongs to it."""
        return self.send is not None or bool(self.channels | self.watched | self.bridges)

    def wants(self, kind: str) -> bool:
        return not self.allowed or any(one["type"] == kind for one in self.allowed)

    def json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "channel_ids": sorted(self.channels | self.watched),
            "bridge_ids": sorted(self.bridges),
            "endpoint_ids": [],
            "device_names": [],
            "events_allowed": self.allowed,
            "events_disallowed": [],
        }
