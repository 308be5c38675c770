"""What the phones of the house dial: each other, codes, lines outside; and what strangers among them may not."""

from dataclasses import replace

import pytest

from calls.call import Answered, Busy, Congested, Dialled, NoAnswer, Unallocated
from dialplan.extension import Level
from tests.ivr.attendant.switchboard import LI, WANG, Switchboard, barred, dial, rung
from tests.ivr.desk import filled, words


async def test_phones_ring_each_other() -> None:
    stage = await dial("8002", Answered(4.0))
    assert (stage.nodes, rung(stage)) == (["code", "ring"], [("8002", "seat")])
    busy = await dial("8002", Busy(), keys=" 1 ,,,# 1")
    assert busy.nodes == ["code", "ring", "failed", "leave"]
    assert busy.house.kept[0][2] == "8002"


async def test_a_number_of_nobody() -> None:
    for number in ("8999", "*99", "800", "9001", "13800000001", "", "*72", "x" * 60):
        stage = await dial(number)
        assert (stage.said, rung(stage), stage.ends) == ([words("code_unknown")], [], 1), number


# -- features ----


async def test_do_not_disturb_on_and_off() -> None:
    house = Switchboard()
    assert (await dial("*78", house=house)).said == [words("dnd_on")]
    assert house.extensions["8001"].dnd
    assert words("ext_busy") in (await dial("8001", phone="8002", house=house)).speech
    assert (await dial("*79", house=house)).said == [words("dnd_off")]
    assert house.extensions["8001"] == WANG


@pytest.mark.parametrize(
    ("on", "off", "way"), [("*72", "*73", "always"), ("*90", "*91", "busy"), ("*92", "*93", "no_answer")]
)
async def test_forwards_on_and_off(on: str, off: str, way: str) -> None:
    house = Switchboard()
    stage = await dial(f"{on}8002", house=house)
    assert stage.said == [filled("forward_on", extension="8002")]
    assert getattr(house.extensions["8001"].forwards, way) == "8002"
    assert (await dial(off, house=house)).said == [words("forward_off")]
    assert house.extensions["8001"] == WANG


@pytest.mark.parametrize("number", ["913800000001", "13800000001", "9110"])
async def test_a_forward_outside_is_refused_and_told(number: str) -> None:
    house = Switchboard()
    stage = await dial(f"*72{number}", house=house)
    assert (stage.said, barred(stage)) == ([words("forward_outside")], [(number, "forward")])
    assert house.extensions["8001"] == WANG


@pytest.mark.parametrize("number", ["8999", "8001"])
async def test_a_forward_to_nobody_or_oneself_is_refused(number: str) -> None:
    assert (await dial(f"*72{number}")).said == [words("forward_nowhere")]


async def test_while_the_database_is_away_nothing_changes_and_the_phone_is_told() -> None:
    stage = await dial("*78", house=Switchboard(down=True))
    assert stage.said == [words("code_failed")]


async def test_a_phone_that_is_in_no_table_changes_nothing() -> None:
    assert (await dial("*78", phone="8042")).said == [words("code_unknown")]


# -- lines outside ----


@pytest.mark.parametrize(
    ("result", "prompt"),
    [
        (Busy(), "outside_busy"),
        (NoAnswer(), "outside_noanswer"),
        (Unallocated(), "outside_unalloc"),
        (Congested(), "ext_congest"),
    ],
)
async def test_a_line_outside_and_what_becomes_of_it(result: Dialled, prompt: str) -> None:
    stage = await dial("913800000001", result)
    assert (rung(stage), stage.said) == ([("13800000001", "external")], [words(prompt)])
    assert rung(await dial("913800000001", Answered(5.0))) == [("13800000001", "external")]


NUMBERS = {
    Level.LOCAL: "38880000",
    Level.DOMESTIC: "01062345678",
    Level.HKMT: "0085221234567",
    Level.ABROAD: "0012125550100",
}


@pytest.mark.parametrize("level", Level)
async def test_each_level_calls_as_far_as_it_may(level: Level) -> None:
    house = Switchboard({"8001": replace(WANG, level=level)})
    for needed, number in NUMBERS.items():
        stage = await dial(f"9{number}", Answered(1.0), house=house)
        if needed <= level:
            assert rung(stage) == [(number, "external")]
            assert barred(stage) == []
        else:
            assert (rung(stage), stage.said) == ([], [words("outside_barred")])
            assert barred(stage) == [(number, "dialled")]


async def test_a_number_that_is_none_is_called_by_nobody() -> None:
    house = Switchboard({"8001": replace(WANG, level=Level.ABROAD)})
    for number in ("16812345", "8002", "1", "0085"):
        assert (await dial(f"9{number}", house=house)).said == [words("outside_unknown")], number


@pytest.mark.parametrize("number", ["110", "9120"])
async def test_an_emergency_is_never_refused(number: str) -> None:
    stage = await dial(number, Answered(1.0), house=Switchboard({}), phone="8042")
    assert rung(stage) == [(number[-3:], "external")]


# -- strangers ----


async def test_a_stranger_who_was_transferred_reaches_extensions_and_nothing_else() -> None:
    assert rung(await dial("8002", Answered(2.0), phone="")) == [("8002", "seat")]
    for number in ("913800000001", "9110", "110"):
        stage = await dial(number, phone="")
        assert (rung(stage), barred(stage)) == ([], [(number.removeprefix("9"), "transfer")])
    house = Switchboard()
    assert (await dial("*78", phone="", house=house)).said == [words("code_unknown")]
    assert house.extensions == {"8001": WANG, "8002": LI}
