"""The keys of the first two buildings 交付: what is collected for others, then the handover."""

from datetime import date, time

from sales.models import Deal, Room
from sales.money.fee import FeeType
from sales.money.taxes import Bought, deed_tax, maintenance_fund
from sales.sample.payer import Payer
from sales.services import receivables, rooms
from sales.services.allocations import lines_of
from sales.states.deal import LIVE, DealState

HANDOVER = date(2024, 1, 15)
ROUNDS = (date(2024, 1, 2), HANDOVER, date(2024, 2, 20), date(2024, 3, 15))
FUND_FEN = 10_500  # fen per m²
HANDED_OVER = ("01", "02")
PAYING = 0.55  # of the contracts


class Keys:
    def __init__(self, payer: Payer) -> None:
        self.payer, self.market, self.stage = payer, payer.market, payer.market.stage

    def expect(self) -> None:
        for story in ROUNDS:
            self.stage.agenda.put(story, self.hand_over, time(9, 15))

    def hand_over(self) -> None:
        """First what is collected for others, then the keys of what is sold in the first two buildings."""
        garden, today = self.market.development.garden.id, self.stage.agenda.today
        due = self.stage.agenda.days.real(max(HANDOVER, today))
        for deal in (
            self.stage.session.query(Deal).filter(Deal.project_id == garden, Deal.state.in_(LIVE)).order_by(Deal.id)
        ):
            room = self.stage.session.get_one(Room, deal.room_id)
            if room.room_code[:2] not in HANDED_OVER or deal.sign_date is None:
                continue
            desk = self.stage.desk(self.market.staff.teller(deal.id))
            fees = {line.fee_type for line in lines_of(desk, deal)}
            if FeeType.DEED_TAX.value not in fees and self.stage.chance.of(f"taxes {deal.id}").random() < PAYING:
                self._collect(deal, room, due)
            if today >= HANDOVER and deal.state is DealState.SOLD and room.owner_customer_id is None:
                rooms.hand_over(self.stage.desk(self.market.staff.of(deal.seller_id)), deal.id)

    def _collect(self, deal: Deal, room: Room, due: date) -> None:
        desk = self.stage.desk(self.market.staff.teller(deal.id))
        tax = deed_tax(Bought(deal.deal_fen, room.built_x100), desk.today)
        receivables.charge(desk, deal.id, FeeType.DEED_TAX, tax, due)
        fund = maintenance_fund(room.built_x100, FUND_FEN)
        receivables.charge(desk, deal.id, FeeType.MAINTENANCE_FUND, fund, due)
        self.payer.expect_fees(deal.id)
