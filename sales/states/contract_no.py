"""The states of a contract number 合同编号 (SPEC §2.4.2)."""

from enum import StrEnum


class ContractNoState(StrEnum):
    UNUSED = "unused"
    IN_USE = "in_use"
    USED = "used"
    VOID = "void"
