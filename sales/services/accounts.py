"""Accounts 收款账户: the cash box and the banks money arrives at (SPEC §2.5.4); their numbers are sealed."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from admin.right import Right
from db.refusal import Code, Refused
from sales.models import Account, Receipt
from sales.money import amount
from sales.services.basics import change, found, make, must_be_known, must_have
from sales.services.desk import Desk

FIELDS = ("name", "bank", "bank_no", "opening_fen", "opening_date", "active")
KINDS = ("cash", "bank", "wallet")
OPENING = ("opening_fen", "opening_date")
COLUMN = "account.bank_no"


def add_account(desk: Desk, code: str, fields: Mapping[str, Any]) -> Account:
    """Fields: `kind` (cash, bank, wallet), name, and others of `FIELDS`. E_PERM, E_VALIDATION, E_MONEY, E_DUPLICATE."""
    desk.must(Right.ACCOUNT)
    must_be_known(fields, (*FIELDS, "kind"))
    must_have({**fields, "code": code}, "code", "name", "kind")
    if fields["kind"] not in KINDS:
        raise amount.invalid(
            "账户种类须为现金、银行或钱包", "An account is cash, bank or wallet", kind=str(fields["kind"])
        )
    amount.fen(fields.get("opening_fen", 0))
    return make(desk, Account, {**_sealed(desk, fields), "code": code}, Account.code == code)


def edit_account(desk: Desk, account: int, changes: Mapping[str, Any], seen: int | None = None) -> Account:
    """Also what closes it: {"active": False}. E_PERM, E_NOT_FOUND, E_VALIDATION, E_CONFLICT, E_LOCKED (its opening
    balance, once money has arrived)."""
    desk.must(Right.ACCOUNT)
    old = found(desk, Account, account, seen)
    must_have(changes, *(name for name in ("name",) if name in changes))
    if set(changes) & set(OPENING):
        amount.fen(changes.get("opening_fen", old.opening_fen))
        if desk.session.scalar(select(Receipt.id).where(Receipt.account_id == old.id).limit(1)) is not None:
            raise Refused(
                Code.LOCKED,
                f"账户“{old.name}”已有收付，期初不能修改。",
                f"Money has come to {old.name} already: its opening balance stays.",
                account=old.code,
            )
    return change(desk, old, _sealed(desk, changes), FIELDS)


def _sealed(desk: Desk, fields: Mapping[str, Any]) -> dict[str, Any]:
    if fields.get("bank_no") is None:
        return dict(fields)
    if desk.cipher is None:
        raise ValueError("a desk without the cipher of the house cannot keep a bank number")
    return {**fields, "bank_no": desk.cipher.seal(COLUMN, fields["bank_no"])}
