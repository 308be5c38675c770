"""What the fake exchange does with a call by itself: offer it, look after it, ring somebody."""

import asyncio
import re
from typing import TYPE_CHECKING, Any

from tests.fake.app import App
from tests.fake.caller import Answers, Manner, Refuses, Rings
from tests.fake.channel import Channel

if TYPE_CHECKING:
    from tests.fake.exchange import Exchange

LEASE = "30"  # s; told with the call
CAUSES = {
    0: "Unknown",
    1: "Unallocated (unassigned) number",
    16: "Normal Clearing",
    17: "User busy",
    19: "User alerting, no answer",
    21: "Call Rejected",
    34: "Circuit/channel congestion",
}


async def incoming(exchange: "Exchange", channel: Channel, offer: str) -> None:
    app = await _offer(exchange, channel, offer)
    follows = "fallback,s"
    if channel.gone:
        return
    if app is None:
        channel.variables["STASISSTATUS"] = "TIMEOUT"
    else:
        follows = await channel.stasis(app, [LEASE])
    while follows and not channel.gone:
        channel.context, _, channel.exten = follows.partition(",")
        follows = ""
        part = exchange.dialplan.get(channel.context)
        if part is not None:
            await part(channel)
    channel.hangup(16)


async def _offer(exchange: "Exchange", channel: Channel, pattern: str) -> App | None:
    channel.set("TIMEOUT(absolute)", LEASE)
    channel.doing, channel.on_offer = "StasisBroadcast", True
    channel.claimed = asyncio.get_running_loop().create_future()
    for app in list(exchange.apps.values()):
        if re.search(pattern, app.name):
            told: dict[str, Any] = {"caller": channel.caller_number, "called": channel.exten}
            exchange.emit("CallBroadcast", only=app, channel=channel, **told)
    either: list[asyncio.Future[Any]] = [channel.claimed, channel.hung_up]
    await asyncio.wait(either, timeout=exchange.window, return_when="FIRST_COMPLETED")
    channel.on_offer = False
    if channel.gone or not channel.claimed.done():
        return None
    winner = channel.claimed.result()
    for app in list(exchange.apps.values()):
        if app is not winner and re.search(pattern, app.name):
            exchange.emit("CallClaimed", only=app, channel=channel, winner_app=winner.name)
    return winner


async def fallback(channel: Channel) -> None:
    channel.doing = "Playback"
    channel.person.fallback = channel.variables.get("STASISSTATUS", "") or "FAILED"
    channel.person.notice()
    await channel.hear("sound:beep")
    channel.hangup(16)


async def outgoing(
    exchange: "Exchange", leg: Channel, app: App, args: list[str], timeout: float, manner: Manner
) -> None:
    def dial(status: str) -> None:
        shown: dict[str, Any] = {"dialstatus": status, "forward": "", "dialstring": leg.name.partition("/")[2]}
        exchange.emit("Dial", channel=leg, peer=leg.json(), **shown)

    def state(new: str) -> None:
        leg.state = new
        exchange.emit("ChannelStateChange", channel=leg)

    dial("")
    if isinstance(manner, Refuses):
        leg.hangup(manner.cause, by_far_end=True, tech_cause=manner.status)
        dial("BUSY" if manner.cause == 17 else "NOANSWER")
        return
    state("Ringing")
    dial("RINGING")
    patience = timeout if timeout > 0 else 30.0
    rings = manner.after if isinstance(manner, Answers) else patience + 1
    if rings > patience or isinstance(manner, Rings):
        await leg.ring(patience)
        leg.hangup(19, by_far_end=True, tech_cause=480)
        return
    await leg.ring(rings)
    if leg.gone:
        return
    state("Up")
    dial("ANSWER")
    if isinstance(manner, Answers) and manner.talk:
        asyncio.get_running_loop().call_later(manner.talk, lambda: leg.hangup(16, by_far_end=True))
    await leg.stasis(app, args)
