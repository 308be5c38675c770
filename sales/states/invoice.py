"""The states of an invoice 发票 (SPEC §2.4.6)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class InvoiceState(StrEnum):
    ISSUED = "issued"
    VOID = "void"
    RED = "red"


class InvoiceEvent(StrEnum):
    VOID = "void"
    CREDIT = "credit"


INVOICE = Table(
    noun=Words("发票", "invoice"),
    names={
        InvoiceState.ISSUED: Words("已开具", "issued"),
        InvoiceState.VOID: Words("作废", "void"),
        InvoiceState.RED: Words("红冲", "credited"),
    },
    verbs={
        InvoiceEvent.VOID: Words("作废", "void it"),
        InvoiceEvent.CREDIT: Words("红冲", "credit it with a red invoice"),
    },
    start=(InvoiceState.ISSUED,),
    rows=(
        Row(
            "F1", InvoiceEvent.VOID, (InvoiceState.ISSUED,), (InvoiceState.VOID,), "same month", "not counted any more"
        ),
        Row("F2", InvoiceEvent.CREDIT, (InvoiceState.ISSUED,), (InvoiceState.RED,), "later month", "negative invoice"),
    ),
)
