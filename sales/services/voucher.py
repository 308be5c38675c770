"""The receipt voucher 收款收据 (R32): what is printed for who has paid, or was paid back."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from db.words import Words
from sales import codes
from sales.models import Customer, Deal, Hold, Receipt, Room
from sales.money import amount
from sales.money.capitals import capitals
from sales.services import receipts
from sales.services.desk import Desk
from sales.services.fetch import fetch
from sales.states.receipt import ReceiptKind, ReceiptState

# what money is for before there is a deal; the other fees are those of the code table
FEES = {
    receipts.REFUND_FEE: "refund",
    receipts.SINCERITY: "sincerity money",
    receipts.HOLD_MONEY: "hold money",
    receipts.BOOKING_MONEY: "booking money",
}
TITLES = {
    ReceiptKind.RECEIPT: Words("收款收据", "Receipt"),
    ReceiptKind.REFUND: Words("退款收据", "Refund voucher"),
}
# whose money it is, and who took or gave it
PARTIES = {
    ReceiptKind.RECEIPT: (Words("交款人", "Payer"), Words("收款人", "Cashier")),
    ReceiptKind.REFUND: (Words("收款人", "Paid to"), Words("付款人", "Cashier")),
}
CASHIER = "出纳"  # of a row that does not say who it was
AGAIN = Words("补打", "reprint")
REVERSED = Words("已冲销", "reversed")
REVERSAL = Words("冲销", "reversal")


class Copy(StrEnum):
    """三联: each voucher is printed three times."""

    STUB = "存根"
    CUSTOMER = "客户"
    BOOKS = "记账"


COPIES = {
    Copy.STUB: Words("存根联", "stub"),
    Copy.CUSTOMER: Words("客户联", "customer's copy"),
    Copy.BOOKS: Words("记账联", "bookkeeping copy"),
}


@dataclass(frozen=True)
class Voucher:
    """fen: what was paid, or paid back, never below nought. fee, method: in both languages. marks: 补打, 已冲销 …"""

    no: str
    date: date
    payer: str
    room: str
    fee: Words
    fen: int
    method: Words
    cashier: str
    kind: ReceiptKind = ReceiptKind.RECEIPT
    marks: tuple[Words, ...] = ()

    @property
    def capital(self) -> str:
        """The amount in capital characters (SPEC §2.5.6)."""
        return capitals(self.fen)

    def lines(self, copy: Copy) -> tuple[Words, ...]:
        """The text of one copy, line by line; a line about nothing (no room yet) is left out."""
        of = COPIES[copy]
        marks = Words("".join(f"（{mark.zh}）" for mark in self.marks), "".join(f" ({mark.en})" for mark in self.marks))
        money = amount.yuan(self.fen)
        title, (to, by) = TITLES[self.kind], PARTIES[self.kind]
        told = (
            Words(f"{title.zh}{marks.zh} {of.zh}", f"{title.en}{marks.en}, {of.en}"),
            Words(f"收据号：{self.no}", f"No.: {self.no}"),
            Words(f"日期：{self.date.isoformat()}", f"Date: {self.date.isoformat()}"),
            Words(f"{to.zh}：{self.payer}", f"{to.en}: {self.payer}"),
            Words(f"房号：{self.room}", f"Room: {self.room}") if self.room else None,
            Words(f"事由：{self.fee.zh}", f"For: {self.fee.en}"),
            Words(f"大写金额：{self.capital}", f"In words: {self.capital}"),
            Words(f"小写：¥{money}", f"Amount: CNY {money}"),
            Words(f"方式：{self.method.zh}", f"By: {self.method.en}"),
            Words(f"{by.zh}：{self.cashier}", f"{by.en}: {self.cashier}"),
        )
        return tuple(line for line in told if line is not None)


def voucher(desk: Desk, receipt: int) -> Voucher:
    """As it would be printed now. E_PERM, E_NOT_FOUND, E_STATE (a draft, or money that is only moved inside)."""
    desk.must(Right.RECEIPT, Right.PAY_OUT)
    row = fetch(desk, Receipt, receipt, lock=False)
    if row.state is ReceiptState.DRAFT or row.kind is ReceiptKind.TRANSFER:
        raise Refused(
            Code.STATE,
            f"{row.no}尚未入账或为内部转款，不开收据。",
            f"{row.no} is not posted or is only moved inside the house: there is no voucher of it.",
            no=row.no,
        )
    found = (
        (AGAIN, row.printed_count > 0),
        (REVERSED, row.state is ReceiptState.REVERSED),
        (REVERSAL, row.reverses_id),
    )
    return Voucher(
        no=row.no,
        date=row.date,
        payer=row.payer or fetch(desk, Customer, row.customer_id, lock=False).name,
        room=_room(desk, row),
        fee=_named(desk, "fee_type", row.fee_type, FEES.get(row.fee_type)),
        fen=abs(row.amount_fen),
        method=_named(desk, "method", row.method),
        cashier=row.cashier or CASHIER,
        kind=row.kind,
        marks=tuple(mark for mark, is_so in found if is_so),
    )


def print_voucher(desk: Desk, receipt: int) -> Voucher:
    """Once more on paper: from the second time on it is marked 补打. E_PERM, E_NOT_FOUND, E_STATE."""
    found = voucher(desk, receipt)
    row = fetch(desk, Receipt, receipt)
    row.printed_count += 1
    desk.note("receipt.print", "receipt", row.id, None, {"no": row.no, "printed": row.printed_count})
    return found


def _room(desk: Desk, row: Receipt) -> str:
    """The room of the deal or the hold it was paid for; "" for an advance."""
    wanted = select(Room.room_code)
    if row.deal_id is not None:
        wanted = wanted.join(Deal, Deal.room_id == Room.id).where(Deal.id == row.deal_id)
    elif row.hold_id is not None:
        wanted = wanted.join(Hold, Hold.room_id == Room.id).where(Hold.id == row.hold_id)
    else:
        return ""
    return desk.session.scalars(wanted).one()


def _named(desk: Desk, table: str, word: str, known: str | None = None) -> Words:
    items = {item.code: item.en for item in codes.items(desk.session, desk.tenant, table, active=False)}
    return Words(word, known or items.get(word, word))
