"""Customers by what people remember of them (S4-93): names, initials, ends of numbers, cards, rooms."""

import pytest
from sqlalchemy import update

from db.tenant import HOME
from db.work import Database
from sales.models import Customer, RoomState
from sales.queries import CustomerWish, Page, customer_by_phone, quick_search, search_customers
from sales.states.customer import CustomerStage
from tests.sales.queries.conftest import CIPHER, OTHER, give_phone


async def names(db: Database, wish: CustomerWish, tenant: int = HOME) -> list[str]:
    return [row.name for row in (await db.read(search_customers, tenant, wish)).rows]


async def typed(db: Database, words: str) -> list[str]:
    return [row.name for row in (await db.read(quick_search, HOME, words, cipher=CIPHER)).rows]


async def test_what_is_typed_into_one_field(t: Database) -> None:
    assert await typed(t, "cw") == ["陈伟"]
    assert await typed(t, "CW") == ["陈伟"]
    assert await typed(t, "chenw") == ["陈伟"]
    assert await typed(t, "0001") == ["陈伟"]
    assert await typed(t, "13800000004") == ["孙磊"]
    assert await typed(t, "138 0000 0004") == ["孙磊"]
    assert await typed(t, "１３８００００００04") == ["孙磊"]
    assert await typed(t, "冯") == ["冯刚", "冯雪"]
    assert await typed(t, "020102") == ["吴军"]  # the room he holds
    assert await typed(t, "800000008") == ["何涛"]
    assert len(await typed(t, "1380000")) == 11  # inside a number, as none ends so
    assert await typed(t, "440106197009090135") == ["吴军"]
    for nothing in ("", "   ", "zzzz", "99999", "'; DROP TABLE customer; --", "%", "_", "😀", "1" * 300):
        assert await typed(t, nothing) == []


async def test_every_condition(t: Database) -> None:
    assert await names(t, CustomerWish(room="010201")) == ["赵敏"]  # the buyer
    assert await names(t, CustomerWish(room="020301")) == []  # exchanged: it is nobody's any more
    assert await names(t, CustomerWish(room_states=(RoomState.BOOKED,))) == ["周静"]
    assert await names(t, CustomerWish(stages=(CustomerStage.RESERVED,))) == ["吴军"]
    assert await names(t, CustomerWish(name="冯", part="0010")) == ["冯刚"]
    assert await names(t, CustomerWish(id_hash=CIPHER.hash("customer.id_no", "440106 197009090135"))) == ["吴军"]
    assert await names(t, CustomerWish(phone="+8613800000001"), OTHER) == []
    assert await t.read(customer_by_phone, OTHER, "+8613800000001") is None


async def test_several_numbers_masks_and_merged_ones(t: Database) -> None:
    chen, sun = [(await t.read(search_customers, HOME, CustomerWish(name=name))).rows[0] for name in ("陈伟", "孙磊")]
    await give_phone(t, chen.id, "+8613800000004")
    await give_phone(t, chen.id, "+862038880001")
    found = await t.read(search_customers, HOME, CustomerWish(phone="+8613800000004"))
    assert [(row.name, row.phones) for row in found.rows] == [
        ("孙磊", ("138****0004",)),
        ("陈伟", ("138****0001", "138****0004", "020****0001")),
    ]
    open_ = await t.read(search_customers, HOME, CustomerWish(name="孙磊"), masked=False)
    assert open_.rows[0].phones == ("+8613800000004",)
    assert found.total == 2
    await t.write(
        lambda s: s.execute(update(Customer).where(Customer.id == sun.id).values(merged_into_id=chen.id)) and None
    )
    assert await names(t, CustomerWish(phone="+8613800000004")) == ["陈伟"]
    one_by_one = [(await t.read(search_customers, HOME, CustomerWish(), Page(1, at))).rows for at in (0, 1)]
    assert len({row.id for rows in one_by_one for row in rows}) == 2


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("cw", CustomerWish(pinyin="cw")),
        ("陈伟", CustomerWish(name="陈伟")),
        ("0001", CustomerWish(part="0001")),
        ("010201", CustomerWish(room="010201")),
        ("+8613800000001", CustomerWish(phone="+8613800000001")),
        ("44010619700909013x", CustomerWish(id_hash=CIPHER.hash("customer.id_no", "44010619700909013X"))),
    ],
)
def test_how_it_is_read(words: str, first: CustomerWish) -> None:
    assert CustomerWish.typed(words, CIPHER)[0] == first


def test_without_the_cipher_a_card_is_only_digits() -> None:
    assert all(wish.id_hash is None for wish in CustomerWish.typed("440106197009090135"))
