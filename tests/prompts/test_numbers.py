"""The numbers of prompts are given once and stay."""

from pathlib import Path

from prompts import catalogue, numbers
from prompts.catalogue import Catalogue, Prompt


def prompt(name: str, words: str = "x") -> Prompt:
    return Prompt(name, {"zh": words, "en": words})


def test_new_prompts_get_the_next_numbers_and_old_ones_keep_theirs(tmp_path: Path) -> None:
    file = tmp_path / "numbers.toml"
    numbers.extend(Catalogue({"b": prompt("b"), "a": prompt("a"), "room": prompt("room", "{price}")}), file)
    assert numbers.load(file) == {"b": 101, "a": 102}
    numbers.extend(Catalogue({"c": prompt("c"), "a": prompt("a")}), file)
    assert numbers.load(file) == {"b": 101, "a": 102, "c": 103}  # b is gone, its number is not given again


def test_every_shipped_prompt_that_can_be_recorded_has_a_number_of_its_own() -> None:
    known = numbers.load()
    assert numbers.missing(catalogue.load(), known) == []
    assert len(set(known.values())) == len(known)
