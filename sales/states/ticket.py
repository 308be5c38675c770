"""The states and kinds of a ticket 工单 (SPEC §2.4.8)."""

from enum import StrEnum

from db.table import Row, Table
from db.words import Words


class TicketState(StrEnum):
    NEW = "new"
    ACCEPTED = "accepted"
    ASSIGNED = "assigned"
    PROCESSING = "processing"
    RESOLVED = "resolved"
    FEEDBACK = "feedback"
    CLOSED = "closed"
    REJECTED = "rejected"


class TicketKind(StrEnum):
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    REPAIR = "repair"
    ENQUIRY = "enquiry"


class TicketEvent(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    ASSIGN = "assign"
    REROUTE = "reroute"
    BEGIN = "begin"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    ASK_BACK = "ask_back"
    CLOSE = "close"


TICKET = Table(
    noun=Words("工单", "ticket"),
    names={
        TicketState.NEW: Words("新建", "new"),
        TicketState.ACCEPTED: Words("受理", "accepted"),
        TicketState.ASSIGNED: Words("转派", "assigned"),
        TicketState.PROCESSING: Words("处理中", "being processed"),
        TicketState.RESOLVED: Words("已处理", "resolved"),
        TicketState.FEEDBACK: Words("回访", "asked back"),
        TicketState.CLOSED: Words("结案", "closed"),
        TicketState.REJECTED: Words("不受理", "rejected"),
    },
    verbs={
        TicketEvent.ACCEPT: Words("受理", "accept it"),
        TicketEvent.REJECT: Words("不予受理", "reject it"),
        TicketEvent.ASSIGN: Words("转派", "assign it"),
        TicketEvent.REROUTE: Words("改派", "assign it to others"),
        TicketEvent.BEGIN: Words("开始处理", "begin with it"),
        TicketEvent.RESOLVE: Words("办结", "resolve it"),
        TicketEvent.REOPEN: Words("退回重办", "reopen it"),
        TicketEvent.ASK_BACK: Words("回访", "ask the customer back"),
        TicketEvent.CLOSE: Words("结案", "close it"),
    },
    start=(TicketState.NEW,),
    rows=(
        Row("G1", TicketEvent.ACCEPT, (TicketState.NEW,), (TicketState.ACCEPTED,), "", "first answer in time or not"),
        Row("G2", TicketEvent.REJECT, (TicketState.NEW,), (TicketState.REJECTED,), "reason", "customer told"),
        Row(
            "G3", TicketEvent.ASSIGN, (TicketState.ACCEPTED,), (TicketState.ASSIGNED,),
            "department, due", "department told",
        ),
        Row("G4", TicketEvent.REROUTE, (TicketState.ASSIGNED,), (), "another department", "log"),
        Row("G5", TicketEvent.BEGIN, (TicketState.ASSIGNED,), (TicketState.PROCESSING,), "", "handler"),
        Row(
            "G6", TicketEvent.RESOLVE, (TicketState.PROCESSING,), (TicketState.RESOLVED,),
            "opinion 处理意见", "resolved in time or not",
        ),
        Row(
            "G7", TicketEvent.REOPEN, (TicketState.RESOLVED,), (TicketState.PROCESSING,),
            "customer not satisfied", "reopen count + 1",
        ),
        Row("G8", TicketEvent.ASK_BACK, (TicketState.RESOLVED,), (TicketState.FEEDBACK,), "", "satisfaction 1–5"),
        Row("G9", TicketEvent.CLOSE, (TicketState.FEEDBACK,), (TicketState.CLOSED,), "", "alert closed"),
    ),
)  # fmt: skip
