"""Every state of every machine with every event its services bring about: the table's pairs work, all others are
refused and change nothing (SPEC §2.4). Those of rooms, and of deals that live, are in `services/test_room_machine`."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from sqlalchemy import text

from db.refusal import Code
from db.table import Table
from sales.models import (
    Appointment,
    Approval,
    Building,
    Contract,
    ContractNo,
    Deal,
    Hold,
    Invoice,
    Mortgage,
    PaymentPlan,
    Presubscription,
    PriceList,
    Receipt,
    Receivable,
    Ticket,
)  # fmt: skip
from sales.money.fee import FeeType
from sales.services import appointments, approvals, invoices, mortgages, price_lists, rooms, tickets
from sales.services.booking import book
from sales.services.contract_numbers import give_up, void_number
from sales.services.contracts import archive, complete, register, reopen, sign, void_contract
from sales.services.desk import Desk
from sales.services.dunning import dun
from sales.services.exchange import Wanted, exchange
from sales.services.holds import end, extend, of_room, release
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.presubscriptions import lapse_presubscription, presubscribe, refund_presubscription
from sales.services.receivables import adjust, charge, waive
from sales.services.receive import receive, reverse
from sales.services.refund import Leaving, lapse, refund
from sales.services.rename import NewBuyer, rename
from sales.services.reserve import reserve
from sales.services.subscribe import subscribe
from sales.states import ALL
from sales.states.appointment import AppointmentEvent
from sales.states.approval import ApprovalEvent, ApprovalKind, ApprovalState
from sales.states.contract import ContractEvent, ContractState
from sales.states.contract_no import ContractNoEvent
from sales.states.deal import DealEvent, DealState
from sales.states.dunning import DunningEvent
from sales.states.hold import HoldEvent, HoldState
from sales.states.invoice import InvoiceEvent
from sales.states.mortgage import MortgageEvent
from sales.states.presubscription import PresubscriptionEvent
from sales.states.price_list import PriceListEvent
from sales.states.receipt import ReceiptEvent
from sales.states.receivable import ReceivableEvent, ReceivableState
from sales.states.room import RoomEvent
from sales.states.ticket import TicketEvent, TicketKind, TicketState
from tests.sales.services.office import Office

FREE, OTHER = "020201", "020301"
MONEY = Payment(2_000_000)
Act = tuple[Any, ...]  # who, the service, its arguments


@dataclass(frozen=True)
class Trial:
    """A row in a state, and what is tried on it. column: that holds the state."""

    office: Office
    table: Table[Any, Any]
    model: Any
    column: str = "state"

    async def pair(self, state: StrEnum, event: StrEnum, key: int, act: Act, code: Code = Code.STATE) -> None:
        """`code`: how the services refuse what the table does not know."""
        await self.put(key, state)
        row = self.table.row(state, event)
        if row is None:
            await self.office.refused(code, *act)
            assert await self.state(key) is state
        else:
            await self.office.does(*act)
            assert await self.state(key) in (row.to or (state,)), (state, event)

    async def put(self, key: int, state: StrEnum) -> None:
        change = text(f"UPDATE {self.model.__tablename__} SET {self.column} = :state WHERE id = :key")
        await self.office.db.write(lambda s: s.execute(change, {"state": state.value, "key": key}) and None)

    async def state(self, key: int) -> StrEnum:
        found: StrEnum = getattr(await self.office.get(self.model, key), self.column)
        return found


Make = Callable[[Office], Awaitable[int]]
Acts = Callable[[Office, int], Mapping[StrEnum, Act]]


async def offer(office: Office, plan: str = "lump", money: Payment | None = MONEY) -> Offer:
    row = await office.one(PaymentPlan, PaymentPlan.code == plan)
    return Offer((Buyer(office.customers["C8"]),), PriceTerms(row.id), Deposit(money))


async def approved(office: Office, kind: ApprovalKind, subject: tuple[str, int]) -> int:
    asked = await office.does("li", approvals.request, kind, subject, "申请")
    await office.does("boss", approvals.approve, asked.id)
    return asked.id


# -- machines whose rows stand for themselves: one is made for each pair ----


async def a_ticket(office: Office) -> int:
    made = await office.does("agent", tickets.open_ticket, tickets.Report(TicketKind.REPAIR, "水管"))
    return made.id


def on_a_ticket(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        TicketEvent.ACCEPT: ("agent", tickets.accept, key),
        TicketEvent.REJECT: ("agent", tickets.reject_ticket, key, "不属于"),
        TicketEvent.BEGIN: ("agent", tickets.begin, key),
        TicketEvent.RESOLVE: ("agent", tickets.resolve, key, "已修"),
        TicketEvent.REOPEN: ("agent", tickets.reopen_ticket, key, "仍漏水"),
        TicketEvent.ASK_BACK: ("agent", tickets.ask_back, key, 5),
        TicketEvent.CLOSE: ("agent", tickets.close_ticket, key),
    }


async def an_approval(office: Office) -> int:
    asked = await office.does("li", approvals.request, ApprovalKind.REFUND, ("deal", 1), "申请")
    return asked.id


def on_an_approval(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        ApprovalEvent.APPROVE: ("boss", approvals.approve, key),
        ApprovalEvent.REJECT: ("boss", approvals.reject, key, "不同意"),
        ApprovalEvent.WITHDRAW: ("li", approvals.withdraw, key),
    }


async def a_presubscription(office: Office) -> int:
    project = (await office.room(FREE)).project_id
    made = await office.does("li", presubscribe, project, "A", office.customers["C8"], Payment(1_000_000))
    return made.id


def on_a_presubscription(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        PresubscriptionEvent.REFUND: ("cash", refund_presubscription, key, Payment(1_000_000)),
        PresubscriptionEvent.LAPSE: ("boss", lapse_presubscription, key),
    }


async def an_appointment(office: Office) -> int:
    project = (await office.room(FREE)).project_id
    wish = appointments.Wish(project, office.now.date(), customer=office.customers["C8"])
    made = await office.does("li", appointments.make, wish)
    return made.id


def on_an_appointment(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        AppointmentEvent.CONFIRM: ("li", appointments.confirm, key),
        AppointmentEvent.MOVE: ("li", appointments.move_to, key, office.now.date() + timedelta(days=3)),
        AppointmentEvent.VISIT: ("li", appointments.came, key),
        AppointmentEvent.CANCEL: ("li", appointments.cancel, key),
    }


async def an_invoice(office: Office) -> int:
    made = await office.does("finance", invoices.issue, office.deals["D2"], 100)
    return made.id


def on_an_invoice(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        InvoiceEvent.VOID: ("finance", invoices.void_invoice, key, "写错"),
        InvoiceEvent.CREDIT: ("finance", invoices.credit, key, "写错"),
    }


async def a_price_list(office: Office) -> int:
    building = await office.one(Building, Building.code == "02")
    made = await office.does("boss", price_lists.reprice, building.id, Decimal("0.01"))
    await office.db.write(
        lambda s: s.execute(text("UPDATE price_list SET state = 'superseded' WHERE state = 'effective'")) and None
    )
    return made.id


def on_a_price_list(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        PriceListEvent.SUBMIT: ("boss", price_lists.submit, key),
        PriceListEvent.APPROVE: ("leader", price_lists.approve_list, key, office.now + timedelta(days=1)),
        PriceListEvent.REJECT: ("leader", price_lists.reject_list, key, "太高"),
    }


async def a_receipt(office: Office) -> int:
    made = await office.does("cash", receive, office.customers["C2"], Payment(100), "楼款", office.deals["D2"])
    return made.id


def on_a_receipt(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {ReceiptEvent.REVERSE: ("finance", reverse, key, "退票")}


async def a_late_line(office: Office) -> int:
    """Overdue for thirty days."""
    day = office.now.date() - timedelta(days=30)
    made = await office.does("finance", charge, office.deals["D2"], FeeType.DEED_TAX, 1_000_000, day)
    return made.id


def on_a_late_line(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {event: ("boss" if event is DunningEvent.SUE else "finance", dun, key, event) for event in DunningEvent}


async def a_number(office: Office) -> int:
    unused = await office.all(ContractNo, ContractNo.state == "unused")
    return unused[0].id


def on_a_number(office: Office, key: int) -> Mapping[StrEnum, Act]:
    def over(desk: Desk) -> None:
        give_up(desk, key, "合同作废")

    return {ContractNoEvent.SPOIL: ("boss", void_number, key, "打印"), ContractNoEvent.GIVE_UP: ("boss", over)}


async def a_loan(office: Office) -> int:
    """Of a signed deal whose own part is not paid yet, documents complete."""
    found = await office.all(Mortgage, Mortgage.bank == "工行新")
    if found:
        return found[-1].id
    deal = await office.does("li", subscribe, office.rooms[FREE], await offer(office, "mortgage"))
    await office.does("li", sign, deal.id)
    loan = mortgages.Loan("工行新", 240, Decimal("0.0395"))
    made = await office.does("li", mortgages.apply_for_loan, deal.id, loan)
    return made.id


def on_a_loan(office: Office, key: int) -> Mapping[StrEnum, Act]:
    return {
        MortgageEvent.SUBMIT: ("finance", mortgages.submit_loan, key),
        MortgageEvent.APPROVE: ("finance", mortgages.approve_loan, key),
        MortgageEvent.REJECT: ("finance", mortgages.reject_loan, key, "收入"),
        MortgageEvent.RETRY: ("finance", mortgages.retry_loan, key),
        MortgageEvent.CANCEL: ("finance", mortgages.cancel_loan, key, "改付款方式"),
        MortgageEvent.DISBURSE: ("finance", mortgages.disburse, key),
    }


MACHINES: dict[str, tuple[Any, Make, Acts]] = {
    "ticket": (Ticket, a_ticket, on_a_ticket),
    "approval": (Approval, an_approval, on_an_approval),
    "presubscription": (Presubscription, a_presubscription, on_a_presubscription),
    "appointment": (Appointment, an_appointment, on_an_appointment),
    "invoice": (Invoice, an_invoice, on_an_invoice),
    "price_list": (PriceList, a_price_list, on_a_price_list),
    "receipt": (Receipt, a_receipt, on_a_receipt),
    "dunning": (Receivable, a_late_line, on_a_late_line),
    "contract_no": (ContractNo, a_number, on_a_number),
    "mortgage": (Mortgage, a_loan, on_a_loan),
}


@pytest.mark.slow
@pytest.mark.parametrize("noun", MACHINES)
async def test_every_pair(office: Office, noun: str) -> None:
    model, make, acts = MACHINES[noun]
    trial = Trial(office, ALL[noun], model, "dunning" if noun == "dunning" else "state")
    for state in trial.table.names:
        for event in acts(office, 0):
            key = await make(office)
            await trial.pair(state, event, key, acts(office, key)[event])


async def test_a_ticket_is_assigned_and_assigned_again(office: Office) -> None:
    trial = Trial(office, ALL["ticket"], Ticket)
    for state in TicketState:
        event = TicketEvent.REROUTE if state is TicketState.ASSIGNED else TicketEvent.ASSIGN
        key = await a_ticket(office)
        await trial.pair(state, event, key, ("agent", tickets.assign, key, "工程部"))


async def test_an_approval_of_two_steps_is_passed_on_first(office: Office) -> None:
    key = await an_approval(office)
    await office.db.write(
        lambda s: s.execute(
            text(
                "INSERT INTO approval_step (tenant_id, approval_id, seq, role, created_at, updated_at, row_version)"
                " SELECT tenant_id, approval_id, 2, 'leader', created_at, updated_at, 1 FROM approval_step"
                " WHERE approval_id = :key"
            ),
            {"key": key},
        ) and None
    )  # fmt: skip
    await office.does("boss", approvals.approve, key)
    assert (await office.get(Approval, key)).state is ApprovalState.PENDING
    await office.does("leader", approvals.approve, key)
    assert (await office.get(Approval, key)).state is ApprovalState.APPROVED


async def test_a_day_that_is_over_is_missed(office: Office) -> None:
    trial = Trial(office, ALL["appointment"], Appointment)
    made = [await an_appointment(office) for _ in trial.table.names]
    office.later(days=1)
    for state, key in zip(trial.table.names, made, strict=True):
        await trial.pair(state, AppointmentEvent.MISS, key, ("li", appointments.missed, key))


# -- holds: the room still points at one that has ended ----


@pytest.mark.parametrize("state", [state for state in HoldState if state is not HoldState.ACTIVE])
async def test_nothing_is_done_with_a_hold_that_has_ended(office: Office, state: HoldState) -> None:
    room, customer = office.rooms[FREE], office.customers["C8"]
    trial = Trial(office, ALL["hold"], Hold)
    hold = await office.does("li", reserve, room, customer)

    def expire_it(desk: Desk) -> None:
        end(desk, *of_room(desk, room, RoomEvent.EXPIRE), RoomEvent.EXPIRE)

    sale = await offer(office)
    acts: tuple[tuple[HoldEvent, Act], ...] = (
        (HoldEvent.EXTEND, ("li", extend, room)),
        (HoldEvent.CONVERT, ("li", book, room, customer, MONEY)),
        (HoldEvent.CONVERT, ("li", subscribe, room, sale)),
        (HoldEvent.RELEASE, ("li", release, room)),
        (HoldEvent.EXPIRE, ("boss", expire_it)),
    )
    assert {event for event, _ in acts} == set(HoldEvent)
    for event, act in acts:
        await trial.pair(state, event, hold, act)


# -- deals that have ended ----

ENDED = (DealState.REFUNDED, DealState.EXCHANGED, DealState.LAPSED)


@pytest.mark.parametrize("state", ENDED)
async def test_nothing_is_done_with_a_deal_that_has_ended(office: Office, state: DealState) -> None:
    trial = Trial(office, ALL["deal"], Deal)
    key = office.deals["D7"]
    away = Leaving("其他", 1, "撤1")
    acts: Mapping[DealEvent, Act] = {
        DealEvent.SIGN: ("boss", sign, key),
        DealEvent.COMPLETE: ("boss", complete, key),
        DealEvent.REFUND: ("boss", refund, key, away),
        DealEvent.EXCHANGE: ("boss", exchange, key, Wanted(office.rooms[OTHER], await offer(office)), away),
        DealEvent.LAPSE: ("boss", lapse, key),
        DealEvent.VOID_CONTRACT: ("boss", void_contract, key, "写错", 1),
        DealEvent.REOPEN: ("boss", reopen, key),
        DealEvent.RENAME: ("boss", rename, key, NewBuyer(office.customers["C6"]), 1),
    }
    assert set(acts) == set(DealEvent)
    for event, act in acts.items():
        await trial.pair(state, event, key, act)
    for act in (
        ("cash", receive, office.customers["C7"], MONEY, "楼款", key),
        ("finance", charge, key, FeeType.DEED_TAX, 1, office.now.date()),
        ("finance", invoices.issue, key, 1),
        ("boss", rooms.hand_over, key),
        ("boss", register, key),
        ("boss", archive, key, "档1"),
        ("li", mortgages.apply_for_loan, key, mortgages.Loan("工行", 240, Decimal("0.04"))),
    ):
        await office.refused(Code.STATE, *act)


# -- contracts: each in a deal of its own ----


async def signed(office: Office, void: bool = False) -> tuple[int, int]:
    """A deal that is contracted, and its contract."""
    deal = await office.does("li", subscribe, office.rooms[FREE], await offer(office))
    contract = await office.does("li", sign, deal.id)
    return deal.id, contract.id


@pytest.mark.parametrize("event", [ContractEvent.REGISTER, ContractEvent.ARCHIVE, ContractEvent.VOID])
@pytest.mark.parametrize("state", list(ContractState))
async def test_contracts(office: Office, state: ContractState, event: ContractEvent) -> None:
    deal, contract = await signed(office)
    trial = Trial(office, ALL["contract"], Contract)
    if event is ContractEvent.ARCHIVE:
        await Trial(office, ALL["deal"], Deal).put(deal, DealState.SOLD)
        act: Act = ("li", archive, deal, "档1")
    elif event is ContractEvent.VOID:
        act = ("li", void_contract, deal, "写错", await approved(office, ApprovalKind.VOID, ("deal", deal)))
    else:
        act = ("li", register, deal)
    await trial.pair(state, event, contract, act)


@pytest.mark.parametrize("state", [ContractState.FORMAL, ContractState.ARCHIVED])
async def test_only_a_registered_contract_is_cancelled(office: Office, state: ContractState) -> None:
    deal, contract = await signed(office)
    asked = await approved(office, ApprovalKind.REFUND, ("deal", deal))
    act = ("li", refund, deal, Leaving("质量", asked, "撤1"))
    await Trial(office, ALL["contract"], Contract).pair(state, ContractEvent.CANCEL, contract, act)


# -- receivables ----


@pytest.mark.parametrize("state", list(ReceivableState))
async def test_receivables(office: Office, state: ReceivableState) -> None:
    """A line of 10,000 that nobody has paid anything of yet, whatever its state says."""
    trial, deal, customer = Trial(office, ALL["receivable"], Receivable), office.deals["D2"], office.customers["C2"]
    day = office.now.date()
    for event in (ReceivableEvent.PAY_PART, ReceivableEvent.PAY_ALL, ReceivableEvent.ADJUST, ReceivableEvent.CANCEL):
        fee = FeeType.LATE_FEE if event is ReceivableEvent.CANCEL else FeeType.DEED_TAX
        line = await office.does("finance", charge, deal, fee, 1_000_000, day)
        match event:
            case ReceivableEvent.PAY_PART:
                act: Act = ("cash", receive, customer, Payment(1), "契税", deal, [line.id])
            case ReceivableEvent.PAY_ALL:
                act = ("cash", receive, customer, Payment(1_000_000), "契税", deal, [line.id])
            case ReceivableEvent.ADJUST:
                asked = await approved(office, ApprovalKind.ADJUST, ("deal", deal))
                act = ("finance", adjust, deal, {line.id: 2_000_000}, asked)
            case _:
                asked = await approved(office, ApprovalKind.LATE_FEE, ("receivable", line.id))
                act = ("finance", waive, line.id, asked)
        await trial.pair(state, event, line.id, act)


def test_no_event_is_forgotten() -> None:
    """What the services above do not bring about by hand, they do by themselves: that is told in the table."""
    automatic: dict[str, set[Any]] = {
        "mortgage": {MortgageEvent.QUALIFY, MortgageEvent.DISQUALIFY},
        "price_list": {PriceListEvent.TAKE_EFFECT, PriceListEvent.SUPERSEDE},
        "presubscription": {PresubscriptionEvent.CONVERT},
        "receipt": {ReceiptEvent.POST},
        "contract_no": {ContractNoEvent.TAKE},
        "appointment": {AppointmentEvent.MISS},  # tried on the day after
        "ticket": {TicketEvent.ASSIGN, TicketEvent.REROUTE},
        "approval": {ApprovalEvent.PASS_ON},
    }
    for noun, (_, _, acts) in MACHINES.items():
        office: Any = _Nowhere()
        tried: set[Any] = set(acts(office, 0))
        assert tried | automatic.get(noun, set()) == set(ALL[noun].verbs), noun


class _Nowhere:
    """An office nobody works at: only its calendar is looked at."""

    from datetime import UTC, datetime

    now = datetime(2024, 3, 31, tzinfo=UTC)
