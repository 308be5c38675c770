"""Plans, discounts, factors, permits, accounts, lists and parameters are made and changed; deals keep their terms."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from db.refusal import Code, Refused
from sales import codes, parameters
from sales.models import (
    Account,
    Building,
    BusinessParam,
    CodeItem,
    Deal,
    DiscountRule,
    Layout,
    PaymentPlan,
    PermitCover,
    PlanLine,
    PresalePermit,
    PriceItem,
    Project,
    Room,
)
from sales.money import plan
from sales.money.fee import FeeType
from sales.money.plan import Anchor, Due
from sales.money.pricing import FactorKind, FactorMode
from sales.services.accounts import COLUMN, add_account, edit_account
from sales.services.discounts import add_discount, edit_discount
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.payment_plans import Part, add_plan, edit_plan, must_add_up, switch_plan
from sales.services.permit_office import Cover, add_permit, edit_permit
from sales.services.price_factors import add_factor, edit_factor
from sales.services.price_lists import draft
from sales.services.quote import try_price
from sales.services.receive import receive
from sales.services.settings import add_item, edit_item, set_parameter
from sales.services.subscribe import subscribe
from sales.states.mortgage import LoanKind
from sales.states.plan import PlanKind
from tests.sales.services.office import Office

HALVES = (Part(FeeType.DOWN, Decimal("0.50")), Part(FeeType.PRICE, None, Due(days=90)))
NAMED = {"name_zh": "五五分期", "name_en": "two halves", "kind": PlanKind.INSTALMENT}
FREE = "020201"  # 890,000 yuan, 89 m²

percents = st.lists(st.integers(1, 100).map(lambda n: Decimal(n) / 100), min_size=1, max_size=5)


@given(percents, st.booleans(), st.integers(1_000_000, 10**10))
@example([Decimal("0.30"), Decimal("0.40")], True, 118_800_000)
@example([Decimal("0.30"), Decimal("0.70")], False, 118_800_000)
def test_instalments_make_the_whole_or_are_refused(known: list[Decimal], open_: bool, price: int) -> None:
    """30 and 40 % of 1,188,000 leave 356,400 to an open last part; what is accepted sums to any price to the fen."""
    parts = [Part(FeeType.PRICE, each) for each in known] + [Part(FeeType.PRICE)] * open_
    whole = sum(known) < 1 if open_ else sum(known) == 1
    if not whole:
        with pytest.raises(Refused, match="100 %"):
            must_add_up(PlanKind.INSTALMENT, parts)
        return
    must_add_up(PlanKind.INSTALMENT, parts)
    terms = tuple(
        plan.Term(1 - sum(known, Decimal(0)) if each.percent is None else each.percent, each.due) for each in parts
    )
    days = plan.Dates(date(2024, 3, 1), date(2024, 3, 8), {})
    lines = plan.lines(plan.Instalment(terms), price, 0, days)
    assert sum(line.amount_fen for line in lines) == price


@pytest.mark.parametrize(
    ("kind", "parts"),
    [
        (PlanKind.INSTALMENT, ()),
        (PlanKind.INSTALMENT, (Part(FeeType.LOAN, Decimal(1)),)),
        (PlanKind.INSTALMENT, (Part(FeeType.PRICE, Decimal(0)), Part(FeeType.PRICE, Decimal(1)))),
        (PlanKind.INSTALMENT, (Part(FeeType.PRICE), Part(FeeType.PRICE, Decimal("0.5")))),
        (PlanKind.LUMP_SUM, (Part(FeeType.DEPOSIT, None, Due(Anchor.SUBSCRIPTION)),)),
        (PlanKind.LUMP_SUM, (Part(FeeType.PRICE, Decimal(1)),)),
        (PlanKind.LUMP_SUM, (Part(FeeType.PRICE), Part(FeeType.PRICE))),
        (PlanKind.MORTGAGE, (Part(FeeType.LOAN), Part(FeeType.DOWN))),
        (PlanKind.MORTGAGE, (Part(FeeType.DOWN), Part(FeeType.LOAN, None, Due(Anchor.SUBSCRIPTION)))),
    ],
)
def test_parts_that_make_no_plan(kind: PlanKind, parts: Sequence[Part]) -> None:
    with pytest.raises(Refused) as refused:
        must_add_up(kind, parts)
    assert refused.value.code is Code.VALIDATION


async def test_a_plan_in_use_is_followed_by_its_next_version(office: Office) -> None:
    """A deal of 890,000 by halves; then it is 60/40 for those who come later, with the same discount."""
    project = (await office.one(Project)).id
    await office.refused(Code.PERM, "wang", add_plan, project, "half", HALVES, NAMED)
    await office.refused(Code.VALIDATION, "boss", add_plan, project, "half", HALVES[:1], NAMED)
    await office.refused(Code.VALIDATION, "boss", add_plan, project, "half", HALVES, {**NAMED, "name_en": " "})
    await office.refused(Code.VALIDATION, "boss", add_plan, project, "half", HALVES, {**NAMED, "colour": "red"})
    await office.refused(
        Code.VALIDATION, "boss", add_plan, project, "half", HALVES, {**NAMED, "loan_kind": LoanKind.COMBINED}
    )
    await office.refused(Code.DUPLICATE, "boss", add_plan, project, "lump", HALVES, NAMED)
    made = await office.does("boss", add_plan, project, "half", HALVES, NAMED)
    # nobody has bought by it yet: it is edited in place
    same = await office.does("boss", edit_plan, made.id, {"name_zh": "两期"}, None, made.row_version)
    assert (same.id, same.version, same.name_zh) == (made.id, 1, "两期")
    await office.refused(Code.CONFLICT, "boss", edit_plan, made.id, {"name_zh": "x"}, None, made.row_version)
    rule = await office.does("boss", add_discount, project, "half99", {
        "name_zh": "两期九九折", "name_en": "1 % off halves", "kind": "rate", "rate": Decimal("0.99"),
        "plan_id": made.id, "position": 4, "valid_from": date(2024, 1, 1),
    })  # fmt: skip
    offer = Offer((Buyer(office.customers["C8"]),), PriceTerms(made.id), Deposit(Payment(2_000_000)))
    deal = await office.does("li", subscribe, office.rooms[FREE], offer)
    sixty = (Part(FeeType.PRICE, Decimal("0.60")), Part(FeeType.PRICE, Decimal("0.40"), Due(days=30)))
    new = await office.does("boss", edit_plan, made.id, {"name_en": "60/40"}, sixty)
    assert (new.version, new.follows_id, new.code, new.active) == (2, made.id, "half", True)
    old = await office.get(PaymentPlan, made.id)
    assert (old.active, old.name_en) == (False, "two halves")
    assert [line.percent for line in await office.all(PlanLine, PlanLine.plan_id == old.id)] == [Decimal("0.50"), None]
    assert (await office.get(Deal, deal.id)).plan_id == old.id
    assert (await office.get(DiscountRule, rule.id)).plan_id == new.id
    trial = await office.does("li", try_price, office.rooms["020301"], PriceTerms(new.id, (rule.id,)))
    assert [line.amount_fen for line in trial.lines] == [2_000_000, 51_394_700, 35_596_400]
    await office.refused(Code.LOCKED, "boss", edit_plan, old.id, {"name_en": "again"})
    await office.refused(Code.LOCKED, "boss", switch_plan, old.id, True)
    await office.does("boss", switch_plan, new.id, False)
    await office.refused(Code.VALIDATION, "li", try_price, office.rooms["020301"], PriceTerms(new.id))
    await office.chain_holds()


async def test_a_discount_is_edited_and_the_next_price_has_it(office: Office) -> None:
    """5,000 yuan off 890,000 are 885,000, 6,000 off are 884,000; switched off it is not on offer."""
    project, lump = (await office.one(Project)).id, (await office.one(PaymentPlan, PaymentPlan.code == "lump")).id
    fields: dict[str, Any] = {
        "name_zh": "开盘优惠", "name_en": "opening offer", "kind": "total_off", "value_fen": 500_000, "position": 9,
        "valid_from": date(2024, 3, 1), "valid_to": date(2024, 4, 30),
    }  # fmt: skip
    await office.refused(Code.PERM, "li", add_discount, project, "open", fields)
    for wrong in (
        {"rate": Decimal("0.98")}, {"value_fen": None}, {"value_fen": 0}, {"kind": "gift"}, {"authority": "king"},
        {"valid_to": date(2024, 2, 1)}, {"position": None}, {"name_zh": ""},
    ):  # fmt: skip
        await office.refused(Code.VALIDATION, "boss", add_discount, project, "open", {**fields, **wrong})
    await office.refused(Code.MONEY, "boss", add_discount, project, "open", {**fields, "value_fen": -1})
    rule = await office.does("boss", add_discount, project, "open", fields)
    await office.refused(Code.DUPLICATE, "boss", add_discount, project, "open", fields)
    room, terms = office.rooms[FREE], PriceTerms(lump, (rule.id,))
    assert (await office.does("li", try_price, room, terms)).price.deal_fen == 88_500_000
    await office.does("boss", edit_discount, rule.id, {"value_fen": 600_000}, rule.row_version)
    assert (await office.does("li", try_price, room, terms)).price.deal_fen == 88_400_000
    await office.refused(Code.CONFLICT, "boss", edit_discount, rule.id, {"value_fen": 1}, rule.row_version)
    await office.refused(Code.VALIDATION, "boss", edit_discount, rule.id, {"kind": "rate"})
    await office.does("boss", edit_discount, rule.id, {"active": False})
    await office.refused(Code.VALIDATION, "li", try_price, room, terms)


async def test_a_factor_is_in_the_next_list(office: Office) -> None:
    """Layout A at 10,000 yuan, near the lift 50 off: 89 m² on floor 3 are 885,550; with 2 % more, 903,261."""
    project, house = (await office.one(Project)).id, (await office.one(Building, Building.code == "02")).id
    cut = {"key": "near_lift", "value_fen": -5_000, "position": 1}
    await office.refused(Code.PERM, "li", add_factor, project, FactorKind.CUSTOM, FactorMode.ADD_UNIT, cut)
    add = FactorMode.ADD_UNIT
    for kind, mode, wrong in (
        (FactorKind.FLOOR, add, {"key": "roof"}),
        (FactorKind.LAYOUT, add, {"key": "Z"}),
        (FactorKind.ORIENTATION, add, {"key": "UP"}),
        (FactorKind.CUSTOM, FactorMode.PCT, {}),
        (FactorKind.CUSTOM, FactorMode.PCT, {"value_fen": None, "rate": Decimal(-1)}),
    ):
        await office.refused(Code.VALIDATION, "boss", add_factor, project, kind, mode, {**cut, **wrong})
    lift = await office.does("boss", add_factor, project, FactorKind.CUSTOM, add, cut)
    await office.refused(Code.DUPLICATE, "boss", add_factor, project, FactorKind.CUSTOM, add, cut)
    more = await office.does("boss", add_factor, project, FactorKind.LAYOUT, FactorMode.PCT,
                             {"key": "A", "rate": Decimal("0.03"), "position": 2, "building_id": house})  # fmt: skip
    await office.does("boss", edit_factor, more.id, {"rate": Decimal("0.02")}, more.row_version)

    def mark(session: Any) -> None:
        session.get_one(Room, office.rooms[FREE]).custom = {"marks": ["near_lift"]}
        session.query(Layout).filter_by(code="A").one().base_unit_fen = 1_000_000

    await office.db.write(mark)
    made = await office.does("boss", draft, house)
    mine = (PriceItem.price_list_id == made.id, PriceItem.room_id == office.rooms[FREE])
    assert (await office.one(PriceItem, *mine)).list_fen == 90_326_100
    await office.does("boss", edit_factor, lift.id, {"active": False})
    again = await office.does("boss", draft, house)
    mine = (PriceItem.price_list_id == again.id, PriceItem.room_id == office.rooms[FREE])
    assert (await office.one(PriceItem, *mine)).list_fen == 90_780_000


async def test_a_room_has_one_permit_and_keeps_it_while_it_is_sold(office: Office) -> None:
    project, bare, sold = (await office.one(Project)).id, office.rooms["020302"], office.rooms["010101"]
    second = await office.one(PresalePermit, PresalePermit.no == "YS002")
    house = (await office.one(Building, Building.code == "02")).id
    await office.refused(Code.PERM, "li", add_permit, project, "YS003", Cover(rooms=(bare,)))
    await office.refused(Code.VALIDATION, "boss", add_permit, project, "YS003", Cover())
    await office.refused(Code.VALIDATION, "boss", add_permit, project, " ", Cover(rooms=(bare,)))
    await office.refused(Code.NOT_FOUND, "boss", add_permit, project, "YS003", Cover(rooms=(999,)))
    await office.refused(Code.DUPLICATE, "boss", add_permit, project, "YS002", Cover(rooms=(bare,)))
    taken = await office.refused(Code.DUPLICATE, "boss", add_permit, project, "YS003", Cover(rooms=(bare, sold)))
    assert taken.details == {"permit": "YS001", "rooms": ["010101"]}
    await office.refused(Code.DUPLICATE, "boss", add_permit, project, "YS003", Cover(buildings=(house,)))
    permit = await office.does(
        "boss", add_permit, project, "YS003", Cover(rooms=(bare,)), {"issued": date(2024, 3, 20)}
    )
    assert (await office.get(Room, bare)).permit_id == permit.id
    # YS002 takes the whole building in once YS003 lets its room go
    await office.refused(Code.DUPLICATE, "boss", edit_permit, second.id, {}, Cover(buildings=(house,)))
    lost = await office.refused(Code.LOCKED, "boss", edit_permit, second.id, {}, Cover(rooms=(office.rooms["020202"],)))
    assert "020201" in lost.details["rooms"]
    other = office.rooms["020202"]
    covers = await office.all(PermitCover, PermitCover.permit_id == second.id)
    keep = {row.room_id for row in covers if row.room_id is not None} - {other}
    await office.does("boss", edit_permit, second.id, {"area_x100": 100_000}, Cover(rooms=tuple(sorted(keep))))
    assert (await office.get(Room, other)).permit_id is None
    await office.does("boss", edit_permit, permit.id, {}, Cover(rooms=(bare, other)))
    assert (await office.get(Room, other)).permit_id == permit.id
    await office.chain_holds()


async def test_an_account_keeps_its_number_sealed_and_its_opening(office: Office) -> None:
    fields = {"kind": "bank", "name": "监管户", "bank": "工行", "bank_no": "6222020200012345678", "opening_fen": 100}
    await office.refused(Code.PERM, "cash", add_account, "ESC", fields)
    await office.refused(Code.VALIDATION, "finance", add_account, "ESC", {**fields, "kind": "purse"})
    await office.refused(Code.DUPLICATE, "finance", add_account, "CASH", fields)
    made = await office.does("finance", add_account, "ESC", fields)
    assert made.bank_no is not None
    assert office.cipher.open(COLUMN, made.bank_no) == "6222020200012345678"
    await office.does("finance", edit_account, made.id, {"opening_fen": 200}, made.row_version)
    await office.does("cash", receive, office.customers["C8"], Payment(500, account=made.id))
    await office.refused(Code.LOCKED, "finance", edit_account, made.id, {"opening_fen": 300})
    await office.does("finance", edit_account, made.id, {"active": False})
    await office.refused(Code.VALIDATION, "cash", receive, office.customers["C8"], Payment(500, account=made.id))
    assert (await office.get(Account, made.id)).opening_fen == 200


async def test_lists_and_parameters_are_set(office: Office) -> None:
    await office.refused(Code.PERM, "boss", add_item, "channel", "短视频", "短视频", "short videos")
    await office.refused(Code.NOT_FOUND, "admin", add_item, "colour", "a", "a", "a")
    await office.refused(Code.DUPLICATE, "admin", add_item, "channel", "热线", "热线", "hotline")
    item = await office.does("admin", add_item, "channel", "短视频", "短视频", "short videos")
    await office.does("admin", edit_item, item.id, {"is_default": True}, item.row_version)
    await office.refused(Code.VALIDATION, "admin", edit_item, item.id, {"active": False, "is_default": True})
    await office.refused(Code.VALIDATION, "admin", edit_item, item.id, {"code": "x"})
    await office.does("admin", edit_item, item.id, {"active": False, "is_default": False})
    offered = await office.db.read(codes.items, 1, "channel")
    assert "短视频" not in [each.code for each in offered]
    assert await office.all(CodeItem, CodeItem.code == "短视频")
    await office.refused(Code.PERM, "boss", set_parameter, "hold_days", 5)
    await office.refused(Code.VALIDATION, "admin", set_parameter, "hold_days", 0)
    await office.refused(Code.NOT_FOUND, "admin", set_parameter, "hold_weeks", 5)
    await office.refused(Code.VALIDATION, "admin", set_parameter, "hold_days", 5, date(2024, 3, 30))
    await office.does("admin", set_parameter, "hold_days", 5, date(2024, 4, 1))
    for day, days in ((date(2024, 3, 31), 3), (date(2024, 4, 1), 5)):
        assert await office.db.read(parameters.read, 1, None, parameters.HOLD_DAYS, day) == days
    assert len(await office.all(BusinessParam, BusinessParam.key == "hold_days")) == 1
