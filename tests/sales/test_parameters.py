"""Business parameters by project and day, and the tables shipped with the house, on both engines."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from db.refusal import Code, Refused
from db.tenant import HOME
from db.work import Database
from sales import codes, parameters
from sales.fixture import load_fixture
from sales.models import BusinessParam, CodeItem, CodeTable, Customer, MortgageRate, Project, TaxRule
from sales.money.fee import FeeType
from sales.parameters import HOLD_DAYS, LATE_FEE_DAILY, REFUND_PENALTY, REGISTRY

DAY = date(2024, 3, 31)


@pytest.fixture
async def t(db: Database) -> Database:
    await db.write(load_fixture, "T")
    return db


async def project(db: Database) -> int:
    return await db.read(lambda s: s.scalars(select(Project.id)).one())


def change(session: Session, where: int | None, key: str, value: Any, since: date) -> None:
    parameters.change(session, HOME, where, key, value, since, "01")


def test_the_defaults_are_those_of_the_specification() -> None:
    told = {
        "hold_money_fen": 0, "booking_money_fen": 1_000_000, "subscribe_money_fen": 2_000_000,
        "stamp_rate": Decimal("0.0005"), "stamp_exempt_individual_housing": True, "stamp_round_fen": 1,
        "alert_clock_seconds": 300, "alert_master_on": True, "default_input_method": "pinyin", "hold_days": 3,
        "booking_days": 7, "subscribe_days": 7, "filing_days": 30, "max_hold_extend": 1, "hold_max_per_customer": 2,
        "late_fee_daily": Decimal("0.0005"), "price_basis": "built", "total_round_fen": 100,
        "loan_round_fen": 1_000_000, "min_down_rate": Decimal("0.30"), "overdue_hold_action": "release",
    }  # fmt: skip
    assert {key: REGISTRY[key].default for key in told} == told
    assert {"commission_scheme", "refund_penalty_rate"} <= set(REGISTRY)


@pytest.mark.parametrize("parameter", REGISTRY.values(), ids=REGISTRY)
def test_every_default_is_in_its_own_range_and_named_twice(parameter: parameters.Parameter[Any]) -> None:
    assert parameter.kind.read(parameter.kind.write(parameter.default)) == parameter.default
    assert parameter.zh
    assert parameter.en


async def test_the_projects_value_before_the_houses_and_the_later_before_the_earlier(t: Database) -> None:
    here = await project(t)
    assert await t.read(parameters.read, HOME, here, HOLD_DAYS, DAY) == 3
    await t.write(change, None, "hold_days", 4, date(2024, 1, 1))
    await t.write(change, None, "hold_days", 6, date(2024, 3, 1))
    await t.write(change, here, "hold_days", 5, date(2024, 2, 1))
    days = [date(2023, 12, 31), date(2024, 1, 1), date(2024, 2, 1), DAY]
    assert [await t.read(parameters.read, HOME, here, HOLD_DAYS, day) for day in days] == [3, 4, 5, 5]
    assert [await t.read(parameters.read, HOME, None, HOLD_DAYS, day) for day in days] == [3, 4, 4, 6]
    assert await t.read(parameters.read, 2, None, HOLD_DAYS, DAY) == 3  # another tenant
    # the same day again replaces it
    await t.write(change, here, "hold_days", 9, date(2024, 2, 1))
    assert await t.read(parameters.read, HOME, here, HOLD_DAYS, DAY) == 9
    assert await t.read(lambda s: s.scalar(select(func.count()).select_from(BusinessParam))) == 3


async def test_rates_and_tables_come_back_exactly(t: Database) -> None:
    await t.write(change, None, "late_fee_daily", "0.000333", DAY)
    await t.write(change, None, "refund_penalty_rate", {"subscribed": "0.2", "contracted": "0", "sold": "1"}, DAY)

    def told(session: Session) -> tuple[Any, Any]:
        given_now = parameters.on(session, HOME, None, DAY)
        return given_now[LATE_FEE_DAILY], given_now[REFUND_PENALTY]["subscribed"]

    assert await t.read(told) == (Decimal("0.000333"), Decimal("0.2"))
    assert await t.read(parameters.read, HOME, None, LATE_FEE_DAILY, DAY - timedelta(days=1)) == Decimal("0.0005")


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hold_days", 0), ("hold_days", "3"), ("hold_days", True), ("hold_days", 3.0), ("hold_days", 10**12),
        ("alert_clock_seconds", 29), ("alert_clock_seconds", 86_401), ("alert_master_on", 1),
        ("booking_money_fen", -1), ("booking_money_fen", 10**12), ("stamp_rate", 0.0005), ("stamp_rate", "-0.1"),
        ("stamp_rate", "1.1"), ("stamp_rate", "NaN"), ("stamp_rate", "five"), ("price_basis", "sold"),
        ("overdue_hold_action", None), ("refund_penalty_rate", {"subscribed": "0.1"}), ("commission_scheme", "x" * 99),
    ],
)  # fmt: skip
async def test_what_is_out_of_range_is_refused_and_changes_nothing(sqlite_db: Database, key: str, value: Any) -> None:
    await sqlite_db.write(load_fixture, "T")
    with pytest.raises(Refused) as refused:
        await sqlite_db.write(change, None, key, value, DAY)
    assert refused.value.code is Code.VALIDATION
    assert REGISTRY[key].zh in refused.value.zh
    assert await sqlite_db.read(lambda s: s.scalar(select(func.count()).select_from(BusinessParam))) == 0


async def test_an_unknown_parameter_is_refused(t: Database) -> None:
    with pytest.raises(Refused) as refused:
        await t.write(change, None, "hold_day", 3, DAY)
    assert refused.value.code is Code.NOT_FOUND


@given(st.integers())
def test_a_whole_number_is_read_or_refused(number: int) -> None:
    kind = parameters.Whole(30, 86_400)
    if 30 <= number <= 86_400:
        assert kind.read(number) == number
    else:
        with pytest.raises(ValueError, match="30"):
            kind.read(number)


async def test_the_tables_hold_what_the_fixture_uses(t: Database) -> None:
    def told(session: Session) -> dict[str, set[str]]:
        asked = select(CodeTable.code, CodeItem.code).join(CodeItem, CodeItem.table_id == CodeTable.id)
        tables: dict[str, set[str]] = {}
        for table, item in session.execute(asked):
            tables.setdefault(table, set()).add(item)
        return tables

    tables = await t.read(told)
    for name in ("gender", "edu", "income", "district", "channel", "reason", "transport", "employer_type"):
        used = await t.read(lambda s, name=name: set(s.scalars(select(getattr(Customer, name)))))  # type: ignore[misc]
        assert used - {None} <= tables[name], name
    assert {fee.value for fee in FeeType} <= tables["fee_type"]
    assert {"工行", "建行", "农行", "中行", "招行"} <= tables["bank"]


async def test_shipping_again_keeps_what_the_house_changed(t: Database) -> None:
    def counts(session: Session) -> list[int | None]:
        return [session.scalar(select(func.count()).select_from(table)) for table in (CodeItem, TaxRule, MortgageRate)]

    before = await t.read(counts)
    await t.write(lambda s: s.execute(update(CodeItem).where(CodeItem.code == "电视").values(active=False)) and None)
    await t.write(codes.ship, HOME)
    assert await t.read(counts) == before
    offered = [item.code for item in await t.read(codes.items, HOME, "channel")]
    assert offered[:3] == ["热线", "报纸", "网络"]
    assert "电视" not in offered
    assert "电视" in [item.code for item in await t.read(lambda s: codes.items(s, HOME, "channel", active=False))]
