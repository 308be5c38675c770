"""Whether we are open right now, and then the hours as the project wrote them (1→6→4).

In code because it joins the calendar, which knows the moment, with the text, which does not.
"""

from ivr.leaf import QUIET, STAYS, Leaf
from ivr.program import PROGRAMS, Program
from ivr.step import Exit, plain
from ivr.steps.text import NONE, written
from ivr.visit import Visit

OPEN, CLOSED = "open_now", "closed_now"
LEAF = Leaf("help_text")


async def opening_hours(visit: Visit) -> Exit:
    now = OPEN if visit.desk.hours.open(visit.service) else CLOSED
    return await LEAF.tell(visit, [visit.prompt(now), *await written(visit, "hours")])


PROGRAMS["opening hours"] = Program(
    body=opening_hours,
    exits=LEAF.exits(),
    keys=LEAF.keys(),
    stays=STAYS,
    quiet=QUIET,
    prompts={**LEAF.prompts(), **plain(OPEN, CLOSED, NONE)},
)
