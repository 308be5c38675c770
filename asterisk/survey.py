"""Taking stock of an exchange: which run of it this is, and who is on it (SURVIVAL §1, §5)."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from asterisk.ari import verbs
from asterisk.ari.events import Channel
from asterisk.ari.rest import Asks
from asterisk.leg import PREFIX
from asterisk.state import NAME, State


@dataclass(frozen=True, slots=True)
class Survey:
    """run       entity id and start time: another run means that every older call is gone
    ours      the channels whose events come to our application
    channels  all there are, by id
    carried   what the callers among ours carry: where each stands
    """

    run: str
    ours: frozenset[str]
    channels: Mapping[str, Channel]
    carried: Mapping[str, State]

    @property
    def states(self) -> dict[str, str]:
        """Channel id → its state (Up, Ringing …)."""
        return {name: channel.state for name, channel in self.channels.items()}


async def survey(exchange: Asks, app: str) -> Survey:
    """Three reads, and one for each caller of ours: a state that were shown with every channel would be worked out for
    every event. Raises `NoAnswer`, or KeyError while it boots."""
    info, application, channels = await asyncio.gather(
        exchange.ask(verbs.info()), exchange.ask(verbs.application(app)), exchange.ask(verbs.channels())
    )
    ours = frozenset(application.json()["channel_ids"])
    carried = await _carried(exchange, [name for name in ours if not name.startswith(PREFIX)])
    return Survey(run_of(info.json()), ours, {raw["id"]: Channel.of(raw) for raw in channels.json()}, carried)


async def _carried(exchange: Asks, callers: Sequence[str]) -> dict[str, State]:
    answers = await asyncio.gather(*(exchange.ask(verbs.shared(name, NAME)) for name in callers))
    read = ((name, State.decode(a.json()["value"])) for name, a in zip(callers, answers, strict=True) if a.ok)
    return {name: state for name, state in read if state is not None}


def run_of(info: Any) -> str:
    """From `GET /asterisk/info`. The MAC alone is the same for two instances on one host and through restarts."""
    return f"{info['system']['entity_id']}@{info['status']['startup_time']}"
