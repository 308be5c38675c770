import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialplan.numbers import e164


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("13800000001", "+8613800000001"),
        ("+8613800000001", "+8613800000001"),
        ("008613800000001", "+8613800000001"),
        ("013800000001", "+8613800000001"),
        ("138-0000 0001", "+8613800000001"),
        ("02038880000", "+862038880000"),
        ("+862038880000", "+862038880000"),
        ("+86 (0)20 3888 0000", "+862038880000"),
        ("38880000", "+862038880000"),
        ("01012345678", None),  # no local number begins with 1
        ("01062345678", "+861062345678"),
        ("+861062345678", "+861062345678"),
        ("075512345678", None),
        ("075582345678", "+8675582345678"),
        ("4008123456", "+864008123456"),
        ("+864008123456", "+864008123456"),
        ("0085223456789", "+85223456789"),
        ("+14155550123", "+14155550123"),
        ("8001", None),
        ("110", None),
        ("10086", None),
        ("", None),
        ("anonymous", None),
        ("'; DROP TABLE", None),
        ("１３８００００００００１", None),  # full-width digits
        ("+" + "1" * 200, None),
    ],
)
def test_spellings(written: str, number: str | None) -> None:
    assert e164(written) == number


def test_local_numbers_belong_to_the_area_given() -> None:
    assert e164("62345678", area="10") == "+861062345678"


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_the_ways_to_write_a_mobile_are_one(number: str) -> None:
    assert {e164(spelling + number) for spelling in ("", "0", "+86", "0086", "0086 ")} == {"+86" + number}


@given(st.text(max_size=40))
def test_anything_is_a_number_or_none_and_a_number_stays_itself(text: str) -> None:
    number = e164(text)
    assert number is None or e164(number) == number
