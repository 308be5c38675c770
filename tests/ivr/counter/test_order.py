"""The caller's own order: who may hear it, and what is told (node O; F11, S4-192)."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from calls.call import Busy
from calls.facts import KeyPressed, OrderClaimed, WrongKeys
from db.audit import AuditLog
from db.tenant import HOME
from ivr.counter.counter import Counter
from ivr.counter.orders import Claim, Due, Judged, Loan, NoOrders, Order, Proof
from sales.models import CustomerPhone, OrderClaim
from tests.ivr.counter.office import LIU, SUNDAY, Office
from tests.ivr.desk import MAIN, House, Stage, filled, words

STRANGER = "13900000077"
GARDEN = {"zh": "海天花园", "en": "Haitian Garden"}
ROOM: dict[str, Any] = {"project": GARDEN, "building": 1, "floor": 1, "door": "02"}
CONTRACTED = Order(GARDEN, 1, 1, "02", "contracted", date(2024, 2, 6), deal_fen=100, received_fen=0)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_f11_what_is_overdue_is_told_first(office: Office, lang: str) -> None:
    await office.give("C2", "440106199001101234")
    stage = await office.call(" 9 1234# 2", LIU, lang=lang)
    assert stage.nodes == ["welcome", "root", "order_proof", "order"]
    overdue = filled("order_overdue", lang, date=date(2024, 3, 20), amount=27_520_000)
    due = filled("order_next", lang, date=date(2024, 6, 20), amount=35_640_000)
    assert [said.startswith(f"{overdue}{'' if lang == 'zh' else ' '}{due}") for said in stage.said[-2:]] == [True, True]
    for part in {
        "zh": ("二零二四年三月二十日", "二十七万五千二百元", "二零二四年六月二十日", "三十五万六千四百元"),
        "en": ("March twentieth", "two hundred seventy five thousand two hundred yuan", "June twentieth"),
    }[lang]:
        assert part in stage.said[-1]
    assert [fact.result for fact in stage.of(OrderClaimed)] == ["right"]


async def test_the_other_answers(office: Office) -> None:
    stage = await office.call(" 9 0043# 1 3 4 9 *", LIU)
    contracted = filled("order_contracted", **ROOM, date=date(2024, 2, 6))
    paid = filled("order_balance", price=118_800_000, paid=55_640_000, rest=63_160_000)
    heard = [said for said in stage.said[-6:] if "请按" in said]
    assert heard[1].startswith(contracted)
    assert heard[2].startswith(words("order_loan_none"))
    assert heard[3].startswith(paid)
    assert heard[4].startswith(paid), "9 tells it again"
    assert stage.nodes[-1] == "root"


@pytest.mark.parametrize(
    ("caller", "keys", "told"),
    [
        ("13800000004", "0091", filled("order_loan_docs_pending", loan=85_000_000)),
        ("13800000003", "0062", filled("order_loan_disbursed", loan=62_000_000)),
    ],
)
async def test_mortgages(office: Office, caller: str, keys: str, told: str) -> None:
    assert told in (await office.call(f" 9 {keys}# 3", caller)).said[-1]


async def test_an_order_that_has_ended_is_told_as_such(office: Office) -> None:
    stage = await office.call(" 9 0140# 1", "13800000007")
    assert stage.said[-1].startswith(filled("order_ended", **{**ROOM, "floor": 2}))


async def test_a_customer_without_an_order(office: Office) -> None:
    stage = await office.call(" 9 0135# 0", "13800000006", Busy())
    assert words("order_none") in stage.speech
    assert words("order_1") not in stage.speech
    assert "agent" in stage.nodes


async def test_a_star_is_an_x(office: Office) -> None:
    await office.give("C2", "44010619900110004x")
    assert (await office.call(" 9 004*#", LIU)).nodes[-1] == "order"
    assert (await office.call(" 9 004* 1", LIU)).nodes[-1] == "order", "the # may be left out"


@pytest.mark.parametrize(
    ("caller", "keys"),
    [
        (STRANGER, "0043"),  # another's id, from a number nobody has
        ("13800000001", "0043"),  # another's id, from a customer's number
        (LIU, "0033"),  # another's id from one's own number
        ("", "0043"),  # withheld
        ("8002", "0043"),  # from a phone of the house
    ],
)
async def test_nobody_is_told_anothers_order(office: Office, caller: str, keys: str) -> None:
    stage = await office.call(f" 9 {keys}# {keys}# {keys}#", caller, Busy())
    owner = (await office.call(" 9 1111# 1111# 1111#", LIU, Busy())).said
    assert stage.said == owner, "whoever asks, from wherever: refused in the same words"
    assert [node for node in stage.nodes if node.startswith("order")] == ["order_proof"]
    assert stage.nodes[stage.nodes.index("order_proof") + 1] == "agent"
    assert words("order_refused") in stage.speech
    for never in ("海天花园", "元", "刘洋", "认购", "签约"):
        assert never not in "".join(stage.said[2:])


async def test_the_digits_are_written_nowhere(office: Office) -> None:
    stage = await office.call(" 9 9876#", LIU)
    assert [fact.key for fact in stage.of(KeyPressed) if not fact.private] == ["9"]
    assert [fact.keys for fact in stage.of(WrongKeys)] == ["••••"]
    assert "9876" not in stage.call.place


@pytest.mark.parametrize("entry", ["#", "12#", "12345#", "1*2#", "**", "12*#"])
async def test_what_is_no_answer(office: Office, entry: str) -> None:
    stage = await office.call(f" 9 {entry}", LIU)
    assert words("invalid") in stage.speech or stage.nodes[-1] in ("root", "lang")
    assert await office.rows(OrderClaim) == [], "what cannot be an id is not an attempt"


async def test_hanging_up_in_the_middle(office: Office) -> None:
    assert (await office.call(" 9 12!", LIU)).ends == 1


async def test_guessing_is_stopped_over_all_calls_from_a_number_and_alarmed(office: Office) -> None:
    for _ in range(2):
        stage = await office.call(" 9 1111# 2222# 3333#", LIU)
    assert office.alarms() == ["order +8613800000002"]
    stage = await office.call(" 9 0043#", LIU, Busy())
    assert words("order_locked") in stage.speech, "even the right one is not looked at any more"
    assert stage.nodes[2:4] == ["order_proof", "agent"]
    assert (await office.call(" 9 0033#", "13800000001")).nodes[-1] == "order", "others are not kept out"
    office.clock.at = SUNDAY + timedelta(hours=25)
    assert (await office.call(" 9 0043#", LIU)).nodes[-1] == "order"
    assert await office.rows(OrderClaim, phone="+8613800000002") == []


async def test_a_stranger_is_locked_out_like_a_customer(office: Office) -> None:
    """So the lock does not tell whether a number is known."""
    for _ in range(2):
        await office.call(" 9 1111# 2222# 3333#", STRANGER)
    assert words("order_locked") in (await office.call(" 9 1111#", STRANGER)).speech


async def test_many_attempts_at_once_are_not_more_than_one_by_one(office: Office) -> None:
    claims = [Claim(f"call {n}", HOME, LIU, f"{n:04d}") for n in range(20, 60)]
    proofs = [judged.proof for judged in await asyncio.gather(*map(office.counter.orders.judge, claims))]
    assert proofs.count(Proof.WRONG) + proofs.count(Proof.RIGHT) <= 6


async def test_fishing_from_many_numbers_is_alarmed(office: Office) -> None:
    for n in range(30):
        await office.counter.orders.judge(Claim("call", HOME, f"139{n:08d}", "0043"))
    assert office.alarms() == ["orders"]


async def test_attempts_stand_in_the_audit_log_without_the_number(office: Office) -> None:
    await office.call(" 9 1111# 0043#", LIU)
    rows = [row for row in await office.rows(AuditLog) if row.action == "order.claim"]
    assert [(row.result, row.after) for row in rows] == [
        ("denied", {"phone": "138****0002"}),
        ("ok", {"phone": "138****0002"}),
    ]


async def test_a_family_with_one_number(office: Office) -> None:
    await office.db.write(lambda session: session.add(  # C2's telephone is C9's, too
        CustomerPhone(tenant_id=HOME, customer_id=9, phone="+8613800000002", position=2)
    ))  # fmt: skip
    await office.give("C9", "440106199001010043")
    stage = await office.call(" 9 0043# 1", LIU)
    assert "一栋一楼零二房" in stage.said[-1]
    assert "一栋三楼零幺房" in stage.said[-1]


# -- what a place remembers ------------------------------------------------------------------------------------------


async def test_taken_up_again_the_proof_holds_and_the_tries_count(office: Office) -> None:
    proven = await office.call(" 9 0043#", LIU)
    again = await office.call(" 4", LIU, place=proven.call.place)
    assert "余额" in again.said[-1]
    failed = await office.call(" 9 1111# 2222#", STRANGER)
    assert (await office.call(" 3333#", STRANGER, place=failed.call.place)).nodes[0] == "agent"


async def test_nobody_can_key_a_proof(office: Office) -> None:
    proven = await office.call(" 9 0043#", LIU)
    place = proven.call.place.replace(":c2:", ":2:")
    assert place != proven.call.place
    assert (await office.call("", STRANGER, place=place)).nodes == ["root"]


@pytest.mark.parametrize("result", ["docs_pending", "eligible", "submitted", "approved", "disbursed", "rejected"])
async def test_every_state_of_a_loan_has_words(result: str) -> None:
    stage = await _told(replace(CONTRACTED, loan=Loan(6_000_000, result)), "3")
    assert stage.said[-1].startswith(filled(f"order_loan_{result}", loan=6_000_000))


async def test_of_many_overdue_payments_three_are_told_and_their_sum() -> None:
    overdue = tuple(Due(date(2024, month, 1), month * 100) for month in (1, 2, 3, 4, 5))
    order = replace(CONTRACTED, overdue=overdue)
    told = (await _told(order, "2")).said[-1]
    assert told.count("已经逾期") == 3
    assert filled("order_overdue_more", n=2, amount=1500) in told
    paid = await _told(replace(order, overdue=()), "2")
    assert words("order_paid") in paid.said[-1]


async def test_the_database_is_away() -> None:
    stage = await _told(None, "0")
    assert words("host_unavailable") in stage.speech
    assert stage.nodes[2:4] == ["order_proof", "timeout"]


class Told(NoOrders):
    """The caller's is this order; None: nobody can say."""

    def __init__(self, house: House, order: Order | None) -> None:
        self.house, self.order = house, order

    async def judge(self, claim: Claim) -> Judged:
        self.house._look()
        return Judged(Proof.RIGHT, (1,))

    async def of(self, tenant: int, customers: object) -> tuple[Order, ...]:
        return (self.order,) if self.order else ()


async def _told(order: Order | None, key: str) -> Stage:
    house = House(down=order is None)
    stage = Stage(f" 9 1234# {key}", MAIN, house, counter=Counter(Told(house, order)))
    return await stage.run(lang="zh")
