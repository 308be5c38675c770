"""Tables of the numbering plan: services, the numbers that lead to them, extensions, opening hours (SPEC §2.11)."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Row


class CalendarRow(Row, Base):
    __tablename__ = "calendar"
    __table_args__ = (UniqueConstraint("tenant_id", "code"),)

    code: Mapped[str] = mapped_column(String(32))
    name: Mapped[str] = mapped_column(String(64))


class CalendarHours(Row, Base):
    """One span of a weekday (ISO, 1 = Monday), in minutes since midnight; closes ≤ opens passes midnight."""

    __tablename__ = "calendar_hours"
    __table_args__ = (
        UniqueConstraint("calendar_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("opens BETWEEN 0 AND 1439 AND closes BETWEEN 0 AND 1440", name="minutes"),
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    weekday: Mapped[int] = mapped_column(Integer)
    opens: Mapped[int] = mapped_column(Integer)
    closes: Mapped[int] = mapped_column(Integer)


class CalendarDay(Row, Base):
    """A date that replaces its weekday: one row per span; a single row without times = closed all day."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        UniqueConstraint("calendar_id", "day", "opens"),
        CheckConstraint("(opens IS NULL) = (closes IS NULL)", name="both"),
        CheckConstraint("opens BETWEEN 0 AND 1439 AND closes BETWEEN 0 AND 1440", name="minutes"),
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    day: Mapped[date]
    opens: Mapped[int | None] = mapped_column(Integer)
    closes: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str | None] = mapped_column(String(64))


class ServiceRow(Row, Base):
    """`code` names a service in the whole house: calls are booked under it."""

    __tablename__ = "service"

    code: Mapped[str] = mapped_column(String(32), unique=True)
    company_zh: Mapped[str] = mapped_column(String(64))
    company_en: Mapped[str] = mapped_column(String(64))
    flow: Mapped[str] = mapped_column(String(64))
    operator: Mapped[str] = mapped_column(String(16))
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"))
    queue: Mapped[str] = mapped_column(String(32), default="")


class Did(Row, Base):
    """A number the public network delivers to us, in any spelling `dialplan.numbers` understands.

    channel  where it is advertised (an item of the code table “channel”); "" = nowhere in particular. A stranger who
             calls it becomes a customer who came by that channel (S4-190).
    """

    __tablename__ = "did"

    number: Mapped[str] = mapped_column(String(32), unique=True)
    service_id: Mapped[int] = mapped_column(ForeignKey("service.id"), index=True)
    channel: Mapped[str] = mapped_column(String(32), default="")


class Extension(Row, Base):
    """dnd: for callers it is busy; forward_…: numbers, "" = none; permission: whom it may call outside, 0–4
    (`dialplan.extension.Level`)."""

    __tablename__ = "extension"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("kind IN ('seat', 'phone', 'conf', 'bulletin', 'mailbox', 'fax')", name="kind"),
        CheckConstraint("permission BETWEEN 0 AND 4", name="permission"),
    )

    number: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(64))
    dnd: Mapped[bool] = mapped_column(default=False)
    forward_always: Mapped[str] = mapped_column(String(32), default="")
    forward_busy: Mapped[str] = mapped_column(String(32), default="")
    forward_no_answer: Mapped[str] = mapped_column(String(32), default="")
    permission: Mapped[int] = mapped_column(Integer, default=1)


class FollowMe(Row, Base):
    """Numbers that are rung in turn if nobody answers at an extension; what begins with 9 is outside."""

    __tablename__ = "follow_me"
    __table_args__ = (
        UniqueConstraint("extension_id", "position"),
        CheckConstraint("position BETWEEN 1 AND 5", name="position"),
    )

    extension_id: Mapped[int] = mapped_column(ForeignKey("extension.id"))
    position: Mapped[int] = mapped_column(Integer)
    number: Mapped[str] = mapped_column(String(32))
