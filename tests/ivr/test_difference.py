"""What differs between two flows, in words (S4-61)."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.difference import difference
from ivr.flow import END
from tests.ivr.desk import CATALOGUE, copy, document, words

Change = Callable[[dict[str, Any]], Any]


def told(change: Change) -> list[tuple[str, str]]:
    new = copy(document())
    change(new["steps"])
    return difference(document(), new, CATALOGUE)


def test_the_same_is_no_difference() -> None:
    assert told(lambda steps: None) == []


CHANGES: dict[str, tuple[Change, str, str]] = {
    "a key leads elsewhere": (
        lambda steps: steps["root"]["leads"].update(boards="query"),
        "root：按键 4 通往 query ，原为 boards ",
        "root: key 4 leads to query, before: boards",
    ),
    "a new key": (
        lambda steps: steps["intro"]["options"].update({"6": {"say": "intro_1", "exit": "location"}}),
        f"intro：新增按键 6，通往 location （{words('intro_1')}）",
        f"intro: new key 6 leads to location ({words('intro_1', 'en')})",
    ),
    "a key is gone": (
        lambda steps: steps["intro"]["options"].pop("5"),
        f"intro：取消按键 5（{words('intro_5')}）",
        f"intro: key 5 is gone ({words('intro_5', 'en')})",
    ),
    "a key is switched off": (
        lambda steps: steps["intro"]["options"]["5"].update(enabled=False),
        f"intro：按键 5 已停用（{words('intro_5')}）",
        f"intro: key 5 is switched off ({words('intro_5', 'en')})",
    ),
    "other words": (
        lambda steps: steps["intro"]["options"]["5"].update(say="intro_1"),
        f"intro：按键 5 的提示改为“{words('intro_1')}”，原为“{words('intro_5')}”",
        f"intro: key 5 is offered as “{words('intro_1', 'en')}”, before: “{words('intro_5', 'en')}”",
    ),
    "a way without a key": (
        lambda steps: steps["operator"]["leads"].update(done=END),
        "operator：出口“done”通往通话结束，原为 satisfaction ",
        "operator: “done” leads to the end of the call, before: satisfaction",
    ),
    "a field": (
        lambda steps: steps["bye"].update(say="room_none"),
        f"bye：提示音改为“{words('room_none')}”，原为（无）",
        f"bye: prompt is now “{words('room_none', 'en')}”, before: nothing",
    ),
    "a step is gone": (lambda steps: steps.pop("bye"), "删除步骤 bye", "step bye is gone"),
    "a new step": (
        lambda steps: steps.update(end2={"kind": "bye", "leads": {}}),
        "新增步骤 end2（bye）",
        "new step end2 (bye)",
    ),
    "another kind": (
        lambda steps: steps.update(bye={"kind": "hours", "leads": {}}),
        "bye：类型由 bye 改为 hours",
        "bye: is now of the kind hours, before: bye",
    ),
    "another order": (
        lambda steps: steps["fees"].update(options=dict(reversed(steps["fees"]["options"].items()))),
        "fees：按键播报顺序改为 4 3 2 1",
        "fees: the keys are offered in another order: 4 3 2 1",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_one_change_is_one_line(name: str) -> None:
    change, zh, en = CHANGES[name]
    assert told(change) == [(zh, en)]


def test_the_flow_begins_elsewhere() -> None:
    new = {**document(), "start": "root"}
    assert difference(document(), new, CATALOGUE) == [
        ("起始步骤改为“root”，原为“welcome”", "first step is now “root”, before: “welcome”")
    ]


@given(st.lists(st.sampled_from(sorted(CHANGES)), unique=True, max_size=4))
def test_every_difference_is_told_and_the_way_back_has_as_many_steps(names: list[str]) -> None:
    new = copy(document())
    for name in names:
        try:
            CHANGES[name][0](new["steps"])
        except KeyError:  # the step is gone already
            return
    lines = difference(document(), new, CATALOGUE)
    assert bool(lines) == (new != document() or bool(names))
    assert bool(difference(new, document(), CATALOGUE)) == bool(lines)
