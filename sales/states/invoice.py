"""The states of an invoice 发票 (SPEC §2.4.6)."""

from enum import StrEnum


class InvoiceState(StrEnum):
    ISSUED = "issued"
    VOID = "void"
    RED = "red"
