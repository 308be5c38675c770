"""A house that is lived in: who acts, in what rooms, and what is looked at after every act."""

import asyncio
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine

from admin.actor import CLOCK
from db.refusal import Refused
from db.work import Database
from sales import invariants
from sales.models import Deal, Hold, PaymentPlan, Room
from sales.services.approvals import approve, request
from sales.services.desk import Desk
from sales.services.offer import Buyer, Deposit, Offer, PriceTerms
from sales.services.payment import Payment
from sales.services.receipts import Purse, lying
from sales.states.approval import ApprovalKind
from sales.states.room import RoomState
from tests.sales.lives.durations import negative
from tests.sales.lives.ground import Ground
from tests.sales.services.office import open_office

P = ParamSpec("P")
T = TypeVar("T")

ROOMS = ("020201", "020301", "020102", "020101", "020202", "020302", "010202", "010301", "010201")
PEOPLE = ("C8", "C6", "C5", "C3", "C4", "C9", "C10", "C11")  # C11 has no id number
PLANS = ("lump", "instalment", "mortgage")
BUILDINGS = ("01", "02")
SELLERS = ("li", "wang", "boss")

place = st.integers(0, 63)
person = st.integers(0, len(PEOPLE) - 1)
seller = st.sampled_from(SELLERS)
yes = st.booleans()
money = st.sampled_from((None, 1, 500_000, 1_000_000, 2_000_000, 5_000_000, 100_000_000))


class World(RuleBasedStateMachine):
    """One house from the state of fixture T on. `done` and `denied` count acts by name, over all lives of a test."""

    def __init__(self, ground: Ground, done: Counter[str], denied: Counter[str]) -> None:
        super().__init__()
        self._ground, self._done, self._denied = ground, done, denied
        self._runner = asyncio.Runner()
        self._run(self._begin())

    async def _begin(self) -> None:
        self._url = await self._ground.fresh()
        self._at = datetime(2024, 3, 31, 4, tzinfo=UTC)
        self._db = Database.open(self._url, lambda: self._at)
        self.office = await open_office(self._db)
        self.office.people["clock"] = CLOCK
        self._plans = {plan.code: plan.id for plan in await self.office.all(PaymentPlan)}
        await self._look()

    async def _look(self) -> None:
        self._dump = await self.office.everything()
        found = await self.office.all(Room)
        self._rooms = {room.room_code: room for room in found}

    def teardown(self) -> None:
        self._run(self._end())
        self._runner.close()

    async def _end(self) -> None:
        await self._db.close()
        await self._ground.taken_back(self._url)

    # -- acting ---------------------------------------------------------------------------------------------------

    def _run(self, work: Any) -> Any:
        return self._runner.run(work)

    def act(self, who: str, service: Callable[Concatenate[Desk, P], T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Do it; None if it was refused. Either way: what must hold, holds, and a refused act has changed nothing."""
        done: T | None = self._run(self._act(who, service, args, kwargs))
        return done

    async def _act(self, who: str, service: Any, args: Any, kwargs: Any) -> Any:
        self.office.now = self._at
        try:
            result = await self.office.does(who, service, *args, **kwargs)
        except Refused as refused:
            self._denied[f"{service.__name__} {refused.code}"] += 1
            assert await self.office.everything() == self._dump, f"{service.__name__} was refused and left traces"
            return None
        self._done[service.__name__] += 1
        await self._look()
        broken = await self._db.read(invariants.check)
        assert broken == [], f"after {service.__name__}: {broken}"
        assert await self._db.read(negative) == []
        return result

    def approved(self, kind: ApprovalKind, subject: tuple[str, int], **payload: object) -> int:
        """Asked for and given: what is done with it, is what is looked at."""
        return int(self._run(self._approved(kind, subject, payload)))

    async def _approved(self, kind: ApprovalKind, subject: tuple[str, int], payload: dict[str, object]) -> int:
        self.office.now = self._at
        asked = await self.office.does("li", request, kind, subject, "申请", None, payload)
        await self.office.does("boss", approve, asked.id)
        await self._look()
        return asked.id

    def rooms_in(self, *states: RoomState) -> list[str]:
        return [code for code in ROOMS if self._rooms[code].state in states]

    def room(self, n: int, *states: RoomState) -> int:
        """One of those in these states, and now and then any other."""
        fitting = self.rooms_in(*states)
        chosen = ([*fitting] * 6 + [*ROOMS])[n % (len(fitting) * 6 + len(ROOMS))]
        return self.office.rooms[chosen]

    def deals(self) -> list[Deal]:
        found: list[Deal] = self._run(self.office.all(Deal))
        return found

    def deal(self, n: int, *states: Any) -> Deal:
        """One in these states (of rooms and deals the names are the same), and now and then any other."""
        every = self.deals()
        fitting = [deal for deal in every if deal.state.value in {state.value for state in states}]
        weighted = [*fitting] * 8 + every
        return weighted[n * 7 % len(weighted)]

    def one_of(self, model: type[T], n: int, *where: Any) -> T | None:
        found: list[T] = self._run(self.office.all(model, *where))
        return found[-1 - n % len(found)] if found else None

    def customer(self, n: int) -> int:
        return self.office.customers[PEOPLE[n % len(PEOPLE)]]

    def lies(self, purse: Purse) -> int:
        return int(self._run(self.office.does("boss", lying, purse)))

    def offer(self, customer: int, plan: str, paid: int | None, presubscription: int | None = None) -> Offer:
        payment = None if paid is None else Payment(paid)
        return Offer((Buyer(customer),), PriceTerms(self._plans[plan]), Deposit(payment, None, presubscription))

    def held(self, n: int, c: int) -> tuple[int, int]:
        """A room that is free or held, mostly for who has it."""
        room = self.room(n, RoomState.AVAILABLE, RoomState.RESERVED)
        hold = self.one_of(Hold, 0, Hold.room_id == room, Hold.state == "active")
        whose = hold.customer_id if hold is not None and c else None
        return room, whose or self.customer(c)
