"""Receipts 收款 and what they pay for (SPEC §2.5.2, §2.5.3)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.receipt import ReceiptKind, ReceiptState


class Receipt(Row, Base):
    """Money in (positive), money out (negative). A reversal is a row of its own, negative, naming the original.

    It belongs to a deal, a hold or a presubscription, or to none (an advance 预收款). A transfer is two rows with
    one `pair`, which sum to nothing. bank_no is sealed by `db.cipher` (column "receipt.bank_no").
    """

    __tablename__ = "receipt"
    __table_args__ = (
        UniqueConstraint("tenant_id", "no"),
        UniqueConstraint("reverses_id"),
        CheckConstraint("amount_fen <> 0", name="amount"),
        CheckConstraint("kind <> 'refund' OR amount_fen < 0 OR reverses_id IS NOT NULL", name="refund"),
        CheckConstraint("kind <> 'transfer' OR pair IS NOT NULL", name="pair"),
        Index(None, "customer_id", "date"),
        Index(None, "deal_id"),
        Index(None, "hold_id"),
        Index(None, "tenant_id", "date"),
        Index(None, "account_id", "date"),
        Index(None, "pair"),
    )

    no: Mapped[str] = mapped_column(String(32))
    kind: Mapped[ReceiptKind] = mapped_column(one_of(ReceiptKind, "kind"), default=ReceiptKind.RECEIPT)
    state: Mapped[ReceiptState] = mapped_column(one_of(ReceiptState), default=ReceiptState.POSTED)
    date: Mapped[date]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    payer: Mapped[str | None] = mapped_column(String(64))
    deal_id: Mapped[int | None] = mapped_column(ForeignKey("deal.id"))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    presubscription_id: Mapped[int | None] = mapped_column(ForeignKey("presubscription.id"))
    fee_type: Mapped[str] = mapped_column(String(16))
    method: Mapped[str] = mapped_column(String(16))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    bank_no: Mapped[str | None] = mapped_column(String(160))
    bank_hash: Mapped[str | None] = mapped_column(String(64))
    amount_fen: Mapped[int]
    pair: Mapped[str | None] = mapped_column(String(32))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("receipt.id"))
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))
    approval_id: Mapped[int | None] = mapped_column(ForeignKey("approval.id"))
    cashier: Mapped[str | None] = mapped_column(String(64))
    printed_count: Mapped[int] = mapped_column(Integer, default=0)
    note: Mapped[str | None] = mapped_column(String(255))


class Allocation(Row, Base):
    """So much of a receipt pays this receivable; negative where a reversal takes it back."""

    __tablename__ = "allocation"
    __table_args__ = (
        CheckConstraint("amount_fen <> 0", name="amount"),
        Index(None, "receipt_id"),
        Index(None, "receivable_id"),
    )

    receipt_id: Mapped[int] = mapped_column(ForeignKey("receipt.id"))
    receivable_id: Mapped[int] = mapped_column(ForeignKey("receivable.id"))
    amount_fen: Mapped[int]
