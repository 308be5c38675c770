"""Calls outside at the house's expense: what is refused is told, because somebody may be trying (toll fraud)."""

from calls.facts import Alarm, CallBarred
from dialplan.extension import Way
from ivr.visit import Visit

KEY = "toll fraud"
MOST = 32  # digits of what was dialled that are kept


def refuse(visit: Visit, number: str, way: Way) -> None:
    """Tell that this caller wanted to reach `number` outside, and by which way."""
    visit.tell(CallBarred, number=number[:MOST], way=way)
    who = visit.call.party.caller or "a withheld number"
    text = f"{who} was refused a call outside ({way}): {number[:MOST]}"
    visit.desk.bus.publish(Alarm(key=KEY, text=text, at=visit.desk.clock.now()))
