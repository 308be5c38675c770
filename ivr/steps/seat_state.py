"""A seat says by feature code how it stands: `*12` signed out, `*13` ready, `*14` not ready and why (S4-29)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.questions import say
from ivr.seat import Outcome
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

REFUSED = "refused"
REASONS = ("1", "2", "3", "4")
REASON = tuple(f"seat_reason_{key}" for key in REASONS)
OUT, READY, PAUSE = "out", "ready", "pause"  # what was dialled, as `feature code` leaves it
SAID: Mapping[str, Prompt] = {OUT: "seat_out", READY: "seat_ready", PAUSE: "seat_not_ready"}
LATER, NOT_IN, NOT_NOW = "seat_later", "seat_not_in", "seat_not_now"


@kind("seat state", zh="座席状态")
@dataclass(frozen=True, slots=True)
class SeatState(Step):
    """What was dialled an earlier “feature code” tells; a reason that was not dialled (`*141`) is asked for. What
    cannot be done is said: “refused”. A seat on the telephone is told that it holds after the call. No fields.
    """

    def exits(self) -> Collection[Exit]:
        return (DONE, REFUSED, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": BACK}

    def hasty(self) -> Collection[Exit]:
        return (DONE, REFUSED)

    def quiet(self) -> Collection[Exit]:
        return (*self.hasty(), GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(*SAID.values(), LATER, NOT_IN, NOT_NOW, *REASON, "help_seat_reason", *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        tenant, phone, seats = visit.service.tenant, visit.call.party.caller, visit.desk.seats
        do = visit.place.entry.rstrip("".join(REASONS))
        match do:
            case "out":
                outcome = await seats.sign_out(tenant, phone)
            case "ready":
                outcome = await seats.get_ready(tenant, phone)
            case _:
                do, digit = PAUSE, await self._reason(visit)
                if digit not in REASONS:
                    return BACK if digit else GAVE_UP
                outcome = await seats.pause(tenant, phone, digit)
        said = {Outcome.DONE: SAID[do], Outcome.LATER: LATER, Outcome.NOT_IN: NOT_IN}.get(outcome, NOT_NOW)
        await say(visit, said)
        return DONE if outcome in (Outcome.DONE, Outcome.LATER) else REFUSED

    async def _reason(self, visit: Visit) -> str:
        """A digit, "*", or "" for nothing."""
        dialled = visit.place.entry.removeprefix(PAUSE)
        if dialled in REASONS:
            return dialled
        words = [visit.prompt(name) for name in REASON]
        match await ask(visit, Question(words, one_of({*REASONS, "*"}), [visit.prompt("help_seat_reason")], words)):
            case Keyed(key):
                return key
            case Exhausted():
                return ""
