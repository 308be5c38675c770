"""What callers waited for, from what they heard."""

from bench.caller import Booth, Line
from bench.latency import judge
from bench.wire import Pitch


def line(heard: list[tuple[float, Pitch]], ends: list[float]) -> Line:
    made = Line(Booth("127.0.0.1", ("127.0.0.1", 1)), "1", "2", True)
    made.close()
    made.invited, made.heard, made.ends = 10.0, heard, ends
    return made


def played(start: float, sounds: str) -> list[tuple[float, Pitch]]:
    names: dict[str, Pitch] = {"_": "silence", "m": "menu", "s": "short"}
    return [(start + n * 0.02, names[letter]) for n, letter in enumerate(sounds)]


async def test_a_call_by_hand() -> None:
    heard = played(10.05, "__" + "m" * 20) + played(10.487, "______" + "s" * 20 + "__")
    found = judge([line(heard, [10.48])])
    assert [round(value, 3) for value in (*found.first, *found.stop, *found.reply)] == [50.0, -10.0, 7.0]
    assert found.lost == 0


async def test_a_menu_that_plays_on_after_the_key_is_seen() -> None:
    heard = played(10.0, "m" * 30) + played(10.6, "_" * 20)
    assert [round(value, 3) for value in judge([line(heard, [10.4])]).stop] == [180.0]


async def test_what_was_not_heard_is_lost() -> None:
    silent = line([], [10.4])
    keyless = line(played(10.0, "m" * 10 + "_" * 20), [])
    cut_off = line(played(10.0, "m" * 10 + "_" * 5), [10.1])
    assert judge([silent, keyless, cut_off]).lost == 3
    assert judge([silent]).first == []
