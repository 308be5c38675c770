"""The twelve roles that are shipped: what each may do, on whose rows, and what of them it does not read in full
(SPEC §2.10). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from admin.right import Right
from db.words import Words


class Scope(StrEnum):
    """Whose rows: each contains the ones before it."""

    OWN = "own"
    GROUP = "group"
    DEPARTMENT = "department"
    PROJECT = "project"
    ALL = "all"

    @staticmethod
    def widest(scopes: Iterable["Scope"]) -> "Scope":
        """The widest of them; of none, one's own."""
        order = list(Scope)
        return max(scopes, key=order.index, default=Scope.OWN)


class Field(StrEnum):
    """What can be masked (`admin.mask`) in the rows of others."""

    PHONE = "phone"
    ID_NO = "id_no"


@dataclass(frozen=True)
class Role:
    """rights, and on whose rows; masked: what of other people's customers is not read in full."""

    name: Words
    rights: frozenset[Right]
    scope: Scope = Scope.ALL
    masked: frozenset[Field] = field(default=frozenset(Field))


SCOPES = {
    Scope.OWN: Words("本人", "one's own"),
    Scope.GROUP: Words("本组", "one's group"),
    Scope.DEPARTMENT: Words("本部门", "one's department"),
    Scope.PROJECT: Words("本项目", "one's project"),
    Scope.ALL: Words("全部", "all"),
}

_SELLER = {
    Right.RESERVE, Right.SUBSCRIBE, Right.COLLECT, Right.CHANGE_DEAL, Right.CONTRACT, Right.CUSTOMER, Right.SEAT,
    Right.CALL_RECORDS,
}  # fmt: skip
_FINANCE = {
    Right.RECEIPT, Right.REVERSE, Right.PAY_OUT, Right.INVOICE, Right.RECEIVABLE, Right.MORTGAGE, Right.COMMISSION,
    Right.APPROVE_REFUND, Right.ACCOUNT,
}  # fmt: skip
_MANAGER = {
    *_SELLER, Right.ROOM_EDIT, Right.ROOM_RELEASE, Right.ROOM_WITHDRAW, Right.PRICE_EDIT, Right.PRICE_APPROVE,
    Right.MANAGER_HOLD, Right.MANAGE, Right.APPROVE, Right.APPROVE_REFUND, Right.CUSTOMER_OTHERS, Right.TICKET,
    Right.CONTENT, Right.REPORTS,
}  # fmt: skip
_LEADER = {
    Right.APPROVE, Right.APPROVE_REFUND, Right.PRICE_APPROVE, Right.MANAGE, Right.CUSTOMER_OTHERS, Right.CALL_RECORDS,
    Right.REPORTS,
}  # fmt: skip
_SUPERVISOR = {
    Right.CUSTOMER, Right.CUSTOMER_OTHERS, Right.TICKET, Right.SEAT, Right.SEAT_MANAGE, Right.MONITOR,
    Right.CALL_RECORDS, Right.RECORD_PLAY, Right.REPORTS,
}  # fmt: skip
_NOTHING: frozenset[Field] = frozenset()
_ID_NO = frozenset({Field.ID_NO})

ROLES: dict[str, Role] = {
    "admin": Role(Words("系统管理员", "administrator"), frozenset(Right), masked=_NOTHING),
    "leader": Role(Words("企业领导", "leader"), frozenset(_LEADER), masked=_NOTHING),
    "department": Role(Words("部门经理", "department manager"), frozenset(_MANAGER), Scope.DEPARTMENT, _NOTHING),
    "manager": Role(Words("销售经理", "sales manager"), frozenset(_MANAGER), Scope.PROJECT, _NOTHING),
    "seller": Role(Words("销售人员", "seller"), frozenset(_SELLER), Scope.OWN),
    "finance": Role(Words("财务", "finance"), frozenset(_FINANCE), masked=_NOTHING),
    "agent": Role(
        Words("话务员", "seat agent"),
        frozenset({Right.CUSTOMER, Right.TICKET, Right.SEAT, Right.CALL_RECORDS}),
        Scope.OWN,
    ),
    "supervisor": Role(Words("班长", "supervisor"), frozenset(_SUPERVISOR), Scope.GROUP, _ID_NO),
    "cashier": Role(Words("出纳", "cashier"), frozenset({Right.RECEIPT, Right.PAY_OUT}), masked=_ID_NO),
    "service": Role(Words("客服", "after-sales service"), frozenset({Right.TICKET}), masked=_ID_NO),
    "tenant_admin": Role(Words("租户管理员", "tenant's administrator"), frozenset(Right), masked=_NOTHING),
    "auditor": Role(Words("审计员", "auditor"), frozenset({Right.AUDIT, Right.REPORTS})),
}
