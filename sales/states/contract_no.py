"""The states of a contract number 合同编号 (SPEC §2.4.2)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class ContractNoState(StrEnum):
    UNUSED = "unused"
    IN_USE = "in_use"
    USED = "used"
    VOID = "void"


class ContractNoEvent(StrEnum):
    TAKE = "take"
    GIVE_UP = "give_up"
    SPOIL = "spoil"


CONTRACT_NO = Table(
    noun=Words("合同编号", "contract number"),
    names={
        ContractNoState.UNUSED: Words("未用", "unused"),
        ContractNoState.IN_USE: Words("已用", "in use"),
        ContractNoState.USED: Words("用过", "used"),
        ContractNoState.VOID: Words("作废", "void"),
    },
    verbs={
        ContractNoEvent.TAKE: Words("领用", "take it for a contract"),
        ContractNoEvent.GIVE_UP: Words("转为用过", "give it up"),
        ContractNoEvent.SPOIL: Words("作废", "spoil it"),
    },
    start=(ContractNoState.UNUSED,),
    rows=(
        Row("N1", ContractNoEvent.TAKE, (ContractNoState.UNUSED,), (ContractNoState.IN_USE,), "T13", "bound for good"),
        Row(
            "N2", ContractNoEvent.GIVE_UP, (ContractNoState.IN_USE,), (ContractNoState.USED,),
            "contract voided, refunded, exchanged or archived", "never used again",
        ),
        Row("N3", ContractNoEvent.SPOIL, (ContractNoState.UNUSED,), (ContractNoState.VOID,), "spoiled paper", "log"),
    ),
)  # fmt: skip
