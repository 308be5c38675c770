"""Commission: tiers over a month, splits, release and clawback (SPEC §2.8, M06)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.commission import Line, Sale, Scheme, Share, Tier, clawback, earned, month, override, released, split
from sales.states.commission import CommissionKind
from tests.sales.golden import commission, fixture, report

TIERS = (Tier(0, Decimal("0.0020")), Tier(100_000_000, Decimal("0.0025")))
SCHEME = Scheme(TIERS)
RICH = Scheme(TIERS, Decimal("0.5"), Decimal("0.0003"), 100_000)


def sale(deal: str, day: int, fen: int, *sellers: tuple[str, str], sold: bool = False, referrer: str = "") -> Sale:
    shares = tuple(Share(seller, Decimal(share)) for seller, share in sellers or [("01", "1")])
    return Sale(deal, date(2024, 3, day), fen, shares, sold, referrer)


def test_m06_from_the_deals_of_the_fixture() -> None:
    given = commission()
    scheme = Scheme(tuple(Tier(start, Decimal(rate)) for start, rate in given["tiers"]), Decimal(given["release_sign"]))
    sales = [
        Sale(
            deal["contract_no"],
            date.fromisoformat(deal["sign_date"]),
            deal["deal_fen"],
            (Share(deal["seller"], Decimal(1)),),
            deal["state"] == "sold",
        )
        for deal in fixture("deals")
        if (deal["sign_date"] or "").startswith("2024-03")
    ]
    lines = month(scheme, sales)
    *rows, total = report("M06")
    columns = ("deal", "seller", "basis_fen", "cum_fen", "commission_fen", "released_fen", "retained_fen")
    shown = ("contract_no", "seller", "deal_fen", "cum_fen", "commission_fen", "released_fen", "retained_fen")
    assert [[getattr(line, c) for c in columns] for line in lines] == [[row[c] for c in shown] for row in rows]
    for column in ("commission_fen", "released_fen", "retained_fen"):
        assert sum(getattr(line, column) for line in lines) == total[column]


def test_tiers() -> None:
    assert earned(0, TIERS) == 0
    assert earned(100_000_000, TIERS) == 200_000
    assert earned(100_000_200, TIERS) == 200_001  # half a fen more
    assert earned(182_432_200, TIERS) == 406_081  # 406,080.5


def test_a_deal_of_two_sellers() -> None:
    lines = month(SCHEME, [sale("D1", 1, 100_000_001, ("01", "0.5"), ("02", "0.5"))])
    assert [(line.seller, line.basis_fen, line.commission_fen) for line in lines] == [
        ("01", 50_000_001, 100_000),
        ("02", 50_000_000, 100_000),
    ]


def test_splits_give_the_remainder_to_the_first() -> None:
    third = Decimal("0.333333")
    assert split(100, [1 - 2 * third, third, third]) == (34, 33, 33)
    assert split(-101, [Decimal("0.5"), Decimal("0.5")]) == (-51, -50)
    assert split(1, [Decimal("0.1"), Decimal("0.9")]) == (1, 0)


def test_the_manager_and_the_referrer() -> None:
    lines = month(RICH, [sale("D1", 5, 89_872_200, referrer="C1", sold=True), sale("D2", 12, 92_560_000)])
    assert [(line.kind, line.seller, line.commission_fen) for line in lines] == [
        (CommissionKind.SALE, "01", 179_744),
        (CommissionKind.REFERRAL, "C1", 100_000),
        (CommissionKind.SALE, "01", 226_337),
    ]
    theirs = override(RICH, "M", lines, frozenset({"D1"}))
    # 898,722.00 × 0.0003 = 269.6166, 925,600.00 × 0.0003 = 277.68
    assert theirs == (
        Line(CommissionKind.OVERRIDE, "M", "D1", 89_872_200, 89_872_200, 26_962, 26_962),
        Line(CommissionKind.OVERRIDE, "M", "D2", 92_560_000, 182_432_200, 27_768, 13_884),
    )


def test_a_refund_takes_back_what_was_booked() -> None:
    lines = month(RICH, [sale("D1", 5, 89_872_200, referrer="01"), sale("D2", 12, 92_560_000)])
    lines += override(RICH, "M", lines, frozenset())
    assert clawback(lines, "D1") == (
        Line(CommissionKind.CLAWBACK, "01", "D1", -89_872_200, 0, -279_744, -139_872),
        Line(CommissionKind.CLAWBACK, "M", "D1", 0, 0, -26_962, -13_481),
    )
    assert clawback(lines, "D9") == ()


def test_release() -> None:
    assert released(226_337, SCHEME, sold=False) == 113_169
    assert released(226_337, SCHEME, sold=True) == 226_337
    assert released(226_337, Scheme(TIERS, Decimal(0)), sold=False) == 0


@pytest.mark.parametrize(
    ("tiers", "code"),
    [
        ((), Code.VALIDATION),
        ((Tier(5, Decimal("0.01")),), Code.VALIDATION),
        ((Tier(0, Decimal("0.01")), Tier(0, Decimal("0.02"))), Code.VALIDATION),
        ((Tier(0, Decimal("1.01")),), Code.VALIDATION),
        ((Tier(0, Decimal("-0.01")),), Code.VALIDATION),
    ],
)
def test_schemes_without_a_meaning(tiers: tuple[Tier, ...], code: Code) -> None:
    with pytest.raises(Refused) as refused:
        Scheme(tiers)
    assert refused.value.code is code


def test_schemes_with_odd_money() -> None:
    with pytest.raises(Refused) as refused:
        Scheme(TIERS, referral_fen=-1)
    assert refused.value.code is Code.MONEY
    with pytest.raises(Refused) as refused:
        Scheme(TIERS, release_at_signing=Decimal("1.5"))
    assert refused.value.code is Code.VALIDATION


@pytest.mark.parametrize("fen", [-1, 10**15 + 1])
def test_sales_nobody_could_mean(fen: int) -> None:
    with pytest.raises(Refused) as refused:
        month(SCHEME, [sale("D1", 1, fen)])
    assert refused.value.code is Code.MONEY


@pytest.mark.parametrize("shares", [[], ["0.5"], ["0.5", "0.6"], ["1.5", "-0.5"]])
def test_shares_that_are_not_the_whole(shares: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        split(100, [Decimal(share) for share in shares])
    assert refused.value.code is Code.VALIDATION


@st.composite
def shared(draw: st.DrawFn) -> tuple[Share, ...]:
    """One to four sellers, shares of four places that sum to 1."""
    names = draw(st.lists(st.sampled_from("ABCDE"), min_size=1, max_size=4, unique=True))
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=len(names) - 1, max_size=len(names) - 1)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return tuple(Share(name, Decimal(part) / 10_000) for name, part in zip(names, parts, strict=True))


months = st.lists(
    st.builds(
        Sale,
        st.sampled_from(["D1", "D2", "D3", "D4", "D5", "D6"]),
        st.dates(date(2024, 3, 1), date(2024, 3, 31)),
        st.integers(0, 10**10),
        shared(),
        st.booleans(),
        st.sampled_from(["", "C1"]),
    ),
    max_size=6,
    unique_by=lambda sale: sale.deal,
)


@given(st.integers(-(10**12), 10**12), shared())
@settings(max_examples=100)
def test_a_split_is_the_whole(fen: int, sellers: tuple[Share, ...]) -> None:
    parts = split(fen, [seller.share for seller in sellers])
    assert sum(parts) == fen
    assert all(part * fen >= 0 for part in parts)


@given(months)
@settings(max_examples=100)
def test_a_month_is_the_commission_of_its_total(sales: list[Sale]) -> None:
    lines = [line for line in month(RICH, sales) if line.kind is CommissionKind.SALE]
    for seller in {line.seller for line in lines}:
        mine = [line for line in lines if line.seller == seller]
        total = sum(line.basis_fen for line in mine)
        assert mine[-1].cum_fen == total
        assert sum(line.commission_fen for line in mine) == earned(total, TIERS)
    assert sum(line.basis_fen for line in lines) == sum(sale.amount_fen for sale in sales)
    assert all(0 <= line.released_fen <= line.commission_fen for line in lines)


@given(months)
@settings(max_examples=100)
def test_a_clawback_cancels_exactly(sales: list[Sale]) -> None:
    lines = month(RICH, sales)
    lines += override(RICH, "A", lines, frozenset(sale.deal for sale in sales if sale.sold))
    for sale in sales:
        back = clawback(lines, sale.deal)
        assert len({line.seller for line in back}) == len(back)
        for column in ("commission_fen", "released_fen", "retained_fen"):
            booked = sum(getattr(line, column) for line in lines if line.deal == sale.deal)
            assert booked + sum(getattr(line, column) for line in back) == 0
