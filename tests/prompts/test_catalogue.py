"""The catalogue is whole, and says what is wrong with another one."""

from pathlib import Path

import pytest

from prompts import catalogue
from prompts.catalogue import Faulty


def write(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "catalogue.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_the_shipped_catalogue_has_every_prompt_in_both_languages() -> None:
    shipped = catalogue.load()
    assert shipped.missing() == []
    assert "welcome" in shipped
    assert shipped["welcome"].slots == ("company",)


def test_a_prompt_becomes_lines(tmp_path: Path) -> None:
    book = catalogue.load(write(tmp_path, '[two]\nzh = "您好。按{n}下。"\nen = "Hello. Press {n} times."'))
    assert [line.text for line in book["two"].lines("zh", {"n": 2})] == ["您好。", "按两下。"]
    assert book["two"].line("en", {"n": 2}).text == "Hello. Press two times."
    assert list(book) == ["two"]
    assert len(book) == 1


def test_missing_words_are_listed(tmp_path: Path) -> None:
    book = catalogue.load(write(tmp_path, '[a]\nzh = "您好"\n[b]\nzh = "再见"\nen = "  "'))
    assert book.missing() == [("a", "en"), ("b", "en")]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[a]\nzh = "{colour}"\nen = "{colour}"', r"a \(zh\): nobody knows how to say \{colour\}"),
        ('[a]\nzh = "{n}"\nen = "none"', "a: the languages have different slots"),
        ('[a]\nfr = "bonjour"', "a: no such language: fr"),
        ("[a]\nzh = 1", "a: expected a text"),
        ("a = 1", "a: expected a text"),
        ("[a", "catalogue.toml"),
    ],
)
def test_a_faulty_catalogue_says_where_and_what(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(Faulty, match=says):
        catalogue.load(write(tmp_path, text))


def test_only_prompts_with_the_same_words_for_everybody_can_be_recorded() -> None:
    shipped = catalogue.load()
    assert shipped["welcome"].recordable
    assert not shipped["room_say"].recordable
