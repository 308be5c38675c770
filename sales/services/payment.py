"""Money as it is handed over. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Payment:
    """amount_fen > 0; method: an item of the code table "method"; account: the id of where it goes (None: no account,
    only for a transfer inside the house); bank_no: of the payer, sealed before it is stored."""

    amount_fen: int
    method: str = "转账"
    account: int | None = None
    payer: str | None = None
    bank_no: str | None = None
