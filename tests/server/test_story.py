import io
from datetime import UTC, datetime, timedelta

from rich.console import Console

from calls.facts import Alarm, CallEnded, CallOffered, KeyPressed, Said, StepEntered
from server.story import Story

NOON = datetime(2024, 4, 1, 4, 0, tzinfo=UTC)


def test_a_call_is_told_in_order_with_who_where_and_what() -> None:
    out = io.StringIO()
    story = Story(Console(file=out, width=100))
    second = timedelta(seconds=1)
    story.hear(CallOffered(call="A", at=NOON, channel="c", linkedid="l", caller="13800000001", callee="02038880000"))
    story.hear(StepEntered(call="A", at=NOON, node="room_code", step="digits"))
    story.hear(Said(call="A", at=NOON + second, node="room_code", lang="zh", text="请输入六位房号"))
    story.hear(KeyPressed(call="A", at=NOON + 2 * second, key="7"))
    story.hear(KeyPressed(call="A", at=NOON + 2 * second, key="8", private=True))
    story.hear(CallEnded(call="A", at=NOON + 3 * second, cause=16, by="caller"))
    story.hear(Alarm(key="disk", text="the disk is full", at=NOON))
    told = out.getvalue().splitlines()
    assert "13800000001" in told[0]
    assert "02038880000" in told[0]
    assert "room_code" in told[1]
    assert "请输入六位房号" in told[1]
    assert "1.0s" in told[1]
    assert "7" in told[2]
    assert "8" not in told[3].replace("13800000001", ""), "a private key is not shown"
    assert "ended by caller" in told[4]
    assert "the disk is full" in told[5]
