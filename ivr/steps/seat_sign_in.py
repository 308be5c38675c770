"""A seat signs in at the phone it calls from: its number and PIN (`*11`; S4-29, SPEC §2.4.9)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS
from ivr.keys import entry
from ivr.questions import number, say
from ivr.seat import Outcome
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

REFUSED = "refused"
MOST_TRIES = 3
SEAT_DIGITS, PIN_DIGITS = (3, 8), (4, 8)
ASKED = ("seat_number", "seat_pin")
WORDS: Mapping[Outcome, Prompt] = {
    Outcome.DONE: "seat_in", Outcome.WRONG: "seat_wrong", Outcome.LOCKED: "seat_locked", Outcome.TAKEN: "seat_taken",
    Outcome.REFUSED: "seat_taken",
}  # fmt: skip


@kind("seat sign in", zh="座席签入")
@dataclass(frozen=True, slots=True)
class SeatSignIn(Step):
    """Three wrong numbers or PINs: “refused”. No fields."""

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP, REFUSED)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(*ASKED, *(f"help_{name}" for name in ASKED), *WORDS.values(), *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        tenant, phone = visit.service.tenant, visit.call.party.caller
        words: list[Prompt] = []
        for _ in range(MOST_TRIES):
            keyed: list[str] = []
            for name, digits, private in zip(ASKED, (SEAT_DIGITS, PIN_DIGITS), (False, True), strict=True):
                answer = await number(visit, [*words, name], entry(*digits), private=private)
                if answer is None:
                    return GAVE_UP
                if answer.endswith("*"):
                    return BACK
                keyed.append(answer)
                words = []
            seat, pin = keyed
            outcome = await visit.desk.seats.sign_in(tenant, seat, pin, phone)
            if outcome is not Outcome.WRONG:
                await say(visit, WORDS[outcome])
                return DONE if outcome is Outcome.DONE else REFUSED
            words = [WORDS[outcome]]
        await say(visit, WORDS[Outcome.WRONG])
        return REFUSED
