"""What the ear listens to, and what it must find."""

import doctest

import numpy as np

import bench.ears
from bench.ears import Piece, key_words, pieces, sample, understood
from prompts import sound

SAID = [
    {"at": 0.0, "lang": "zh", "text": "您好。"},
    {"at": 2.0, "lang": "en", "text": "For prices, press 1. To speak to an agent, press 2."},
    {"at": 9.0, "lang": "en", "text": "The room is sold. This text is cut off by a key after half a second or so."},
]
HEARD = np.zeros(10 * sound.RATE, np.float32)


def test_the_example_in_the_docstring() -> None:
    assert doctest.testmod(bench.ears).failed == 0


def test_only_what_was_heard_to_its_end_in_the_callers_language_is_judged() -> None:
    [piece] = pieces("en", ["welcome", "root", "room_say"], SAID, HEARD, 9.5)
    assert (piece.step, len(piece.samples)) == ("root", 7 * sound.RATE)


def test_figures_and_states_are_the_key_words() -> None:
    assert key_words("zh", "总价八十九万元，目前在售。") == [["ba", "shi", "jiu", "wan"], ["zai", "shou"]]
    assert key_words("en", "Press 1. The room is sold.") == [["one"], ["sold"]]


def test_a_key_word_may_be_written_as_a_figure_and_a_neighbour_does_not_count() -> None:
    assert understood("zh", ["ba", "shi", "jiu", "wan"], "總價89萬元")
    assert understood("en", ["eighty", "nine"], "it costs 89 yuan")
    assert not understood("zh", ["ba", "shi", "jiu"], "总价八十万元")


def test_each_step_once_before_any_comes_twice_and_both_languages() -> None:
    found = [
        Piece(lang, step, f"{step} {n}", HEARD[:0])
        for lang in ("zh", "en")
        for n in range(3)
        for step in ("a", "b", "c")
    ]
    chosen = sample(found, 8)
    assert [piece.lang for piece in chosen] == ["zh"] * 4 + ["en"] * 4
    assert {piece.step for piece in chosen[:3]} == {"a", "b", "c"}
    assert chosen == sample(found, 8)
