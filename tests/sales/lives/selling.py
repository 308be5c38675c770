"""Rooms come to the market and leave it, prices change, people come and go."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sales.models import PriceList
from sales.services import rooms
from sales.services.customers import follow_up, lose, merge, visit
from sales.services.price_lists import approve_list, reprice, submit
from sales.states.room import RoomState
from tests.sales.lives.world import BUILDINGS, ROOMS, World, person, place


class Selling(World):
    @rule(n=place, service=st.sampled_from((rooms.put_on_sale, rooms.take_off_sale, rooms.return_to_sale)))
    def market(self, n: int, service: Any) -> None:
        free = (RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE, RoomState.AVAILABLE)
        self.act("boss", service, self.room(n, *free))

    @rule(n=place)
    def withdraw(self, n: int) -> None:
        self.act("boss", rooms.withdraw, self.room(n, RoomState.AVAILABLE), "自留")

    @rule(b=st.sampled_from(BUILDINGS), rate=st.sampled_from(("0.02", "-0.01")), days=st.integers(0, 3))
    def reprice(self, b: str, rate: str, days: int) -> None:
        building = self._rooms[f"{b}0201"].building_id
        made: PriceList | None = self.act("boss", reprice, building, Decimal(rate))
        assert made is not None
        self.act("boss", submit, made.id)
        self.act("boss", approve_list, made.id, None if days == 0 else self._at + timedelta(days=days))

    @rule(c=person, what=st.sampled_from((visit, follow_up, lose)))
    def contact(self, c: int, what: Any) -> None:
        customer = self.customer(c)
        if what is visit:
            self.act("boss", visit, customer, self._rooms[ROOMS[0]].project_id)
        elif what is follow_up:
            self.act("boss", follow_up, customer, "电话", "意向")
        else:
            self.act("boss", lose, customer, "已购他盘")

    @rule(c=person, d=person)
    def merge(self, c: int, d: int) -> None:
        self.act("boss", merge, self.customer(c), self.customer(d))
