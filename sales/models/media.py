"""Pictures, plans and films of a project, layout or room (SPEC §2.2)."""

from sqlalchemy import Boolean, CheckConstraint, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class Media(Row, Base):
    """owner: the table and id it belongs to; file: below the media directory of the house."""

    __tablename__ = "media"
    __table_args__ = (
        CheckConstraint("kind IN ('photo', 'plan', 'video', 'vr')", name="kind"),
        Index(None, "owner", "owner_id", "position"),
    )

    owner: Mapped[str] = mapped_column(String(16))
    owner_id: Mapped[int]
    kind: Mapped[str] = mapped_column(String(8))
    file: Mapped[str] = mapped_column(String(255))
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    sha256: Mapped[str] = mapped_column(String(64))
    position: Mapped[int] = mapped_column(Integer, default=1)
    cover: Mapped[bool] = mapped_column(Boolean, default=False)
