"""How sentences are read to the voice: other marks, never other words, and only of sentences that are said."""

import doctest
import tomllib

import bench.takes
import prompts.readings
from prompts import shipped
from prompts.readings import SHIPPED, reading, readings, words
from prompts.say import sentence
from prompts.speech.engine import Line


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(prompts.readings).failed == 0
    assert doctest.testmod(bench.takes).failed == 0


def test_one_by_hand() -> None:
    told = {"上午时段，请按一。": "上午时段。请按一。"}
    for spoken, read in told.items():
        assert Line("zh", "上午时段，请按1。").spoken == reading("zh", spoken) == read
    assert Line("en", "In the morning, press 1.").spoken == "In the morning, press one."


def test_every_reading_is_of_a_sentence_that_ships_and_changes_no_word() -> None:
    said = {words(sentence.spoken("zh", line.text)) for line in shipped.prompts("zh")}
    for (lang, plain), read in readings().items():
        assert lang == "zh"
        assert plain in said, f"nobody says {plain}"
        assert words(read) == plain
    listed = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["zh"]["read"]
    assert len({words(read) for read in listed}) == len(listed), "one sentence is there twice"
