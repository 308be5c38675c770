"""Projects, buildings, layouts and salespersons are made and changed; a new base price is only drafted."""

from collections.abc import Mapping
from typing import Any

import pytest

from db.refusal import Code
from sales.models import Building, Developer, Layout, PriceItem, PriceList, Project, Salesperson
from sales.services.layouts import add_layout, edit_layout
from sales.services.projects import add_building, edit_building, edit_developer, edit_project, open_project
from sales.services.salespeople import add_group, edit_salesperson, hire
from sales.states.price_list import PriceListState
from tests.sales.services.office import Office


async def test_a_project_with_a_building_is_opened_and_edited(office: Office) -> None:
    developer = (await office.one(Developer)).id
    named = {"name_zh": "海天中心", "name_en": "Haitian Centre"}
    project = await office.does("boss", open_project, developer, "02", {**named, "district": "天河"})
    building = await office.does("boss", add_building, project.id, "01", {**named, "floors": 12})
    edited = await office.does("boss", edit_project, project.id, {"green_rate": "0.35"}, 1)
    assert (edited.green_rate, edited.row_version) == ("0.35", 2)
    taller = await office.does("boss", edit_building, building.id, {"floors": 14, "structure": "框架"})
    assert (taller.floors, taller.structure) == (14, "框架")
    await office.does("boss", edit_developer, developer, {"profile_en": "Since 1998."})
    await office.refused(Code.CONFLICT, "boss", edit_project, project.id, {"green_rate": "0.40"}, 1)
    await office.refused(Code.DUPLICATE, "boss", open_project, developer, "02", named)
    await office.refused(Code.DUPLICATE, "boss", add_building, project.id, "01", {**named, "floors": 3})
    await office.chain_holds()


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("2", {"floors": 3}),
        ("０2", {"floors": 3}),
        ("02", {"floors": 0}),
        ("02", {"floors": 100}),
        ("02", {"floors": 3, "name_en": " "}),
    ],
    ids=["one digit", "full width", "no floor", "too high", "no name"],
)
async def test_a_building_that_cannot_be(office: Office, code: str, fields: Mapping[str, Any]) -> None:
    project = (await office.one(Project)).id
    named = {"name_zh": "三栋", "name_en": "Building 3"}
    await office.refused(Code.VALIDATION, "boss", add_building, project, code, {**named, **fields})


async def test_a_building_is_never_lower_than_its_rooms(office: Office) -> None:
    building = (await office.one(Building, Building.code == "01")).id
    refusal = await office.refused(Code.VALIDATION, "boss", edit_building, building, {"floors": 2})
    assert "3" in refusal.en
    await office.refused(Code.PERM, "wang", edit_building, building, {"floors": 9})
    await office.refused(Code.VALIDATION, "boss", edit_building, building, {"code": "09"})
    await office.refused(Code.NOT_FOUND, "boss", edit_building, 999, {"floors": 9})


async def test_a_new_base_price_is_drafted_and_not_in_effect(office: Office) -> None:
    """By hand: nothing but the layout sets the price, so 89.00 m² at 11,000 yuan are 979,000 yuan; sold rooms stay."""
    layout = await office.one(Layout, Layout.code == "A")
    edited = await office.does("boss", edit_layout, layout.id, {"base_unit_fen": 1_100_000, "baths": 2})
    assert edited.layout.baths == 2
    assert len(edited.drafts) == 2
    assert {each.state for each in edited.drafts} == {PriceListState.DRAFT}
    item = await office.one(
        PriceItem, PriceItem.room_id == office.rooms["020201"], PriceItem.price_list_id == edited.drafts[1].id
    )
    assert item.unit_fen >= 1_100_000
    assert (await office.room("020201")).list_fen == 89_000_000
    sold = await office.one(
        PriceItem, PriceItem.room_id == office.rooms["010101"], PriceItem.price_list_id == edited.drafts[0].id
    )
    assert sold.list_fen == 89_000_000
    lists = len(await office.all(PriceList))
    await office.does("boss", edit_layout, layout.id, {"name_en": "Two rooms"})
    assert len(await office.all(PriceList)) == lists


async def test_a_layout_that_cannot_be(office: Office) -> None:
    project = (await office.one(Project)).id
    good = {"name_zh": "一室", "name_en": "One room", "bedrooms": 1, "built_x100": 4500, "inner_x100": 3600}
    made = await office.does("boss", add_layout, project, "E", good)
    assert (made.code, made.kitchens) == ("E", 1)
    await office.refused(Code.DUPLICATE, "boss", add_layout, project, "E", good)
    for wrong in ({"inner_x100": 4501}, {"built_x100": 0}, {"bedrooms": 21}, {"name_zh": ""}):
        await office.refused(Code.VALIDATION, "boss", add_layout, project, "F", {**good, **wrong})
    await office.refused(Code.MONEY, "boss", add_layout, project, "F", {**good, "base_unit_fen": -1})
    await office.refused(Code.PERM, "wang", add_layout, project, "F", good)


async def test_a_seller_is_hired_moved_and_leaves_when_nobody_is_left(office: Office) -> None:
    group = await office.does("boss", add_group, "C", "三组")
    new = await office.does("boss", hire, "07", {"name": "吴琳", "group_id": group.id})
    assert (new.state, new.role) == ("on", "seller")
    await office.refused(Code.DUPLICATE, "boss", hire, "07", {"name": "郑凯"})
    for code in ("7", "0000007", "7a"):
        await office.refused(Code.VALIDATION, "boss", hire, code, {"name": "郑凯"})
    await office.refused(Code.VALIDATION, "boss", hire, "08", {"name": "郑凯", "role": "king"})
    await office.refused(Code.NOT_FOUND, "boss", hire, "08", {"name": "郑凯", "group_id": 999})
    await office.refused(Code.PERM, "wang", hire, "08", {"name": "郑凯"})
    left = await office.does("boss", edit_salesperson, new.id, {"state": "left"})
    assert left.state == "left"
    busy = await office.one(Salesperson, Salesperson.code == "01")
    await office.refused(Code.STATE, "boss", edit_salesperson, busy.id, {"state": "left"})
