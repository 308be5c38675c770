"""Who acts, and what they may (SPEC §2.10). Pure."""

from dataclasses import dataclass
from enum import StrEnum

from db.refusal import Code, Refused
from sales.words import Words


class Right(StrEnum):
    """The permission codes of the sales desk."""

    ROOM_EDIT = "room.edit"
    ROOM_RELEASE = "room.release"
    ROOM_WITHDRAW = "room.withdraw"
    PRICE_EDIT = "price.edit"
    PRICE_APPROVE = "price.approve"
    RESERVE = "sale.reserve"
    MANAGER_HOLD = "sale.manager_hold"
    SUBSCRIBE = "sale.subscribe"
    CONTRACT = "sale.contract"
    CHANGE_DEAL = "sale.change"
    MANAGE = "sale.manage"
    APPROVE = "sale.approve"
    COLLECT = "sale.collect"
    RECEIPT = "fin.receipt"
    REVERSE = "fin.reverse"
    PAY_OUT = "fin.refund"
    APPROVE_REFUND = "fin.refund.approve"
    INVOICE = "fin.invoice"
    RECEIVABLE = "fin.receivable"
    MORTGAGE = "fin.mortgage"
    COMMISSION = "fin.commission"
    ACCOUNT = "fin.account"
    CUSTOMER = "customer.edit"
    CUSTOMER_OTHERS = "customer.others"
    TICKET = "ticket.handle"
    CONTENT = "content.edit"
    SETTINGS = "house.settings"


NAMES = {
    Right.ROOM_EDIT: Words("维护房间资料", "edit rooms"),
    Right.ROOM_RELEASE: Words("推盘", "release rooms for sale"),
    Right.ROOM_WITHDRAW: Words("收盘、转非售", "take rooms off the market"),
    Right.PRICE_EDIT: Words("维护价格", "edit prices"),
    Right.PRICE_APPROVE: Words("审批价格", "approve prices"),
    Right.RESERVE: Words("保留和预定房间", "reserve and book rooms"),
    Right.MANAGER_HOLD: Words("经理保留", "hold rooms for the house"),
    Right.SUBSCRIBE: Words("办理认购", "write subscriptions"),
    Right.CONTRACT: Words("办理合同", "write contracts"),
    Right.CHANGE_DEAL: Words("办理退房、换房、更名", "refund, exchange and rename"),
    Right.MANAGE: Words("管理他人的业务", "act in the place of other sellers"),
    Right.APPROVE: Words("审批业务", "approve deals"),
    Right.COLLECT: Words("随单收款", "take money with a booking or subscription"),
    Right.RECEIPT: Words("收款", "receive money"),
    Right.REVERSE: Words("冲销收款", "reverse receipts"),
    Right.PAY_OUT: Words("退款", "pay money back"),
    Right.APPROVE_REFUND: Words("审批退款", "approve refunds"),
    Right.INVOICE: Words("开发票", "write invoices"),
    Right.RECEIVABLE: Words("维护应收款", "edit receivables"),
    Right.MORTGAGE: Words("办理按揭", "handle mortgages"),
    Right.COMMISSION: Words("结算佣金", "settle commissions"),
    Right.ACCOUNT: Words("维护收款账户", "edit accounts"),
    Right.CUSTOMER: Words("维护客户资料", "edit customers"),
    Right.CUSTOMER_OTHERS: Words("维护他人的客户", "edit the customers of others"),
    Right.TICKET: Words("处理工单", "handle tickets"),
    Right.CONTENT: Words("编辑来电资料", "edit what callers hear"),
    Right.SETTINGS: Words("维护代码和参数", "set code tables and parameters"),
}

_SELLER = {Right.RESERVE, Right.SUBSCRIBE, Right.COLLECT, Right.CHANGE_DEAL, Right.CONTRACT, Right.CUSTOMER}
_FINANCE = {
    Right.RECEIPT, Right.REVERSE, Right.PAY_OUT, Right.INVOICE, Right.RECEIVABLE, Right.MORTGAGE, Right.COMMISSION,
    Right.APPROVE_REFUND, Right.ACCOUNT,
}  # fmt: skip

# the roles that are shipped; the rights of what else the house does come with those parts
ROLES: dict[str, frozenset[Right]] = {
    "admin": frozenset(Right),
    "leader": frozenset(
        {Right.APPROVE, Right.APPROVE_REFUND, Right.PRICE_APPROVE, Right.MANAGE, Right.CUSTOMER_OTHERS}
    ),
    "manager": frozenset(
        {*_SELLER, Right.ROOM_EDIT, Right.ROOM_RELEASE, Right.ROOM_WITHDRAW, Right.PRICE_EDIT, Right.PRICE_APPROVE,
         Right.MANAGER_HOLD, Right.MANAGE, Right.APPROVE, Right.APPROVE_REFUND, Right.CUSTOMER_OTHERS, Right.TICKET,
         Right.CONTENT}
    ),
    "seller": frozenset(_SELLER),
    "finance": frozenset(_FINANCE),
    "cashier": frozenset({Right.RECEIPT, Right.PAY_OUT}),
    "agent": frozenset({Right.CUSTOMER, Right.TICKET}),
    "supervisor": frozenset({Right.CUSTOMER, Right.CUSTOMER_OTHERS, Right.TICKET}),
    "service": frozenset({Right.TICKET}),
    "tenant_admin": frozenset(Right),
    "auditor": frozenset(),
}  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """name: as it stands in logs. seller, group: the salesperson's and the group's id, if it is one. role: of ROLES."""

    name: str
    rights: frozenset[Right] = frozenset()
    role: str = ""
    seller: int | None = None
    group: int | None = None

    @classmethod
    def of(cls, name: str, role: str, seller: int | None = None, group: int | None = None) -> "Actor":
        """Somebody with the rights of a shipped role. KeyError for an unknown one."""
        return cls(name, ROLES[role], role, seller, group)

    def may(self, right: Right) -> bool:
        return right in self.rights

    def must(self, *rights: Right) -> None:
        """E_PERM unless one of these rights is held."""
        if not self.rights.intersection(rights):
            wanted = NAMES[rights[0]]
            raise Refused(
                Code.PERM,
                f"{self.name}没有“{wanted.zh}”的权限。",
                f"{self.name} is not permitted to {wanted.en}.",
                right=rights[0].value,
            )


# what the clock does on its own: expiry, prices that take effect, alerts
CLOCK = Actor("clock", frozenset(Right), "clock")
