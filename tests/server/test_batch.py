"""Rooms by the building at the command line, as a user runs them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db.refusal import Refused
from server.batch import floors
from tests.server.test_sheets import run


@given(st.lists(st.tuples(st.integers(-5, 69), st.integers(0, 30)), min_size=1, max_size=5))
def test_floors_are_read_as_they_are_written(spans: list[tuple[int, int]]) -> None:
    words = ",".join(f"{first}-{first + more}" if more else f"{first}" for first, more in spans)
    assert floors(words) == [floor for first, more in spans for floor in range(first, first + more + 1)]


@pytest.mark.parametrize("words", ["", "a", "1-", "1-b", "1,,2", "1-9999", "１"])
def test_what_is_no_floor_is_told(words: str) -> None:
    with pytest.raises(Refused, match="no floor"):
        floors(words)


@pytest.mark.slow
def test_a_building_is_made_copied_and_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run(home, "seed", "--fixture", "T")[0] == 0
    for words, code, said in (
        (("copy-building", "02", "--to", "09", "--name-zh", "九栋", "--name-en", "Building 9"), 0, "6 new rooms"),
        (("generate", "09", "--floors", "4-6", "--doors", "A:S,B:N"), 2, "has no door 01 on floor 4"),
        (("copy-floor", "09", "1", "--to", "2"), 2, "already"),
        (("generate", "09", "--floors", "1-3", "--doors", "A:S,B:X"), 2, "B:X"),
        (("generate", "09", "--floors", "1-3", "--doors", "Z:S"), 2, "There is no layout Z"),
        (("generate", "08", "--floors", "1-3", "--doors", "A:S"), 2, "There is no building 08"),
        (("generate", "09", "--floors", "-1", "--doors", "A:S,B:N"), 0, "2 new rooms"),
    ):
        found = run(home, "sales", *words)
        assert (found[0], said in found[1]) == (code, True), found
