"""Walk a caller through a flow, step by step, leaving a trace of facts."""

import logging

from calls.call import Hungup
from calls.facts import CallTroubled, StepEntered, StepPassed
from ivr.ask import Exhausted, Keyed, Question, ask
from ivr.desk import Unavailable
from ivr.flow import END, Flow, Node
from ivr.keys import one_of
from ivr.step import AGENT, BACK, EVERYWHERE, GAVE_UP, Exit
from ivr.visit import Coming, Visit

log = logging.getLogger(__name__)

MOST_STEPS = 500  # a caller who has passed more steps than this is going round in circles
MOST_TROUBLES = 3  # of one call; then we apologise and let the caller go
APOLOGY, TROUBLE, HOST_UNAVAILABLE = "apology", "trouble", "host_unavailable"
PROMPTS = (APOLOGY, TROUBLE, HOST_UNAVAILABLE, "one_moment")  # said by no step, but by the way itself


async def attend(flow: Flow, visit: Visit) -> int:
    """Serve one call to its end, the only place where a hang-up is caught; returns its cause."""
    try:
        await visit.call.answer()
        await walk(flow, visit)
        await visit.call.hangup()
    except Hungup as end:
        return end.cause


async def walk(flow: Flow, visit: Visit) -> None:
    """Go from `visit.place` on until the flow ends. Lets Hungup pass; nothing else comes out of it."""
    if visit.place.step not in flow.nodes:  # taken up again with another version than it began with
        visit.place = visit.place.enter(flow.start)
    troubles = 0
    for _ in range(MOST_STEPS):
        name = visit.place.step
        node = flow.nodes[name]
        if exit := node.step.skip(visit):
            target = node.leads[exit]
        elif exit := await _pass(node, visit):
            visit.tell(StepPassed, node=name, exit=exit)
            target = node.leads[exit]
        else:
            troubles += 1
            target = await _after_trouble(flow, visit, last=troubles == MOST_TROUBLES)
        if visit.resumed:
            visit.coming = Coming.STRANGER
        if target == END:
            return
        visit.place = visit.place.enter(target)
    visit.tell(CallTroubled, what=f"more than {MOST_STEPS} steps", node=visit.place.step)
    await visit.leave([visit.prompt(APOLOGY)])


async def _pass(node: Node, visit: Visit) -> Exit | None:
    """Serve one step; None if that was not possible."""
    if not visit.resumed:
        visit.tell(StepEntered, node=visit.place.step, step=node.step.kind)
    visit.change()
    try:
        try:
            return await node.step.run(visit)
        except Unavailable as silent:
            visit.tell(CallTroubled, what=str(silent) or "data not available", node=visit.place.step)
            return await _without_data(node, visit)
    except Hungup:
        raise
    except Exception as broken:
        log.exception("step %s failed in call %s", visit.place.step, visit.call.id)
        visit.tell(CallTroubled, what=f"{type(broken).__name__}: {broken}", node=visit.place.step)
        return None


async def _without_data(node: Node, visit: Visit) -> Exit | None:
    """A source of data is silent: say so, 0 agent, * back (SPEC §4.1, errors), as far as the step has these exits."""
    keys = {key: exit for key, exit in EVERYWHERE.items() if exit in node.leads}
    if BACK not in keys.values():
        return None
    question = [visit.prompt(HOST_UNAVAILABLE)]
    match await ask(visit, Question(question, one_of({*EVERYWHERE}), question, helps=1)):
        case Keyed(key) if key in keys:
            return keys[key]
        case Keyed() | Exhausted():  # an entry has no exit "agent", but giving up leads to one
            return next((exit for exit in (GAVE_UP, AGENT) if exit in node.leads), BACK)


async def _after_trouble(flow: Flow, visit: Visit, *, last: bool) -> str:
    """A step of ours has failed: apologise, and have somebody look after the caller."""
    if last or not flow.trouble or visit.place.step == flow.trouble:
        await visit.leave([visit.prompt(APOLOGY)])
    visit.put_back(await visit.say([visit.prompt(TROUBLE)]))
    return flow.trouble
