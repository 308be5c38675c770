"""What a seat says of itself by feature code (`*11` to `*14`; S4-29): heard, refused, done."""

from dataclasses import dataclass, field, replace

import pytest

from calls.facts import KeyPressed
from calls.scripted import PARTY
from dialplan.extension import Extension
from ivr.attendant.none import NoAttendant
from ivr.flow import load
from ivr.seat import NoSeats, Outcome
from tests.ivr.desk import SERVICE, Stage, document, words

INSIDE = load(document("inside"))


@dataclass
class Seats(NoSeats):
    """One seat, 8001, PIN 4711."""

    answer: Outcome = Outcome.DONE
    done: list[str] = field(default_factory=list)

    async def sign_in(self, tenant: int, seat: str, pin: str, phone: str) -> Outcome:
        if (seat, pin) != ("8001", "4711"):
            return Outcome.WRONG
        self.done.append(f"in at {phone}")
        return self.answer

    async def sign_out(self, tenant: int, phone: str) -> Outcome:
        self.done.append("out")
        return self.answer

    async def get_ready(self, tenant: int, phone: str) -> Outcome:
        self.done.append("ready")
        return self.answer

    async def pause(self, tenant: int, phone: str, digit: str) -> Outcome:
        self.done.append(f"pause {digit}")
        return self.answer


@dataclass
class Plan(NoAttendant):
    def find(self, tenant: int, number: str) -> Extension | None:
        return Extension(1, number, number) if number == "8009" else None


async def act(code: str, script: str, seats: Seats, *, inside: bool = True) -> Stage:
    party = replace(PARTY, caller="8009", callee=code, inside=inside)
    stage = Stage(script, INSIDE, service=SERVICE, party=party, seats=seats, attendant=Plan())
    return await stage.run(lang="zh")


async def test_signed_in_with_number_and_pin() -> None:
    seats = Seats()
    stage = await act("*11", " 8001# 4711# ", seats)
    assert seats.done == ["in at 8009"]
    assert words("seat_in", "zh") in stage.speech
    assert "".join(fact.key for fact in stage.of(KeyPressed) if fact.private) == "4711#"


async def test_three_wrong_pins_and_that_was_it() -> None:
    seats = Seats()
    stage = await act("*11", " 8001# 1111# 8001# 2222# 8001# 3333# ", seats)
    assert seats.done == []
    assert stage.speech.count(words("seat_wrong", "zh")) == 3
    assert stage.exits[-1] == ("seat_in", "refused")


@pytest.mark.parametrize(
    ("code", "script", "done", "said"),
    [
        ("*12", ".", "out", "seat_out"),
        ("*13", ".", "ready", "seat_ready"),
        ("*14", " 2 .", "pause 2", "seat_not_ready"),
        ("*143", ".", "pause 3", "seat_not_ready"),
    ],
)
async def test_out_ready_not_ready(code: str, script: str, done: str, said: str) -> None:
    seats = Seats()
    stage = await act(code, script, seats)
    assert (seats.done, stage.exits[-1]) == ([done], ("seat_state", "done"))
    assert words(said, "zh") in stage.speech


@pytest.mark.parametrize(
    ("answer", "said"),
    [(Outcome.LATER, "seat_later"), (Outcome.NOT_IN, "seat_not_in"), (Outcome.REFUSED, "seat_not_now")],
)
async def test_what_cannot_be_now_is_said(answer: Outcome, said: str) -> None:
    stage = await act("*12", ".", Seats(answer))
    assert words(said, "zh") in stage.speech


async def test_a_reason_that_means_nothing_is_asked_for_again() -> None:
    seats = Seats()
    await act("*14", " 8 1 .", seats)
    assert seats.done == ["pause 1"]


async def test_a_stranger_who_was_sent_here_is_no_seat() -> None:
    seats = Seats()
    stage = await act("*13", ".", seats, inside=False)
    assert seats.done == []
    assert words("code_unknown", "zh") in stage.speech
