"""A channel as the exchange describes it, in events and in lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Channel:
    """One leg, as the exchange sees it. state: Down, Ring, Ringing, Up …; exten: where it is in the dialplan."""

    id: str
    name: str
    state: str
    caller: str = ""
    caller_name: str = ""
    context: str = ""
    exten: str = ""
    created: str = ""  # ISO 8601, milliseconds

    @staticmethod
    def of(raw: Mapping[str, Any]) -> "Channel":
        dialplan, caller = raw["dialplan"], raw["caller"]
        return Channel(
            raw["id"],
            raw["name"],
            raw["state"],
            caller["number"],
            caller["name"],
            dialplan["context"],
            dialplan["exten"],
            raw.get("creationtime", ""),
        )
