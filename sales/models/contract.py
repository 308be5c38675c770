"""Contracts 合同 and their numbers (SPEC §2.4.2, §2.4.3): one live contract per deal, one contract per number."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.contract import ContractState
from sales.states.contract_no import ContractNoState

_LIVE = text("state IN ('draft', 'signed', 'formal', 'archived')")
_UNUSED = text("state = 'unused'")


class ContractNo(Row, Base):
    """A number of the pool. Which contract it is bound to is said by the contract, so it can be bound once only."""

    __tablename__ = "contract_no"
    __table_args__ = (
        UniqueConstraint("tenant_id", "no"),
        Index("ix_contract_no_unused", "project_id", "no", sqlite_where=_UNUSED, postgresql_where=_UNUSED),
    )

    project_id: Mapped[int] = mapped_column(ForeignKey("project.id"))
    no: Mapped[str] = mapped_column(String(32))
    batch: Mapped[str | None] = mapped_column(String(32))
    state: Mapped[ContractNoState] = mapped_column(one_of(ContractNoState), default=ContractNoState.UNUSED)
    bound_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(String(255))


class Contract(Row, Base):
    """filing_no: of the registration 备案; scan: file and hash of the signed paper."""

    __tablename__ = "contract"
    __table_args__ = (
        UniqueConstraint("contract_no_id"),
        Index("one_live_contract", "deal_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index(None, "deal_id"),
        Index(None, "state", "sign_date"),
    )

    deal_id: Mapped[int] = mapped_column(ForeignKey("deal.id"))
    contract_no_id: Mapped[int] = mapped_column(ForeignKey("contract_no.id"))
    state: Mapped[ContractState] = mapped_column(one_of(ContractState), default=ContractState.DRAFT)
    price_fen: Mapped[int]
    sign_date: Mapped[date | None]
    formal_due: Mapped[date | None]
    formal_date: Mapped[date | None]
    filing_no: Mapped[str | None] = mapped_column(String(64))
    archived_date: Mapped[date | None]
    archive_no: Mapped[str | None] = mapped_column(String(64))
    end_date: Mapped[date | None]
    end_reason: Mapped[str | None] = mapped_column(String(255))
    scan_file: Mapped[str | None] = mapped_column(String(255))
    scan_sha256: Mapped[str | None] = mapped_column(String(64))
