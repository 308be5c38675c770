"""The states of a room 房态 (SPEC §2.3)."""

from enum import StrEnum

from db.table import Remark, Row, Table
from db.words import Words


class RoomState(StrEnum):
    NOT_RELEASED = "not_released"
    NOT_FOR_SALE = "not_for_sale"
    AVAILABLE = "available"
    RESERVED = "reserved"
    BOOKED = "booked"
    SUBSCRIBED = "subscribed"
    CONTRACTED = "contracted"
    SOLD = "sold"


class RoomEvent(StrEnum):
    RELEASE = "release"
    UNRELEASE = "unrelease"
    WITHDRAW = "withdraw"
    RETURN_TO_SALE = "return_to_sale"
    RESERVE = "reserve"
    EXTEND = "extend"
    RELEASE_HOLD = "release_hold"
    EXPIRE = "expire"
    BOOK = "book"
    HOLD_TO_BOOK = "hold_to_book"
    CANCEL_BOOKING = "cancel_booking"
    SUBSCRIBE = "subscribe"
    SIGN = "sign"
    COMPLETE = "complete"
    REFUND = "refund"
    EXCHANGE_OUT = "exchange_out"
    SUB_LAPSE = "sub_lapse"
    VOID_CONTRACT = "void_contract"
    REOPEN = "reopen"
    RENAME = "rename"


_NOT_RELEASED, _NOT_FOR_SALE, _AVAILABLE = RoomState.NOT_RELEASED, RoomState.NOT_FOR_SALE, RoomState.AVAILABLE
_RESERVED, _BOOKED = RoomState.RESERVED, RoomState.BOOKED
_SUBSCRIBED, _CONTRACTED, _SOLD = RoomState.SUBSCRIBED, RoomState.CONTRACTED, RoomState.SOLD

ROOM = Table(
    noun=Words("房间", "room"),
    names={
        RoomState.NOT_RELEASED: Words("未推盘", "not released"),
        RoomState.NOT_FOR_SALE: Words("非售", "not for sale"),
        RoomState.AVAILABLE: Words("待售", "available"),
        RoomState.RESERVED: Words("保留", "reserved"),
        RoomState.BOOKED: Words("预定", "booked"),
        RoomState.SUBSCRIBED: Words("认购", "subscribed"),
        RoomState.CONTRACTED: Words("签约", "contracted"),
        RoomState.SOLD: Words("已售", "sold"),
    },
    verbs={
        RoomEvent.RELEASE: Words("推盘", "release it for sale"),
        RoomEvent.UNRELEASE: Words("收盘", "take back its release"),
        RoomEvent.WITHDRAW: Words("转非售", "withdraw it from sale"),
        RoomEvent.RETURN_TO_SALE: Words("恢复销售", "return it to sale"),
        RoomEvent.RESERVE: Words("保留", "reserve it"),
        RoomEvent.EXTEND: Words("延期", "extend its hold"),
        RoomEvent.RELEASE_HOLD: Words("取消保留", "release its hold"),
        RoomEvent.EXPIRE: Words("到期释放", "let its hold expire"),
        RoomEvent.BOOK: Words("预定", "book it"),
        RoomEvent.HOLD_TO_BOOK: Words("保留转预定", "turn its hold into a booking"),
        RoomEvent.CANCEL_BOOKING: Words("退订", "cancel its booking"),
        RoomEvent.SUBSCRIBE: Words("认购", "subscribe it"),
        RoomEvent.SIGN: Words("签约", "sign its contract"),
        RoomEvent.COMPLETE: Words("结清", "complete its sale"),
        RoomEvent.REFUND: Words("退房", "refund it"),
        RoomEvent.EXCHANGE_OUT: Words("换房", "exchange it for another"),
        RoomEvent.SUB_LAPSE: Words("认购逾期作废", "let its subscription lapse"),
        RoomEvent.VOID_CONTRACT: Words("撤销签约", "void its contract"),
        RoomEvent.REOPEN: Words("撤销结清", "reopen its sale"),
        RoomEvent.RENAME: Words("更名", "rename its buyer"),
    },
    start=(_NOT_RELEASED,),
    rows=(
        Row(
            "T1", RoomEvent.RELEASE, (_NOT_RELEASED,), (_AVAILABLE,),
            "effective price item; permit covers room; `room.release`", "log",
        ),
        Row("T2", RoomEvent.UNRELEASE, (_AVAILABLE,), (_NOT_RELEASED,), "manager", "log"),
        Row("T3", RoomEvent.WITHDRAW, (_AVAILABLE, _NOT_RELEASED), (_NOT_FOR_SALE,), "manager, reason", "log"),
        Row(
            "T4", RoomEvent.RETURN_TO_SALE, (_NOT_FOR_SALE,), (_AVAILABLE, _NOT_RELEASED),
            "manager; to available the guard of T1 holds", "log",
        ),
        Row(
            "T5", RoomEvent.RESERVE, (_AVAILABLE,), (_RESERVED,),
            "seller assigned; customer holds < limit; kind customer needs customer; "
            "kind manager needs `sale.manager_hold`",
            "hold row, expiry = now + hold_days (manager: optional), reminders",
        ),
        Row("T6", RoomEvent.EXTEND, (_RESERVED, _BOOKED), (), "extensions < max or manager", "expiry moved, log"),
        Row(
            "T7", RoomEvent.RELEASE_HOLD, (_RESERVED,), (_AVAILABLE,),
            "owner seller or manager", "hold released; hold money → refund payable or kept by rule",
        ),
        Row(
            "T8", RoomEvent.EXPIRE, (_RESERVED, _BOOKED), (_AVAILABLE,),
            "scheduler, now ≥ expiry, overdue_hold_action = release", "hold expired, alert closed",
        ),
        Row(
            "T9", RoomEvent.BOOK, (_AVAILABLE,), (_BOOKED,),
            "booking money ≥ parameter received", "hold of kind booking",
        ),
        Row("T10", RoomEvent.HOLD_TO_BOOK, (_RESERVED,), (_BOOKED,), "same customer", "old hold converted"),
        Row(
            "T11", RoomEvent.CANCEL_BOOKING, (_BOOKED,), (_AVAILABLE,),
            "seller and cashier", "money refunded per rule",
        ),
        Row(
            "T12", RoomEvent.SUBSCRIBE, (_AVAILABLE, _RESERVED, _BOOKED), (_SUBSCRIBED,),
            "same customer as the hold (manager hold: with release right); deal price valid and discount authorised; "
            "deposit receipt ≥ subscribe_money or approved deferral; id number present",
            "deal created, receivables generated (planned except deposit), timetable",
        ),
        Row(
            "T13", RoomEvent.SIGN, (_SUBSCRIBED,), (_CONTRACTED,),
            "contract number from pool; permit; all buyers' ids; price = deal price",
            "contract row, receivables → active, contract number in use",
        ),
        Row(
            "T14", RoomEvent.COMPLETE, (_CONTRACTED,), (_SOLD,),
            "formal contract registered and Σ paid = deal_fen", "handover allowed",
        ),
        Row(
            "T15", RoomEvent.REFUND, (_SUBSCRIBED, _CONTRACTED, _SOLD), (_AVAILABLE, _NOT_FOR_SALE),
            "approval; for sold also the contract's cancellation record",
            "deal refunded, unpaid receivables cancelled, refund payable, contract number → used",
        ),
        Row(
            "T16", RoomEvent.EXCHANGE_OUT, (_SUBSCRIBED, _CONTRACTED), (_AVAILABLE,),
            "approval; the new room passes T12 for the same customer in the same transaction",
            "old deal exchanged, money moved",
        ),
        Remark(
            "T16b",
            "exchange from sold is no transition: refund (T15) + new subscription (T12) in one transaction, "
            "same approval, linked by prev_deal",
        ),
        Row(
            "T17", RoomEvent.SUB_LAPSE, (_SUBSCRIBED,), (_AVAILABLE,),
            "manager decides after sign_due (never automatic unless parameter)",
            "deal lapsed, deposit forfeited by rule",
        ),
        Row(
            "T18", RoomEvent.VOID_CONTRACT, (_CONTRACTED,), (_SUBSCRIBED,),
            "wrong contract, approval", "contract voided, number used, new number needed",
        ),
        Row("T19", RoomEvent.REOPEN, (_SOLD,), (_CONTRACTED,), "a reversed receipt makes it unpaid", "log"),
        Row(
            "T20", RoomEvent.RENAME, (_SUBSCRIBED, _CONTRACTED), (),
            "approval; only before the formal contract; fee paid",
            "deal's customer changes, rename row; for contracted old contract void + new number",
        ),
    ),
)  # fmt: skip
