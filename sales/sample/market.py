"""The sales office: customers register, come, hold rooms, let them go, and choose what they buy."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from functools import partial
from typing import NamedTuple

from sqlalchemy import select

from sales.models import Building, Customer, Hold, Layout, Room
from sales.sample.chance import draw, some
from sales.sample.development import Development
from sales.sample.names import LOST
from sales.sample.portrait import Portrait
from sales.sample.staff import Staff
from sales.sample.stage import Stage
from sales.sample.terms import TermsOfSale
from sales.services import appointments, customers, holds
from sales.services.appointments import Wish
from sales.services.payment import Payment
from sales.services.reserve import Terms, reserve
from sales.states.hold import HoldKind, HoldState
from sales.states.room import RoomState

FIRST_SOLD = "010201"  # the first buyer of all chooses it: whoever asks for it by telephone hears that it is sold
SHOWN = "020201"  # the show flat of the released part is sold last: whoever asks for it hears its price
HOLD_FEN = 500_000
# how people like the buildings: the first ones are nearly finished, the second project is for shops and offices
LIKED = {"01": 2.2, "02": 2.2, "03": 1.5, "04": 1.5, "05": 1.6, "06": 1.5, "07": 1.6}
CENTRE_LIKED = 0.6
KEPT_IN = ("03", "04", "05", "06")
VIEWING, APPOINTED = 0.18, 0.35


class Flat(NamedTuple):
    id: int
    code: str
    project: int
    building: str
    layout: str
    floor: int
    asked_fen: int


@dataclass
class Market:
    """people: by their numbers, customers: their ids by the same."""

    stage: Stage
    staff: Staff
    development: Development
    terms: TermsOfSale
    people: dict[int, Portrait] = field(default_factory=dict)
    customers: dict[int, int] = field(default_factory=dict)

    def expect(self, people: Sequence[Portrait]) -> None:
        """They register on their days and come when they come."""
        for portrait in people:
            self.people[portrait.number] = portrait
            stream = self.stage.chance.of(f"way {portrait.number}")
            seller = self.staff.seller(stream).id
            self.stage.agenda.put(portrait.registered, partial(self._register, portrait, seller), time(9, 30))
            self._visits(portrait, stream)

    def actor_of(self, customer: int) -> int:
        """The seller of a customer."""
        owner = self.stage.fresh(Customer, customer).seller_id
        assert owner is not None
        return owner

    def choose(self, portrait: Portrait, entity: str) -> Flat:
        """A room that is for sale: a building as people like it, and in it what fits wish and budget best."""
        stream = self.stage.chance.of(f"choice {entity}")
        flats = self._for_sale()
        if first := next((flat for flat in flats if flat.code == FIRST_SOLD and entity == "1"), None):
            return first
        within = [flat for flat in flats if flat.asked_fen <= portrait.budget_fen * 1.05]
        fitting = [flat for flat in within if flat.layout == portrait.layout] or within or flats
        houses = {(flat.project, flat.building): self._liked(flat) for flat in fitting}
        house = draw(stream, houses)
        wanted = stream.randint(2, 28)
        there = [flat for flat in fitting if (flat.project, flat.building) == house]
        return min(there, key=lambda flat: (abs(flat.floor - wanted) + 4 * stream.random(), flat.id))

    def hold(self, portrait: Portrait, room: int, money: bool) -> int:
        customer = self.customers[portrait.number]
        payment = Payment(HOLD_FEN, "微信", self.terms.accounts.bank, portrait.person.name) if money else None
        return reserve(self.stage.desk(self.staff.of(self.actor_of(customer))), room, customer, Terms(money=payment))

    def let_go(self, hold: int) -> None:
        """The hold has ended by itself or by its seller; what was paid for it goes back."""
        found = self.stage.fresh(Hold, hold)
        if found.state in (HoldState.RELEASED, HoldState.EXPIRED) and found.money_fen:
            back = Payment(found.money_fen, "转账", self.terms.accounts.bank)
            holds.pay_back(self.stage.desk(self.staff.cashier), hold, back)

    def keep_for_the_house(self, count: int) -> None:
        """Rooms the manager holds, with no end (经理保留), in the buildings that sell now."""
        stream = self.stage.chance.of("kept")
        for flat in some(stream, [flat for flat in self._for_sale() if flat.building in KEPT_IN], count):
            reserve(self.stage.desk(self.staff.chief), flat.id, None, Terms(HoldKind.MANAGER, note="经理保留"))

    def look_on(self, portrait: Portrait) -> None:
        """Somebody who does not buy: a hold at some visit, that ends; and in the end they are lost, or not."""
        stream = self.stage.chance.of(f"looker {portrait.number}")
        for day in portrait.visits:
            if stream.random() < VIEWING:
                self.stage.agenda.put(day, partial(self._try, portrait, stream.random()), time(15, 40))
        if portrait.visits and stream.random() < 0.35:
            gone = portrait.visits[-1] + timedelta(days=stream.randint(30, 120))
            self.stage.agenda.put(gone, partial(self._lose, portrait, stream.choice(LOST)), time(17))
        elif stream.random() < 0.5:
            self.stage.agenda.put(
                portrait.registered + timedelta(days=stream.randint(3, 20)), partial(self._talk, portrait), time(16, 30)
            )

    # -- acts --------------------------------------------------------------------------------------------------------

    def _register(self, portrait: Portrait, seller: int) -> None:
        made = customers.register(self.stage.desk(self.staff.of(seller)), portrait.person, seller)
        self.customers[portrait.number] = made.customer.id

    def _visits(self, portrait: Portrait, stream: random.Random) -> None:
        agenda = self.stage.agenda
        for place, day in enumerate(portrait.visits):
            clock = time(stream.randint(10, 14), stream.choice((0, 10, 20, 30, 40, 50)))
            if place == 0 and day > portrait.registered and stream.random() < 2 * APPOINTED:
                agenda.put(portrait.registered, partial(self._appoint, portrait, (day, stream.random())), time(11))
            else:
                agenda.put(day, partial(self._visit, portrait), clock)

    def _visit(self, portrait: Portrait) -> None:
        customer = self.customers[portrait.number]
        desk = self.stage.desk(self.staff.of(self.actor_of(customer)))
        customers.visit(desk, customer, self.development.garden.id, 1 + portrait.number % 3)

    def _appoint(self, portrait: Portrait, when: tuple[date, float]) -> None:
        """By telephone; most keep it, some come on another day."""
        day, luck = when
        customer = self.customers[portrait.number]
        actor = self.staff.of(self.actor_of(customer))
        wish = Wish(
            self.development.garden.id, self.stage.agenda.days.real(day), "afternoon", customer,
            via="IVR" if portrait.number % 2 else "座席", budget_fen=portrait.budget_fen,
        )  # fmt: skip
        made = appointments.make(self.stage.desk(actor), wish)

        def kept() -> None:
            appointments.came(self.stage.desk(actor), made.id)

        def failed() -> None:
            appointments.missed(self.stage.desk(actor), made.id)
            self._visit(portrait)

        if luck < 0.85:
            self.stage.agenda.put(day, kept, time(14, 30))
        else:
            self.stage.agenda.put(day + timedelta(days=1), failed, time(10, 40))

    def _try(self, portrait: Portrait, luck: float) -> None:
        """A hold of somebody who will not buy: it expires, is released, or is extended once and then expires."""
        customer = self.customers[portrait.number]
        flat = self.choose(portrait, f"look {portrait.number} {self.stage.agenda.today}")
        hold = self.hold(portrait, flat.id, money=luck < 0.3)
        actor = self.staff.of(self.actor_of(customer))

        def release() -> None:
            holds.release(self.stage.desk(actor), flat.id, "客户放弃")

        def extend() -> None:
            holds.extend(self.stage.desk(actor), flat.id)

        if luck < 0.2 or luck > 0.8:
            self.stage.agenda.after(2, release)
        elif luck > 0.7:
            self.stage.agenda.after(2, extend)
        self.stage.agenda.after(9, partial(self.let_go, hold))

    def _talk(self, portrait: Portrait) -> None:
        customer = self.customers[portrait.number]
        desk = self.stage.desk(self.staff.of(self.actor_of(customer)))
        again = None if portrait.number % 3 else desk.today + timedelta(days=14)
        customers.follow_up(desk, customer, "电话", "电话回访，介绍在售房源", "有意向", again)

    def _lose(self, portrait: Portrait, reason: str) -> None:
        customer = self.customers[portrait.number]
        customers.lose(self.stage.desk(self.staff.of(self.actor_of(customer))), customer, reason)

    def _for_sale(self) -> list[Flat]:
        rows = self.stage.session.execute(
            select(Room.id, Room.room_code, Room.project_id, Building.code, Layout.code, Room.floor, Room.asked_fen)
            .join(Building, Building.id == Room.building_id)
            .join(Layout, Layout.id == Room.layout_id)
            .where(Room.state == RoomState.AVAILABLE)
            .order_by(Room.id)
        )
        garden = self.development.garden.id
        return [flat for flat in (Flat(*row) for row in rows) if (flat.project, flat.code) != (garden, SHOWN)]

    def _liked(self, flat: Flat) -> float:
        return LIKED[flat.building] if flat.project == self.development.garden.id else CENTRE_LIKED
