"""A customer's stage follows from the facts (SPEC §2.4.4, R15)."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sales.states.customer import STAGES, Contact, CustomerStage, Standing, stage
from sales.states.deal import LIVE, DealState
from sales.states.hold import HoldKind
from tests.sales.golden import fixture, report

DAYS = st.dates(date(2024, 1, 1), date(2024, 3, 31))


def day(text: str) -> date:
    return date.fromisoformat(text)


def standing(customer: dict[str, Any]) -> Standing:
    """The facts of fixture T about one customer; D5 was renamed, so its customer is the new one."""
    mine = customer["id"]
    deals = [deal for deal in fixture("deals") if deal["customer"] == mine]
    visits = [day(visit["date"]) for visit in fixture("visits") if visit["customer"] == mine]
    gone = [day(refund["date"]) for refund in fixture("refunds") if refund["deal"] in {deal["id"] for deal in deals}]
    holds = [hold for hold in fixture("holds") if hold["customer"] == mine and hold["state"] == "active"]
    return Standing(
        deals=frozenset(DealState(deal["state"]) for deal in deals) & frozenset(LIVE),
        holds=frozenset(HoldKind(hold["kind"]) for hold in holds),
        contact=Contact(
            registered=day(customer["registered"]),
            visited=max(visits, default=None),
            lost=max(gone, default=None),
        ),
    )


def test_the_stages_of_r15() -> None:
    stages = {customer["name"]: stage(standing(customer)) for customer in fixture("customers")}
    for row in report("R15"):
        assert stages[row["customer"]] == row["stage"]


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("C5", CustomerStage.BOOKED),
        ("C6", CustomerStage.RESERVED),
        ("C7", CustomerStage.LOST),  # refunded
        ("C8", CustomerStage.REGISTERED),  # the hold expired, the appointment was not kept
        ("C9", CustomerStage.CONTRACTED),  # by renaming
        ("C10", CustomerStage.VISITED),  # renamed away
    ],
)
def test_the_other_customers_of_the_fixture(customer: str, expected: CustomerStage) -> None:
    row = next(row for row in fixture("customers") if row["id"] == customer)
    assert stage(standing(row)) is expected


def test_nobody_yet_and_owner_at_last() -> None:
    assert stage(Standing()) is CustomerStage.LEAD
    sold = frozenset({DealState.SOLD})
    assert stage(Standing(sold, owns=True)) is CustomerStage.OWNER
    assert stage(Standing(frozenset({DealState.CONTRACTED}), owns=True)) is CustomerStage.CONTRACTED


def test_a_new_contact_opens_a_lost_customer_again() -> None:
    lost = Contact(day("2024-01-01"), visited=day("2024-01-05"), latest=day("2024-02-01"), lost=day("2024-02-01"))
    assert stage(Standing(contact=lost)) is CustomerStage.LOST
    called = Contact(day("2024-01-01"), visited=day("2024-01-05"), latest=day("2024-02-02"), lost=day("2024-02-01"))
    assert stage(Standing(contact=called)) is CustomerStage.REGISTERED
    came = Contact(day("2024-01-01"), visited=day("2024-02-03"), latest=day("2024-02-03"), lost=day("2024-02-01"))
    assert stage(Standing(contact=came)) is CustomerStage.VISITED


standings = st.builds(
    Standing,
    st.frozensets(st.sampled_from(DealState)),
    st.frozensets(st.sampled_from(HoldKind)),
    st.none() | st.builds(Contact, DAYS, st.none() | DAYS, st.none() | DAYS, st.none() | DAYS),
    st.booleans(),
)


@given(standings, st.sampled_from(LIVE))
@settings(max_examples=100)
def test_a_live_deal_never_lowers_a_stage(before: Standing, deal: DealState) -> None:
    order = [each for each in CustomerStage if each is not CustomerStage.LOST]
    rank = {each: order.index(each) for each in order} | {CustomerStage.LOST: 2}
    after = Standing(before.deals | {deal}, before.holds, before.contact, before.owns)
    assert rank[stage(after)] >= rank[stage(before)]
    assert rank[stage(after)] >= rank[CustomerStage(deal.value)]


def test_every_stage_has_a_name() -> None:
    assert set(STAGES) == set(CustomerStage)
