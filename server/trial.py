"""A trial call: a real call from the town into the running centre, with its trace (`./run call`)."""

import asyncio
from collections.abc import Sequence
from typing import Any

from asterisk.town.caller import TownCall
from asterisk.town.keys import UnreadableKeys
from asterisk.town.speech import UnusableSpeech
from asterisk.town.town import Town
from calls.bus import Bus
from calls.facts import Fact, KeyPressed
from calls.record import fold
from server.control import Refused
from server.trace import Tracer

SETTLING = 10.0  # seconds from the caller's hang-up until the end of the call has been told


async def trial(town: Town, bus: Bus, keys: str, caller: str, to: str) -> dict[str, Any]:
    """Make one call and tell all about it; `at` counts from the answer:
    {call_id, answered, nodes, said: [{at, lang, text}], keys, result, seconds, heard: wav}.

    A call that no controller took has no id and no nodes; its result is "fallback" or "unanswered". Raises Refused.
    """
    with Tracer(bus, caller) as tracer:
        try:
            call = await town.call(to, keys, caller=caller)
        except (UnreadableKeys, UnusableSpeech) as fault:
            raise Refused(str(fault)) from None
        if tracer.facts:
            try:
                async with asyncio.timeout(SETTLING):
                    await tracer.ended.wait()
            except TimeoutError:
                raise Refused(f"call {tracer.facts[0].call} is over, but its end has not been told") from None
    return tell(call, tracer.facts)


def tell(call: TownCall, facts: Sequence[Fact]) -> dict[str, Any]:
    """What the caller knows and what the facts know, in one object."""
    answer: dict[str, Any] = {
        "call_id": None,
        "answered": call.answered,
        "nodes": [],
        "said": [],
        "keys": "".join(pressed.key for pressed in call.keys),
        "result": "fallback" if call.answered else "unanswered",
        "seconds": call.seconds,
        "heard": str(call.heard) if call.heard else None,
    }
    if facts:
        record = fold(facts)
        since = record.answered or record.started
        answer |= {
            "call_id": record.call_id,
            "nodes": list(record.nodes),
            "said": [
                {"at": round((said.at - since).total_seconds(), 3), "lang": said.lang, "text": said.text}
                for said in record.said
            ],
            "keys": "".join("•" if fact.private else fact.key for fact in facts if isinstance(fact, KeyPressed)),
            "result": str(record.result),
        }
    return answer | ({"trouble": call.trouble} if call.trouble else {})
