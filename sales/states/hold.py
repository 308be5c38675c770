"""The states of a hold 保留 (SPEC §2.4.5)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class HoldState(StrEnum):
    ACTIVE = "active"
    CONVERTED = "converted"
    RELEASED = "released"
    EXPIRED = "expired"


class HoldKind(StrEnum):
    """reserve: for a customer; manager: for the house, perhaps without customer or expiry; booking: against money."""

    RESERVE = "reserve"
    MANAGER = "manager"
    BOOKING = "booking"


class HoldEvent(StrEnum):
    EXTEND = "extend"
    CONVERT = "convert"
    RELEASE = "release"
    EXPIRE = "expire"


HOLD = Table(
    noun=Words("保留单", "hold"),
    names={
        HoldState.ACTIVE: Words("有效", "active"),
        HoldState.CONVERTED: Words("已转换", "converted"),
        HoldState.RELEASED: Words("已取消", "released"),
        HoldState.EXPIRED: Words("已到期", "expired"),
    },
    verbs={
        HoldEvent.EXTEND: Words("延期", "extend it"),
        HoldEvent.CONVERT: Words("转预定或认购", "turn it into a booking or subscription"),
        HoldEvent.RELEASE: Words("取消", "release it"),
        HoldEvent.EXPIRE: Words("到期", "let it expire"),
    },
    start=(HoldState.ACTIVE,),
    rows=(
        Row("H1", HoldEvent.EXTEND, (HoldState.ACTIVE,), (), "T6", "expiry moved"),
        Row("H2", HoldEvent.CONVERT, (HoldState.ACTIVE,), (HoldState.CONVERTED,), "T10, T12", "money goes with it"),
        Row("H3", HoldEvent.RELEASE, (HoldState.ACTIVE,), (HoldState.RELEASED,), "T7, T11", "money refunded or kept"),
        Row("H4", HoldEvent.EXPIRE, (HoldState.ACTIVE,), (HoldState.EXPIRED,), "T8", "alert closed"),
    ),
)
