"""Facts of sample calls, for tests."""

from datetime import UTC, datetime, timedelta

from ulid import ULID

from calls.facts import (
    CallAnswered,
    CallEnded,
    CallOffered,
    CallRouted,
    Fact,
    KeyPressed,
    LanguageChosen,
    LegAnswered,
    LegEnded,
    LegRang,
    Said,
    StepEntered,
    StepPassed,
)

NINE = datetime(2024, 3, 12, 1, 0, tzinfo=UTC)  # 09:00 in Guangzhou
RUN = "02:00:00:00:07:01/1710205200"


def new_call() -> str:
    return str(ULID())


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def simple(call: str, offset: float = 0, seconds: float = 3, caller: str = "13911112222") -> list[Fact]:
    """Answer, one prompt, hang-up: seven facts."""
    o = offset
    return [
        CallOffered(
            call=call, at=at(o), channel=f"c-{call}", linkedid=f"l-{call}", caller=caller, callee="02038880000",
            name="", exchange=RUN, controller="one",
        ),
        CallRouted(call=call, at=at(o + 0.001), service="main", flow="main", version="0a1b2c3d"),
        CallAnswered(call=call, at=at(o)),
        StepEntered(call=call, at=at(o + 0.002), node="welcome", step="play"),
        Said(call=call, at=at(o + 0.002), node="welcome", lang="zh", text="您好,这里是海天房地产。", names=("w",)),
        StepPassed(call=call, at=at(o + seconds), node="welcome", exit="done"),
        CallEnded(call=call, at=at(o + seconds), cause=16, by="caller"),
    ]  # fmt: skip


def k1(call: str) -> list[Fact]:
    """K1 of fixture T: 20 s of menus, 8 s of ringing, 120 s of talk."""
    *begin, passed, _ = simple(call, seconds=3, caller="13800000004")
    return [
        *begin,
        passed,
        LanguageChosen(call=call, at=at(5), lang="zh"),
        KeyPressed(call=call, at=at(19.5), key="0"),
        StepEntered(call=call, at=at(20), node="agent", step="person"),
        LegRang(call=call, at=at(20), leg=f"d-{call}", number="8001"),
        LegAnswered(call=call, at=at(28), leg=f"d-{call}"),
        LegEnded(call=call, at=at(148), leg=f"d-{call}", result="answered", cause=16, seconds=120),
        CallEnded(call=call, at=at(148), cause=16, by="caller"),
    ]
