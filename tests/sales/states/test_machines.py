"""Every machine, every pair of state and event: what the table says happens, all else is refused and says why."""

from enum import StrEnum
from typing import Any

import pytest

from db.refusal import Code, Refused
from db.table import Remark, Row, Table
from db.words import Words
from sales.states import ALL
from sales.states.contract import CONTRACT, ContractEvent, ContractState
from sales.states.contract_no import CONTRACT_NO, ContractNoEvent, ContractNoState
from sales.states.deal import DEAL, DealEvent, DealState
from sales.states.hold import HOLD, HoldEvent, HoldState
from sales.states.room import ROOM, RoomEvent, RoomState
from sales.states.ticket import TICKET, TicketEvent, TicketState

# SPEC §2.3 and §2.4, written down by hand as "from event to" with / between the places a row may lead to
SPEC = {
    "room": """
        not_released release available
        available unrelease not_released
        available withdraw not_for_sale
        not_released withdraw not_for_sale
        not_for_sale return_to_sale available/not_released
        available reserve reserved
        reserved extend reserved
        booked extend booked
        reserved release_hold available
        reserved expire available
        booked expire available
        available book booked
        reserved hold_to_book booked
        booked cancel_booking available
        available subscribe subscribed
        reserved subscribe subscribed
        booked subscribe subscribed
        subscribed sign contracted
        contracted complete sold
        subscribed refund available/not_for_sale
        contracted refund available/not_for_sale
        sold refund available/not_for_sale
        subscribed exchange_out available
        contracted exchange_out available
        subscribed sub_lapse available
        contracted void_contract subscribed
        sold reopen contracted
        subscribed rename subscribed
        contracted rename contracted""",
    "hold": """
        active extend active
        active convert converted
        active release released
        active expire expired""",
    "deal": """
        subscribed sign contracted
        contracted complete sold
        subscribed refund refunded
        contracted refund refunded
        sold refund refunded
        subscribed exchange exchanged
        contracted exchange exchanged
        subscribed lapse lapsed
        contracted void_contract subscribed
        sold reopen contracted
        subscribed rename subscribed
        contracted rename contracted""",
    "contract": """
        draft sign signed
        signed register formal
        formal archive archived
        draft void voided
        signed void voided
        formal cancel cancelled""",
    "contract_no": """
        unused take in_use
        in_use give_up used
        unused spoil void""",
    "receivable": """
        planned activate active
        active pay_part partial
        partial pay_part partial
        active pay_all paid
        partial pay_all paid
        partial unpay_part partial
        paid unpay_part partial
        partial unpay_all active
        paid unpay_all active
        planned cancel cancelled
        active cancel cancelled
        partial cancel cancelled
        planned adjust adjusted
        active adjust adjusted
        partial adjust adjusted""",
    "receipt": """
        draft post posted
        posted reverse reversed""",
    "invoice": """
        issued void void
        issued credit red""",
    "dunning": """
        none remind level1
        level1 remind_again level2
        level2 sue legal
        level1 settle settled
        level2 settle settled
        legal settle settled""",
    "mortgage": """
        docs_pending qualify eligible
        eligible disqualify docs_pending
        eligible submit submitted
        submitted approve approved
        submitted reject rejected
        rejected retry docs_pending
        approved disburse disbursed
        docs_pending cancel cancelled
        eligible cancel cancelled
        submitted cancel cancelled
        approved cancel cancelled
        rejected cancel cancelled""",
    "ticket": """
        new accept accepted
        new reject rejected
        accepted assign assigned
        assigned reroute assigned
        assigned begin processing
        processing resolve resolved
        resolved reopen processing
        resolved ask_back feedback
        feedback close closed""",
    "task": """
        open finish done
        open cancel cancelled""",
    "price_list": """
        draft submit submitted
        submitted approve approved
        submitted reject rejected
        approved take_effect effective
        effective supersede superseded""",
    "approval": """
        pending pass_on pending
        pending approve approved
        pending reject rejected
        pending withdraw withdrawn""",
    "alert": """
        open acknowledge acknowledged
        open raise open
        acknowledged raise open
        open resolve resolved
        acknowledged resolve resolved
        open expire expired
        acknowledged expire expired""",
    "presubscription": """
        registered convert converted
        registered refund refunded
        registered lapse lapsed""",
    "appointment": """
        made confirm confirmed
        made move made
        confirmed move made
        made visit visited
        confirmed visit visited
        made miss no_show
        confirmed miss no_show
        made cancel cancelled
        confirmed cancel cancelled""",
}


def specified(name: str) -> dict[tuple[str, str], list[str]]:
    rows = (line.split() for line in SPEC[name].strip().splitlines())
    return {(of, event): to.split("/") for of, event, to in rows}


def pairs() -> list[Any]:
    return [
        pytest.param(name, state, event, id=f"{name}-{state}-{event}")
        for name, table in ALL.items()
        for state in table.names
        for event in table.verbs
    ]


def test_every_machine_is_specified() -> None:
    assert set(SPEC) == set(ALL)


@pytest.mark.parametrize(("name", "state", "event"), pairs())
def test_a_pair_works_as_specified_or_is_refused(name: str, state: StrEnum, event: StrEnum) -> None:
    table = ALL[name]
    places = specified(name).get((state, event))
    if places is not None:
        assert table.next(state, event) == places[0]
        reached = [to for to in table.names if _leads(table, state, event, to)]
        assert sorted(reached) == sorted(places)
        assert event in table.events(state)
        return
    with pytest.raises(Refused) as refused:
        table.next(state, event)
    assert refused.value.code is Code.STATE
    assert table.names[state].zh in refused.value.zh
    assert table.verbs[event].zh in refused.value.zh
    assert table.names[state].en in refused.value.en
    assert table.verbs[event].en in refused.value.en
    assert refused.value.details == {"state": state, "event": event, "possible": list(table.events(state))}


def _leads(table: Table[Any, Any], state: StrEnum, event: StrEnum, to: StrEnum) -> bool:
    try:
        return bool(table.next(state, event, to) == to)
    except Refused:
        return False


def test_a_refusal_in_words() -> None:
    with pytest.raises(Refused) as refused:
        ROOM.next(RoomState.SOLD, RoomEvent.RENAME)
    assert refused.value.zh == "房间当前状态为“已售”，不能更名。"
    assert refused.value.en == "The room is sold: it is not possible to rename its buyer."
    with pytest.raises(Refused) as elsewhere:
        ROOM.next(RoomState.NOT_FOR_SALE, RoomEvent.RETURN_TO_SALE, RoomState.SOLD)
    assert elsewhere.value.zh == "房间当前状态为“非售”，不能恢复销售到“已售”。"
    assert elsewhere.value.en == "The room is not for sale: it is not possible to return it to sale (to sold)."


def test_a_table_is_printed() -> None:
    assert (
        CONTRACT_NO.as_table()
        == """\
# 合同编号 contract number

States: `unused` 未用 unused, `in_use` 已用 in use, `used` 用过 used, `void` 作废 void.
Begins as `unused`; ends as `used`, `void`.

| # | event | from → to | guard | side effects |
| --- | --- | --- | --- | --- |
| N1 | `take` 领用 | `unused` → `in_use` | T13 | bound for good |
| N2 | `give_up` 转为用过 | `in_use` → `used` | contract voided, refunded, exchanged or archived | never used again |
| N3 | `spoil` 作废 | `unused` → `void` | spoiled paper | log |
"""
    )


def test_the_room_has_the_rows_of_the_specification_in_order() -> None:
    numbers = [f"T{n}" for n in range(1, 17)] + ["T16b"] + [f"T{n}" for n in range(17, 21)]
    assert [row.no for row in ROOM.rows] == numbers
    printed = ROOM.as_table()
    assert (
        "| T6 | `extend` 延期 | `reserved`, `booked` → same | extensions < max or manager | expiry moved, log |"
        in printed
    )
    assert "| T4 | `return_to_sale` 恢复销售 | `not_for_sale` → `available` / `not_released` |" in printed
    assert "| T16b | – | – | exchange from sold is no transition: refund (T15) + new subscription (T12)" in printed
    assert "ends as none of them" in printed


@pytest.mark.parametrize("name", ALL)
def test_both_languages_name_everything(name: str) -> None:
    table = ALL[name]
    for words in (table.noun, *table.names.values(), *table.verbs.values()):
        assert any("一" <= letter <= "鿿" for letter in words.zh), words
        assert words.en.isascii(), words
        assert words.en, words
    assert len({words.zh for words in table.names.values()}) == len(table.names)
    assert len({words.en for words in table.names.values()}) == len(table.names)


def test_a_deal_walks_with_its_room() -> None:
    """What the room and its deal share, they do alike: reserved to refunded, by hand."""
    room, deal = RoomState.AVAILABLE, DealState.SUBSCRIBED
    room = ROOM.next(room, RoomEvent.RESERVE)
    assert HOLD.next(HoldState.ACTIVE, HoldEvent.CONVERT) is HoldState.CONVERTED
    room = ROOM.next(room, RoomEvent.SUBSCRIBE)
    for step in ("sign", "void_contract", "sign", "complete", "reopen", "complete"):
        room, deal = ROOM.next(room, RoomEvent(step)), DEAL.next(deal, DealEvent(step))
        assert room.value == deal.value
    assert ROOM.next(room, RoomEvent.REFUND, RoomState.NOT_FOR_SALE) is RoomState.NOT_FOR_SALE
    assert DEAL.next(deal, DealEvent.REFUND) is DealState.REFUNDED


def test_a_contract_number_never_comes_back() -> None:
    assert set(CONTRACT_NO.ends()) == {ContractNoState.USED, ContractNoState.VOID}
    with pytest.raises(Refused):
        CONTRACT_NO.next(ContractNoState.USED, ContractNoEvent.TAKE)


def test_a_formal_contract_is_cancelled_never_voided() -> None:
    assert CONTRACT.events(ContractState.FORMAL) == (ContractEvent.ARCHIVE, ContractEvent.CANCEL)


def test_a_ticket_may_come_back_from_its_customer() -> None:
    assert TICKET.next(TicketState.RESOLVED, TicketEvent.REOPEN) is TicketState.PROCESSING
    assert TICKET.next(TicketState.ASSIGNED, TicketEvent.REROUTE) is TicketState.ASSIGNED


class Light(StrEnum):
    RED = "red"
    GREEN = "green"


class Switch(StrEnum):
    GO = "go"
    HALT = "halt"


NAMES = {Light.RED: Words("红", "red"), Light.GREEN: Words("绿", "green")}
VERBS = {Switch.GO: Words("放行", "go"), Switch.HALT: Words("停", "halt")}
GO = Row("1", Switch.GO, (Light.RED,), (Light.GREEN,))
HALT = Row("2", Switch.HALT, (Light.GREEN,), (Light.RED,))


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ((GO,), "halt has no row"),
        ((GO, HALT, Remark("2", "again")), "2 is there twice"),
        ((GO, HALT, Row("3", Switch.HALT, (Light.GREEN,), ())), "green + halt is there twice"),
        ((Row("1", Switch.GO, (Light.RED,), ()), HALT), "green cannot be reached"),
    ],
)
def test_a_table_that_is_not_whole_cannot_be_made(rows: tuple[Any, ...], fault: str) -> None:
    with pytest.raises(ValueError, match=fault.replace("+", r"\+")):
        Table(Words("灯", "light"), NAMES, VERBS, (Light.RED,), rows)


def test_a_state_without_a_name_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="green has no name"):
        Table(Words("灯", "light"), {Light.RED: NAMES[Light.RED]}, VERBS, (Light.RED,), (GO, HALT))
    with pytest.raises(ValueError, match="halt has no name"):
        Table(Words("灯", "light"), NAMES, {Switch.GO: VERBS[Switch.GO]}, (Light.RED,), (GO, HALT))
