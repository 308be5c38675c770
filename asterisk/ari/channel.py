"""A channel as the exchange describes it, in events and in lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

STATE = "SHARED(CCSTATE)"  # as `asterisk.state` names it


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
    state_words: str = ""  # the shared variable CCSTATE
    created: str = ""  # ISO 8601, milliseconds

    @staticmethod
    def of(raw: Mapping[str, Any]) -> "Channel":
        dialplan, caller, words = raw["dialplan"], raw["caller"], raw.get("channelvars")
        return Channel(
            raw["id"],
            raw["name"],
            raw["state"],
            caller["number"],
            caller["name"],
            dialplan["context"],
            dialplan["exten"],
            words.get(STATE) or "" if words else "",
            raw.get("creationtime", ""),
        )
