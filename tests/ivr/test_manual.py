"""The administrator's manual knows every kind of step, every field and every exit."""

import re
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import pytest

from ivr.program import PROGRAMS
from ivr.step import KINDS
from tests.ivr.test_check import _built

MANUAL = (Path(__file__).parents[2] / "docs" / "operator" / "flows.md").read_text(encoding="utf-8")
SECTIONS = dict(zip(*[iter(re.split(r"^### (.+)$", MANUAL, flags=re.MULTILINE)[1:])] * 2, strict=True))


def test_every_kind_has_a_section_and_every_section_a_kind() -> None:
    assert set(SECTIONS) == set(KINDS)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_section_tells_every_field_and_exit(kind: str) -> None:
    told = set(re.findall(r"`([^`]+)`", SECTIONS[kind]))
    step = _built(kind)
    assert {field.name for field in fields(cast(Any, KINDS[kind]))} <= told
    own = {option.exit for option in getattr(step, "options", {}).values()}
    assert set(step.exits()) - own <= told


def test_every_program_is_told() -> None:
    assert all(f"`{name}`:" in SECTIONS["program"] for name in PROGRAMS)
