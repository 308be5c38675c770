"""How a call that has come to us is told: that it was offered, and answered if it was."""

from collections.abc import Iterator
from datetime import datetime

from asterisk.ari.channel import Channel
from calls.call import Party
from calls.facts import CallAnswered, CallOffered, Fact


def offered(call: str, at: datetime, channel: Channel, who: Party, run: str, app: str) -> Iterator[Fact]:
    """run: of the exchange; app: the application that has the call."""
    yield CallOffered(
        call=call,
        at=at,
        channel=channel.id,
        linkedid=who.linkedid,
        caller=who.caller,
        callee=who.callee,
        name=who.name,
        exchange=run,
        controller=app,
    )
    if channel.state == "Up":  # the dialplan answers what comes in
        yield CallAnswered(call=call, at=at)
