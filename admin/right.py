"""What may be permitted: the catalogue of rights, in code (SPEC §2.1 `permission`). Pure."""

from enum import StrEnum

from db.words import Words


class Right(StrEnum):
    """The permission codes: of the sales desk, of the telephone, of the house."""

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
    SEAT = "call.seat"
    SEAT_MANAGE = "call.seat.manage"
    MONITOR = "call.monitor"
    CALL_RECORDS = "call.records"
    RECORD_PLAY = "record.play"
    FLOW = "flow.edit"
    REPORTS = "report.read"
    USERS = "admin.users"
    AUDIT = "audit.read"


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
    Right.SEAT: Words("坐席接听", "work at a seat"),
    Right.SEAT_MANAGE: Words("管理坐席和队列", "manage seats and queues"),
    Right.MONITOR: Words("监听", "listen in, whisper and step in"),
    Right.CALL_RECORDS: Words("查询通话记录", "look up calls"),
    Right.RECORD_PLAY: Words("播放录音", "play recordings"),
    Right.FLOW: Words("编辑语音流程和提示音", "edit call flows and prompts"),
    Right.REPORTS: Words("查看报表", "read reports"),
    Right.USERS: Words("管理操作员", "manage users"),
    Right.AUDIT: Words("查看操作日志", "read the audit log"),
}
