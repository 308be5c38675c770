"""Chance, the calendar and the people of the sample: the same for a seed, in the proportions that were asked for."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sales.sample.chance import Chance
from sales.sample.days import END, Days, last_sunday
from sales.sample.fates import ENDS, FAIR, End, deal_out
from sales.sample.portrait import COUNT, id_number, portraits
from sales.states.plan import PlanKind

SEED = 20240331


@settings(max_examples=40)
@given(
    parts=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=1),
    size=st.integers(0, 200),
    seed=st.integers(0, 2**32),
)
def test_a_deck_holds_every_part_to_a_card(parts: dict[str, int], size: int, seed: int) -> None:
    deck = Chance(seed).deck("anything", parts, size)
    assert len(deck) == size
    whole = sum(parts.values())
    for card, count in Counter(deck).items():
        assert abs(count - parts[card] * size / whole) < 1


def test_a_deck_of_ten() -> None:
    deck = Chance(SEED).deck("plans", {"mortgage": 6, "instalment": 2, "lump": 2}, 10)
    assert Counter(deck) == {"mortgage": 6, "instalment": 2, "lump": 2}
    assert deck == Chance(SEED).deck("plans", {"mortgage": 6, "instalment": 2, "lump": 2}, 10)


def test_entities_have_streams_of_their_own() -> None:
    chance = Chance(SEED)
    first = chance.of("customer 1").random()
    chance.of("customer 2").random()
    assert chance.of("customer 1").random() == first != chance.of("customer 2").random()


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_the_last_sunday_is_a_sunday_of_this_week(today: date) -> None:
    sunday = last_sunday(today)
    assert sunday.isoweekday() == 7
    assert 0 <= (today - sunday).days < 7


def test_the_story_is_moved_as_a_whole() -> None:
    assert last_sunday(date(2024, 4, 3)) == END  # a Wednesday
    days = Days(END + timedelta(weeks=10))
    assert days.real(END) == date(2024, 6, 9)
    assert days.real(date(2023, 11, 1)) == date(2024, 1, 10)


def test_an_identity_card_has_its_check_digit() -> None:
    """4·7+4·9+0·10+1·5+0·8+6·4+1·2+9·1+8·6+5·3+0·7+3·9+1·10+2·5+0·8+1·4+5·2 = 228; mod 11 = 8, which means 4."""
    assert id_number("天河", date(1985, 3, 12), 15) == "440106198503120154"


def test_the_people_of_the_specification() -> None:
    people = portraits(Chance(SEED))
    assert len(people) == COUNT == 320
    assert [each.registered for each in people] == sorted(each.registered for each in people)
    assert Counter(each.facts["edu"] for each in people) == {"本科": 141, "大专": 90, "硕士": 45, "高中": 38, "博士": 6}
    assert all(each.person.phones[0].startswith("138000") for each in people)
    assert len({each.person.phones for each in people}) == COUNT
    assert all(22 <= END.year - each.facts["birth"].year <= 68 for each in people)
    launches = sum((each.registered.year, each.registered.month) == (2022, 5) for each in people)
    february = sum((each.registered.year, each.registered.month) == (2023, 2) for each in people)
    assert launches > 2 * february


@settings(max_examples=10)
@given(seed=st.integers(0, 10**9))
def test_fates_are_dealt_with_exact_counts(seed: int) -> None:
    chance = Chance(seed)
    fates = deal_out(chance, portraits(chance))
    assert len(fates.purchases) == 196
    ends = Counter(each.end for each in fates.purchases)
    assert {end: ends[end] for end in ENDS} == ENDS
    first = fates.purchases[0]
    assert (first.end, first.plan) == (End.STAYS, PlanKind.LUMP_SUM)
    assert all(each.customer.registered <= each.day <= END for each in fates.purchases)
    assert sum(each.day >= FAIR for each in fates.purchases) == 20
