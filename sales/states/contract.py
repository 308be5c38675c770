"""The states of a contract 合同 (SPEC §2.4.3)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class ContractState(StrEnum):
    DRAFT = "draft"
    SIGNED = "signed"
    FORMAL = "formal"
    ARCHIVED = "archived"
    VOIDED = "voided"
    CANCELLED = "cancelled"


class ContractEvent(StrEnum):
    SIGN = "sign"
    REGISTER = "register"
    ARCHIVE = "archive"
    VOID = "void"
    CANCEL = "cancel"


CONTRACT = Table(
    noun=Words("合同", "contract"),
    names={
        ContractState.DRAFT: Words("草拟", "a draft"),
        ContractState.SIGNED: Words("草签", "signed"),
        ContractState.FORMAL: Words("正签", "formally registered"),
        ContractState.ARCHIVED: Words("已归档", "archived"),
        ContractState.VOIDED: Words("作废", "voided"),
        ContractState.CANCELLED: Words("撤销备案", "cancelled"),
    },
    verbs={
        ContractEvent.SIGN: Words("签署", "sign it"),
        ContractEvent.REGISTER: Words("正签备案", "register it"),
        ContractEvent.ARCHIVE: Words("归档", "archive it"),
        ContractEvent.VOID: Words("作废", "void it"),
        ContractEvent.CANCEL: Words("撤销备案", "cancel its registration"),
    },
    start=(ContractState.DRAFT,),
    rows=(
        Row("C1", ContractEvent.SIGN, (ContractState.DRAFT,), (ContractState.SIGNED,), "T13", "number in use"),
        Row(
            "C2", ContractEvent.REGISTER, (ContractState.SIGNED,), (ContractState.FORMAL,),
            "registered with the authority", "formal date; no rename any more",
        ),
        Row(
            "C3", ContractEvent.ARCHIVE, (ContractState.FORMAL,), (ContractState.ARCHIVED,),
            "deal sold", "number used",
        ),
        Row(
            "C4", ContractEvent.VOID, (ContractState.DRAFT, ContractState.SIGNED), (ContractState.VOIDED,),
            "T15, T16, T18, T20", "number used",
        ),
        Row(
            "C5", ContractEvent.CANCEL, (ContractState.FORMAL,), (ContractState.CANCELLED,),
            "refund only; the authority's cancellation record", "number used",
        ),
    ),
)  # fmt: skip
