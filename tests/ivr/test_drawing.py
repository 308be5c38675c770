"""The drawing shows every step and every key, and is the same each time (S4-187)."""

from xml.etree import ElementTree

import pytest

from ivr.drawing import draw
from ivr.flow import END, Flow
from reports.traffic import Step
from tests.ivr.desk import CATALOGUE, DEFAULT, MAIN, words

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("flow", [MAIN, DEFAULT], ids=["main", "default"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_step_with_every_key_and_exit_is_drawn(flow: Flow, lang: str) -> None:
    root = ElementTree.fromstring(draw(flow, CATALOGUE, lang))
    boxes = {
        group.get("id"): ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]
        for group in root.iter(f"{SVG}g")
    }
    assert set(boxes) == set(flow.nodes)
    for name, node in flow.nodes.items():
        texts = boxes[name]
        assert texts[0].startswith(f"{name} · ")
        for key in (*node.step.keys(), *node.step.stays()):
            assert key in texts
        for target in node.leads.values():
            assert target == END or f"→ {target}" in texts


def test_the_words_of_an_option_stand_beside_its_key() -> None:
    assert f">{words('root_1')}<" in draw(MAIN, CATALOGUE)


def test_with_the_counts_of_calls_each_step_and_key_says_how_often() -> None:
    root = Step(visits=41)
    root.keys.update({"1": 30, "0": 2})
    root.exits.update({"query": 30, "operator": 2, "gave up": 9})
    drawn = ElementTree.fromstring(draw(MAIN, CATALOGUE, "en", {"root": root}))
    boxes = {group.get("id"): group for group in drawn.iter(f"{SVG}g")}
    texts = ["".join(text.itertext()) for text in boxes["root"].iter(f"{SVG}text")]
    assert "41" in texts
    for count in ("30 → query", "2 → agent", "9 → timeout"):
        assert count in texts
    assert "0" in ["".join(text.itertext()) for text in boxes["query"].iter(f"{SVG}text")]
    assert boxes["query"].get("opacity")
    assert not boxes["root"].get("opacity")


def test_the_same_flow_is_the_same_drawing() -> None:
    assert draw(MAIN, CATALOGUE) == draw(MAIN, CATALOGUE)


def test_boxes_do_not_overlap() -> None:
    root = ElementTree.fromstring(draw(MAIN, CATALOGUE))
    sizes = [
        [int(group.find(f"{SVG}rect").get(side) or 0) for side in ("x", "y", "width", "height")]  # type: ignore[union-attr]
        for group in root.iter(f"{SVG}g")
    ]
    for one in sizes:
        for other in sizes:
            apart = one[0] != other[0] or one[1] >= other[1] + other[3] or other[1] >= one[1] + one[3]
            assert one is other or apart
