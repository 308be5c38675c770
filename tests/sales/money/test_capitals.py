"""Capital amounts: the vectors of SPEC §2.5.6, and another library's opinion."""

import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.capitals import capitals
from tests.sales.golden import report

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it asks an old API for its own version
    import cn2an


@pytest.mark.parametrize(
    ("fen", "text"),
    [
        (5, "人民币伍分"),
        (50, "人民币伍角整"),
        (1005, "人民币壹拾元零伍分"),
        (2_000_000, "人民币贰万元整"),
        (27_520_000, "人民币贰拾柒万伍仟贰佰元整"),
        (100_000_560, "人民币壹佰万零伍元陆角整"),
        (10_000_005_000, "人民币壹亿零伍拾元整"),
        (123_456_789_012, "人民币壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分"),
        (0, "人民币零元整"),
        # beyond the vectors: gaps at both sides of 万 and 亿, and the greatest amount there is
        (10_010_000, "人民币壹拾万零壹佰元整"),
        (100_100_100, "人民币壹佰万壹仟零壹元整"),
        (1_000_000_010_000, "人民币壹佰亿零壹佰元整"),
        (100_000_000_000_000, "人民币壹万亿元整"),
        (10**15, "人民币壹拾万亿元整"),
    ],
)
def test_an_amount_in_capitals(fen: int, text: str) -> None:
    assert capitals(fen) == text


def test_the_receipt_and_the_dunning_letter_of_the_fixture() -> None:
    for row in report("R32"):
        assert capitals(row["fen"]) == row["capital"]
    for row in report("R34"):
        assert capitals(row["overdue_fen"]) == row["capital"]


# It leaves out the 整 after 角, and begins amounts below one yuan with 零元; SPEC §2.5.6 does neither.
@given(st.integers(100, 10**15))
@example(100_100)
@example(10_000_000_100)
@settings(max_examples=300)
def test_another_library_writes_the_same(fen: int) -> None:
    yuan, rest = divmod(fen, 100)
    theirs: str = cn2an.an2cn(f"{yuan}.{rest:02}", "rmb")
    assert capitals(fen) == "人民币" + (f"{theirs}整" if theirs.endswith("角") else theirs)


@pytest.mark.parametrize("fen", [-1, -(10**12), 10**15 + 1])
def test_no_capitals_for_such_amounts(fen: int) -> None:
    with pytest.raises(Refused) as refused:
        capitals(fen)
    assert refused.value.code is Code.MONEY
