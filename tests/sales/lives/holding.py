"""Rooms are held, booked, let go, by people and by the clock."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from sales.models import Hold
from sales.services.alert_clock import tick
from sales.services.booking import book, cancel_booking
from sales.services.desk import Desk
from sales.services.holds import expire, extend, pay_back, release
from sales.services.payment import Payment
from sales.services.price_lists import take_effect
from sales.services.refund import lapse_overdue
from sales.services.reserve import Terms, reserve
from sales.states.hold import HoldKind
from sales.states.room import RoomState
from tests.sales.lives.world import World, money, person, place, seller, yes


class Holding(World):
    @rule(hours=st.sampled_from((1, 5, 23, 24, 71, 72, 73, 24 * 8, 24 * 31)))
    def wait(self, hours: int) -> None:
        self._at += timedelta(hours=hours)

    @rule(hours=st.sampled_from((1, 26, 24 * 9)))
    def jump_back(self, hours: int) -> None:
        self._at -= timedelta(hours=hours)

    @rule()
    def clock(self) -> None:
        """A hold that the clock has let go is not let go again."""
        assert self.act("clock", night) is not None
        assert self.act("clock", expire) == []

    @rule(n=place, c=person, who=seller, paid=money)
    def reserve(self, n: int, c: int, who: str, paid: int | None) -> None:
        terms = Terms(money=None if paid is None else Payment(paid))
        self.act(who, reserve, self.room(n, RoomState.AVAILABLE), self.customer(c), terms)

    @rule(n=place, c=person, who=seller, named=yes)
    def reserve_for_the_house(self, n: int, c: int, who: str, named: bool) -> None:
        customer = self.customer(c) if named else None
        self.act(who, reserve, self.room(n, RoomState.AVAILABLE), customer, Terms(HoldKind.MANAGER))

    @rule(n=place, who=seller)
    def extend(self, n: int, who: str) -> None:
        self.act(who, extend, self.room(n, RoomState.RESERVED, RoomState.BOOKED))

    @rule(n=place, who=seller, keep=yes)
    def release(self, n: int, who: str, keep: bool) -> None:
        self.act(who, release, self.room(n, RoomState.RESERVED), "不买了", keep)

    @rule(n=place, c=person, who=seller, paid=money)
    def book(self, n: int, c: int, who: str, paid: int | None) -> None:
        self.act(who, book, *self.held(n, c), None if paid is None else Payment(paid))

    @rule(n=place, who=seller, keep=yes)
    def cancel_booking(self, n: int, who: str, keep: bool) -> None:
        self.act(who, cancel_booking, self.room(n, RoomState.BOOKED), "资金", None, keep)

    @rule(n=st.integers(0, 3), part=st.sampled_from((1, 2)))
    def pay_back(self, n: int, part: int) -> None:
        hold = self.one_of(Hold, n, Hold.money_fen > 0)
        if hold is not None:
            self.act("cash", pay_back, hold.id, Payment(max(hold.money_fen // part, 1)))


def night(desk: Desk) -> list[int]:
    """All that the clock does."""
    freed = expire(desk)
    lapse_overdue(desk)
    take_effect(desk)
    tick(desk)
    return freed
