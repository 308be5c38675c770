"""Approvals 审批: who has to agree to what, and who did (SPEC §2.4.15, S1-92)."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.approval import ApprovalKind, ApprovalState


class ApprovalRule(Row, Base):
    """From this amount or rate on, these roles agree one after the other: steps ["manager", "finance"]."""

    __tablename__ = "approval_rule"
    __table_args__ = (Index(None, "tenant_id", "kind"),)

    kind: Mapped[ApprovalKind] = mapped_column(one_of(ApprovalKind, "kind"))
    project_id: Mapped[int | None] = mapped_column(ForeignKey("project.id"))
    from_fen: Mapped[int] = mapped_column(default=0)
    from_rate: Mapped[Decimal | None]
    steps: Mapped[list[Any]]


class Approval(Row, Base):
    """entity, entity_id: the row it is about ("deal", 17). used_at: when what was approved was done, once only."""

    __tablename__ = "approval"
    __table_args__ = (Index(None, "entity", "entity_id", "kind"), Index(None, "tenant_id", "state"))

    kind: Mapped[ApprovalKind] = mapped_column(one_of(ApprovalKind, "kind"))
    state: Mapped[ApprovalState] = mapped_column(one_of(ApprovalState), default=ApprovalState.PENDING)
    entity: Mapped[str] = mapped_column(String(32))
    entity_id: Mapped[int]
    amount_fen: Mapped[int | None]
    reason: Mapped[str] = mapped_column(String(255))
    payload: Mapped[dict[str, Any]] = mapped_column(default=dict)
    requested_by: Mapped[str] = mapped_column(String(64))
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]


class ApprovalStep(Row, Base):
    """verdict None: not yet asked or not yet answered; the steps are taken in order of seq."""

    __tablename__ = "approval_step"
    __table_args__ = (
        UniqueConstraint("approval_id", "seq"),
        CheckConstraint("verdict IN ('approved', 'rejected')", name="verdict"),
    )

    approval_id: Mapped[int] = mapped_column(ForeignKey("approval.id"))
    seq: Mapped[int] = mapped_column(Integer)
    role: Mapped[str] = mapped_column(String(32))
    verdict: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[str | None] = mapped_column(String(64))
    decided_at: Mapped[datetime | None]
    note: Mapped[str | None] = mapped_column(String(255))
