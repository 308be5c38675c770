"""Stamp duty, deed tax, maintenance fund (SPEC §2.5.9, M08)."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales.money.taxes import (
    HOUSING,
    Bought,
    DeedRule,
    StampDuty,
    StampRule,
    deed_tax,
    maintenance_fund,
    stamp_duty,
)
from tests.sales.golden import fixture, report

RULE = StampRule()


def test_m08_from_the_contracts_of_the_fixture() -> None:
    usage = {room["code"]: room["usage"] for room in fixture("rooms")}
    duties = {
        deal["contract_no"]: stamp_duty(
            deal["deal_fen"], individual=True, residential=usage[deal["room"]] == HOUSING, rule=RULE
        )
        for deal in fixture("deals")
        if deal["contract_no"]
    }
    *rows, total = report("M08")
    assert [row["contract_no"] for row in rows] == sorted(duties)
    for row in rows:
        duty = duties[row["contract_no"]]
        assert (duty.seller_fen, duty.buyer_fen, duty.total_fen) == (
            row["seller_duty_fen"],
            row["buyer_duty_fen"],
            row["total_fen"],
        )
    assert sum(duty.total_fen for duty in duties.values()) == total["total_fen"]


def test_who_pays_stamp_duty() -> None:
    # 1,224,000.00 × 0.0005 = 612.00
    assert stamp_duty(122_400_000, individual=False, residential=True, rule=RULE) == StampDuty(61_200, 61_200)
    assert stamp_duty(122_400_000, individual=True, residential=False, rule=RULE) == StampDuty(61_200, 61_200)
    strict = StampRule(exempt_individual_housing=False)
    assert stamp_duty(122_400_000, individual=True, residential=True, rule=strict).total_fen == 122_400
    yuan = StampRule(round_fen=100)
    assert stamp_duty(89_872_200, individual=True, residential=True, rule=yuan).seller_fen == 44_900


OLD, NEW = date(2024, 11, 30), date(2024, 12, 1)


@pytest.mark.parametrize(
    ("area", "usage", "home", "day", "tax"),
    [
        (14000, HOUSING, 1, NEW, 1_000_000),  # 1 % up to and with 140 m²
        (14001, HOUSING, 1, NEW, 1_500_000),
        (14000, HOUSING, 2, NEW, 1_000_000),
        (14001, HOUSING, 2, NEW, 2_000_000),
        (8900, HOUSING, 3, NEW, 3_000_000),
        (8900, "商铺", 1, NEW, 3_000_000),
        (9000, HOUSING, 1, OLD, 1_000_000),  # the older threshold of 90 m²
        (9001, HOUSING, 1, OLD, 1_500_000),
        (9001, HOUSING, 2, OLD, 2_000_000),
        (8900, HOUSING, 1, date(2016, 2, 21), 3_000_000),
    ],
)
def test_deed_tax_of_a_million(area: int, usage: str, home: int, day: date, tax: int) -> None:
    assert deed_tax(Bought(100_000_000, area, usage, home), day) == tax


def test_deed_tax_of_the_fixture() -> None:
    # room 010201: 89 m², 898,722.00, signed 2024-03-05: 1 % is 8,987.22
    assert deed_tax(Bought(89_872_200, 8900), date(2024, 3, 5)) == 898_722
    # 1 % of 0.50 yuan is half a fen
    assert deed_tax(Bought(50, 8900), NEW) == 1


def test_rules_of_ones_own() -> None:
    rules = [
        DeedRule(Decimal("0.04"), valid_from=date(2024, 1, 1)),
        DeedRule(Decimal("0.02"), HOUSING, valid_from=date(2024, 1, 1)),
        DeedRule(Decimal("0.015"), HOUSING, max_built_x100=10000, valid_from=date(2024, 1, 1)),
        DeedRule(Decimal("0.01"), HOUSING, max_built_x100=10000, valid_from=date(2024, 6, 1)),
    ]
    taxes = [deed_tax(Bought(10_000, area), day, rules) for area, day in [(10000, OLD), (10001, OLD)]]
    assert taxes == [100, 200]  # the younger of two alike, then the wider one
    assert deed_tax(Bought(10_000, 10000), date(2024, 5, 31), rules) == 150
    assert deed_tax(Bought(10_000, 100, "车位"), OLD, rules) == 400
    with pytest.raises(Refused) as refused:
        deed_tax(Bought(10_000, 10000), date(2023, 12, 31), rules)
    assert refused.value.code is Code.VALIDATION
    assert refused.value.zh == "2023-12-31 没有适用的契税税率。"


def test_the_maintenance_fund() -> None:
    assert maintenance_fund(8900, 12_500) == 1_112_500  # 125 yuan/m²
    assert maintenance_fund(1, 50) == 1  # half a fen


@pytest.mark.parametrize("fen", [-1, 10**15 + 1])
def test_amounts_nobody_could_mean(fen: int) -> None:
    for tax in (
        lambda: stamp_duty(fen, individual=True, residential=True, rule=RULE),
        lambda: deed_tax(Bought(fen, 8900), NEW),
        lambda: maintenance_fund(8900, fen),
    ):
        with pytest.raises(Refused) as refused:
            tax()
        assert refused.value.code is Code.MONEY


def test_rates_nobody_could_mean() -> None:
    for tax in (
        lambda: stamp_duty(100, individual=True, residential=True, rule=StampRule(Decimal("1.5"))),
        lambda: deed_tax(Bought(100, 8900), NEW, [DeedRule(Decimal("-0.01"))]),
        lambda: maintenance_fund(0, 12_500),
    ):
        with pytest.raises(Refused) as refused:
            tax()
        assert refused.value.code is Code.VALIDATION


@given(st.integers(0, 10**14), st.integers(1, 50_000), st.integers(1, 3), st.dates(date(2010, 1, 1), date(2030, 1, 1)))
@settings(max_examples=100)
def test_taxes_stay_below_the_general_rate(fen: int, area: int, home: int, day: date) -> None:
    tax = deed_tax(Bought(fen, area, HOUSING, home), day)
    assert 0 <= tax <= deed_tax(Bought(fen, area, "商铺", home), day)
    assert tax <= deed_tax(Bought(fen, area + 10_000, HOUSING, home), day)
