"""Every state with every event through the services: the table's pairs work, all others change nothing (SPEC §2.3)."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from admin.actor import CLOCK
from db.refusal import Code, Refused
from sales.models import Deal, PaymentPlan, Receipt, Room, RoomState, RoomStateLog
from sales.services.approvals import approve, request
from sales.services.booking import book, cancel_booking
from sales.services.contracts import complete, register, reopen, sign, void_contract
from sales.services.desk import Desk
from sales.services.exchange import Wanted, exchange
from sales.services.holds import end, expire, extend, of_room, release
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.receive import receive, reverse
from sales.services.refund import Leaving, lapse, refund
from sales.services.rename import NewBuyer, rename
from sales.services.reserve import reserve
from sales.services.rooms import put_on_sale, return_to_sale, take_off_sale, withdraw
from sales.services.subscribe import subscribe
from sales.states.approval import ApprovalKind
from sales.states.room import ROOM, RoomEvent
from tests.sales.services.office import Office

ROOM_CODE = "020201"
MONEY = Payment(2_000_000)


class Stage:
    """One room of fixture T, brought into any state, and everything that may be tried on it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.room = office.rooms[ROOM_CODE]
        self.customer = office.customers["C8"]
        self.other = office.rooms["020301"]

    async def offer(self, customer: int | None = None, money: Payment | None = MONEY) -> Offer:
        plan = await self.office.one(PaymentPlan, PaymentPlan.code == "lump")
        return Offer((Buyer(customer or self.customer),), PriceTerms(plan.id), Deposit(money))

    async def deal(self) -> int:
        """The room's live deal, or any that ended or belongs to it in no way: to be refused."""
        found = await self.office.all(Deal, Deal.room_id == self.room)
        return found[-1].id if found else self.office.deals["D7"]

    async def bring(self, state: RoomState) -> None:
        does, room, customer = self.office.does, self.room, self.customer
        match state:
            case RoomState.NOT_RELEASED:
                await does("boss", take_off_sale, room)
            case RoomState.NOT_FOR_SALE:
                await does("boss", withdraw, room, "自留")
            case RoomState.RESERVED:
                await does("li", reserve, room, customer)
            case RoomState.BOOKED:
                await does("li", book, room, customer, MONEY)
            case RoomState.SUBSCRIBED | RoomState.CONTRACTED | RoomState.SOLD:
                await does("li", subscribe, room, await self.offer())
                if state is not RoomState.SUBSCRIBED:
                    await does("li", sign, await self.deal())
                if state is RoomState.SOLD:
                    await does("li", register, await self.deal())
                    await does("cash", receive, customer, Payment(87_000_000), "楼款", await self.deal())
                    await does("li", complete, await self.deal())
            case RoomState.AVAILABLE:
                pass

    async def approval(self, kind: ApprovalKind, deal: int) -> int:
        asked = await self.office.does("li", request, kind, ("deal", deal), "申请")
        await self.office.does("boss", approve, asked.id)
        return asked.id

    async def attempt(self, event: RoomEvent) -> Callable[[], Awaitable[object]]:
        """The service that lets `event` happen, with all its other guards satisfied."""
        does, room, deal = self.office.does, self.room, await self.deal()
        match event:
            case RoomEvent.RELEASE:
                return lambda: does("boss", put_on_sale, room)
            case RoomEvent.UNRELEASE:
                return lambda: does("boss", take_off_sale, room)
            case RoomEvent.WITHDRAW:
                return lambda: does("boss", withdraw, room, "自留")
            case RoomEvent.RETURN_TO_SALE:
                return lambda: does("boss", return_to_sale, room)
            case RoomEvent.RESERVE:
                return lambda: does("li", reserve, room, self.customer)
            case RoomEvent.EXTEND:
                return lambda: does("boss", extend, room)
            case RoomEvent.RELEASE_HOLD:
                return lambda: does("boss", release, room)
            case RoomEvent.EXPIRE:
                return lambda: does("boss", expire_room, room)
            case RoomEvent.BOOK | RoomEvent.HOLD_TO_BOOK:
                return lambda: does("li", book, room, self.customer, MONEY)
            case RoomEvent.CANCEL_BOOKING:
                return lambda: does("boss", cancel_booking, room, "资金")
            case RoomEvent.SUBSCRIBE:
                offer = await self.offer()
                return lambda: does("li", subscribe, room, offer)
            case RoomEvent.SIGN:
                return lambda: does("boss", sign, deal)
            case RoomEvent.COMPLETE:
                return lambda: does("boss", complete, deal)
            case RoomEvent.REFUND:
                leaving = Leaving("其他", await self.approval(ApprovalKind.REFUND, deal), "撤1")
                return lambda: does("boss", refund, deal, leaving)
            case RoomEvent.EXCHANGE_OUT:
                leaving = Leaving("总价", await self.approval(ApprovalKind.EXCHANGE, deal), "撤1")
                wanted = Wanted(self.other, await self.offer(money=None))
                return lambda: does("boss", exchange, deal, wanted, leaving)
            case RoomEvent.SUB_LAPSE:
                self.office.now += timedelta(days=30)
                return lambda: does("boss", lapse, deal)
            case RoomEvent.VOID_CONTRACT:
                void = await self.approval(ApprovalKind.VOID, deal)
                return lambda: does("boss", void_contract, deal, "写错", void)
            case RoomEvent.REOPEN:
                return lambda: does("boss", reopen, deal)
            case RoomEvent.RENAME:
                name = await self.approval(ApprovalKind.RENAME, deal)
                return lambda: does("boss", rename, deal, NewBuyer(self.office.customers["C6"]), name)


def expire_room(desk: Desk, room: int) -> None:
    """The clock looks for holds that are due; here it is asked about one room."""
    hold, now = of_room(desk, room, RoomEvent.EXPIRE)
    end(desk, hold, now, RoomEvent.EXPIRE)


# what one service does in two states (a reservation is booked by T10), and what is no transition (T16b, T19)
SAME_SERVICE = {(RoomState.RESERVED, RoomEvent.BOOK), (RoomState.AVAILABLE, RoomEvent.HOLD_TO_BOOK)}
BY_THEMSELVES = {(RoomState.SOLD, RoomEvent.REOPEN), (RoomState.SOLD, RoomEvent.EXCHANGE_OUT)}


@pytest.mark.slow
@pytest.mark.parametrize("state", list(RoomState), ids=lambda state: state.value)
async def test_every_event_that_the_table_does_not_know(office: Office, state: RoomState) -> None:
    stage = Stage(office)
    await stage.bring(state)
    for event in RoomEvent:
        if event in ROOM.events(state) or (state, event) in SAME_SERVICE | BY_THEMSELVES:
            continue
        act = await stage.attempt(event)
        before = await office.everything()
        with pytest.raises(Refused) as raised:
            await act()
        assert raised.value.code is Code.STATE, (state, event, raised.value)
        assert await office.everything() == before, (state, event)
    assert (await office.get(Room, stage.room)).state is state


PAIRS = [(state, event) for state in RoomState for event in ROOM.events(state)]


@pytest.mark.parametrize(("state", "event"), PAIRS, ids=lambda each: each.value)
async def test_every_event_that_the_table_knows(office: Office, state: RoomState, event: RoomEvent) -> None:
    stage = Stage(office)
    await stage.bring(state)
    if (state, event) == (RoomState.CONTRACTED, RoomEvent.COMPLETE):
        await office.does("li", register, await stage.deal())
        await office.does("cash", receive, stage.customer, Payment(87_000_000), "楼款", await stage.deal())
    if event is RoomEvent.REOPEN:
        receipts = await paid_last(office, await stage.deal())
        await office.does("finance", reverse, receipts, "退票")
    else:
        await (await stage.attempt(event))()
    (*_, log) = await office.all(RoomStateLog, RoomStateLog.room_id == stage.room)
    row = ROOM.row(state, event)
    assert row is not None
    assert (log.event, log.from_state) == (event.value, state)
    room = await office.get(Room, stage.room)
    assert room.state is log.to_state
    assert room.state in (row.to or (state,))
    await office.chain_holds()


async def paid_last(office: Office, deal: int) -> int:
    return (await office.all(Receipt, Receipt.deal_id == deal))[-1].id


async def test_the_clock_lets_go_what_is_due(office: Office) -> None:
    office.people["clock"] = CLOCK
    stage = Stage(office)
    await stage.bring(RoomState.RESERVED)
    office.later(days=3)
    assert stage.room in await office.does("clock", expire)
