"""The states and kinds of a ticket 工单 (SPEC §2.4.8)."""

from enum import StrEnum


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
