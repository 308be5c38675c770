"""What callers wait for, measured on the wire at their end."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.caller import Line, booth
from bench.load import percentile
from bench.sides import Side

KEY_AT = 0.6  # s after the answer
OVER = 10.0  # s that a call may last
REPLY_LEAST = 0.3  # s of the prompt that answers the key which must be heard


@dataclass(slots=True)
class Waits:
    """All in ms, sorted.

    first   INVITE sent → first packet of the menu (its silence included)
    stop    end of the key sent → last packet of the menu; negative: the menu had stopped before the key's end was sent
    reply   end of the key sent → first packet of the prompt that answers it (its silence included)
    lost    calls where one of these was not heard
    lines   the calls themselves
    """

    first: list[float] = field(default_factory=list)
    stop: list[float] = field(default_factory=list)
    reply: list[float] = field(default_factory=list)
    lost: int = 0
    lines: list[Line] = field(default_factory=list)

    def p95(self, what: str) -> float:
        return percentile(getattr(self, what), 0.95)


async def waits(side: Side, source: str, *, rate: int, calls: int, first_caller: int) -> Waits:
    """`calls` callers, `rate` of them a second, each presses 1 in the menu after 0.6 s."""
    async with booth(source, side.sip) as callers:
        lines: list[Line] = []

        async def one(number: int) -> None:
            await asyncio.sleep(number / rate)
            line = callers.call(side.key, str(first_caller + number))
            lines.append(line)
            try:
                async with asyncio.timeout(OVER):
                    await line.answered.wait()
                    # the end of a key must not fall into the same place of a 20 ms frame each time
                    await asyncio.sleep(KEY_AT + random.uniform(0, 0.02))
                    line.press("1")
                    await line.over.wait()
            except TimeoutError:
                pass  # counted as lost below

        await asyncio.gather(*(one(number) for number in range(calls)))
    return judge(lines)


def judge(lines: Sequence[Line]) -> Waits:
    found = Waits(lines=list(lines))
    for line in lines:
        menu = [at for at, sound in line.heard if sound == "menu"]
        reply = [at for at, sound in line.heard if menu and at > menu[0] and sound != "menu"]
        if not menu or not reply or not line.ends or line.heard[-1][0] - reply[0] < REPLY_LEAST:
            found.lost += 1
            continue
        found.first.append((line.heard[0][0] - line.invited) * 1e3)
        found.stop.append((max(at for at in menu if at < reply[0]) - line.ends[0]) * 1e3)
        found.reply.append((reply[0] - line.ends[0]) * 1e3)
    for values in (found.first, found.stop, found.reply):
        values.sort()
    return found
