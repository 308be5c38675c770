"""The life of a customer, stage by stage (SPEC §2.4.4, S3-9)."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row, one_of
from sales.states.customer import CustomerStage


class CustomerStageLog(Row, Base):
    """cause: what happened, e.g. "visit", "reserve", "refund"."""

    __tablename__ = "customer_stage_log"
    __table_args__ = (Index(None, "customer_id", "at"),)

    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    from_stage: Mapped[CustomerStage | None] = mapped_column(one_of(CustomerStage, "from_stage"))
    to_stage: Mapped[CustomerStage] = mapped_column(one_of(CustomerStage, "to_stage"))
    cause: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
