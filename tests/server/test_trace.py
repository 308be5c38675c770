from datetime import UTC, datetime, timedelta

from calls.bus import LocalBus
from calls.facts import CallEnded, CallOffered, Fact, StepEntered
from server.trace import Tracer

NOON = datetime(2024, 4, 1, 4, 0, tzinfo=UTC)


def _call(call: str, caller: str) -> list[Fact]:
    return [
        CallOffered(call=call, at=NOON, channel=call, linkedid=call, caller=caller, callee="1"),
        StepEntered(call=call, at=NOON + timedelta(seconds=1), node=f"{call}-node", step="play"),
        CallEnded(call=call, at=NOON + timedelta(seconds=2), cause=16, by="caller"),
    ]


def test_two_tracers_of_one_number_follow_different_calls() -> None:
    bus = LocalBus()
    one, two, other = _call("A", "138"), _call("B", "138"), _call("C", "139")
    with Tracer(bus, "138") as first, Tracer(bus, "138") as second:
        for fact in (fact for facts in zip(other, one, two, strict=True) for fact in facts):
            bus.publish(fact)
        assert first.facts == one
        assert second.facts == two
        assert first.ended.is_set()
        assert second.ended.is_set()


def test_a_tracer_that_has_gone_hears_nothing_more() -> None:
    bus = LocalBus()
    with Tracer(bus, "138") as tracer:
        pass
    bus.publish(_call("A", "138")[0])
    assert tracer.facts == []
