"""Tables of voice mail (SPEC §2.4.11). A message names its mailbox by number, so that none is ever turned away."""

from datetime import datetime

from sqlalchemy import Boolean, CheckConstraint, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, Key, Row

QUOTA = 50  # messages (S4-54 mailbox_quota)


class MailboxRow(Row, Base):
    """`pin`: see `ivr.mailbox.pin`; "" = cannot be opened. `greeting`: a sound file of the owner's, or ""."""

    __tablename__ = "mailbox"
    __table_args__ = (
        UniqueConstraint("tenant_id", "number"),
        CheckConstraint("kind IN ('personal', 'group', 'bulletin')", name="kind"),
        CheckConstraint("quota BETWEEN 1 AND 10000", name="quota"),
    )

    number: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(16), default="personal")
    pin: Mapped[str] = mapped_column(String(128), default="")
    quota: Mapped[int] = mapped_column(Integer, default=QUOTA)
    greeting: Mapped[str] = mapped_column(Text, default="")
    greeting_seconds: Mapped[float] = mapped_column(Float, default=0.0)
    mail: Mapped[str] = mapped_column(String(254), default="")
    may_distribute: Mapped[bool] = mapped_column(Boolean, default=False)


class MailboxOwner(Row, Base):
    """Whose mailbox it is: the extension whose lamp it lights and whose phone opens it without its number."""

    __tablename__ = "mailbox_owner"
    __table_args__ = (UniqueConstraint("mailbox_id", "extension"), Index(None, "tenant_id", "extension"))

    mailbox_id: Mapped[int] = mapped_column(ForeignKey("mailbox.id"))
    extension: Mapped[str] = mapped_column(String(16))


class Message(Row, Base):
    """A message 留言. `mailbox`, `recording`: a number and a name; `sender`: a caller's number, or a mailbox's if
    `internal`. `touched_by`, `touched_in`: the call that changed it last, and the list it stood in there."""

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("call_id", "recording", "mailbox"),
        Index(None, "tenant_id", "mailbox", "state"),
        CheckConstraint("state IN ('new', 'saved', 'deleted')", name="state"),
    )

    call_id: Mapped[str] = mapped_column(String(26))
    recording: Mapped[str] = mapped_column(String(128))
    mailbox: Mapped[str] = mapped_column(String(32))
    seconds: Mapped[float] = mapped_column(Float)
    state: Mapped[str] = mapped_column(String(16), default="new")
    file: Mapped[str] = mapped_column(Text, default="")
    sha256: Mapped[str] = mapped_column(String(64), default="")
    sender: Mapped[str] = mapped_column(String(64), default="")
    internal: Mapped[bool] = mapped_column(Boolean, default=False)
    urgent: Mapped[bool] = mapped_column(Boolean, default=False)
    heard_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    touched_by: Mapped[str] = mapped_column(String(26), default="")
    touched_in: Mapped[str] = mapped_column(String(8), default="")


class MessageDraft(Base):
    """A message being recorded: should nobody of ours live to see its end, it is filed from here. One for each call."""

    __tablename__ = "message_draft"

    call_id: Mapped[str] = mapped_column(String(26), primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    file: Mapped[str] = mapped_column(Text)
    mailbox: Mapped[str] = mapped_column(String(32))
    sender: Mapped[str] = mapped_column(String(64))
    internal: Mapped[bool] = mapped_column(Boolean)
    at: Mapped[datetime] = mapped_column(index=True)


class PinFailure(Base):
    """A wrong PIN, or one that is being looked at: an attempt counts from its beginning."""

    __tablename__ = "pin_failure"
    __table_args__ = (Index(None, "tenant_id", "at"),)

    id: Mapped[int] = mapped_column(Key, primary_key=True)
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))
    mailbox: Mapped[str] = mapped_column(String(32))
    caller: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
