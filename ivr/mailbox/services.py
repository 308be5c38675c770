"""Changes to the tables of voice mail; every function is (part of) one unit of work."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from calls.call import Recorded
from db import outbox
from ivr.mailbox import queries
from ivr.mailbox.models import MailboxOwner, MailboxRow, Message, MessageDraft, PinFailure
from ivr.mailbox.pin import LOCK, WRONG_OF_HOUSE
from ivr.mailbox.port import EVERYBODY, Attempt, Counts, Letter
from ivr.mailbox.port import Session as Listening
from ivr.mailbox.state import PURGED_AFTER, Event, State, after

MAIL = "mail"  # the outbox's topic of messages to be mailed


@dataclass(frozen=True, slots=True)
class Filed:
    """A message that lies in a mailbox now. fresh: it did not before."""

    mailbox: str
    counts: Counts
    fresh: bool


def file(session: Session, letter: Letter, recorded: Recorded, digest: str, at: datetime) -> Sequence[Filed]:
    """Put a recorded message where it belongs: into one mailbox, or everybody's but the sender's.

    A number without a mailbox is the operator's business: nothing that was said is thrown away.
    """
    session.execute(delete(MessageDraft).where(MessageDraft.call_id == letter.call))
    if letter.mailbox != EVERYBODY:
        return [_file(session, replace(letter, mailbox=_mailbox(session, letter)), recorded, digest, at)]
    own = letter.sender if letter.internal else ""
    numbers = [row.number for row in queries.boxes(session, letter.tenant) if row.number != own]
    return [_file(session, replace(letter, mailbox=number), recorded, digest, at) for number in numbers]


def _file(session: Session, letter: Letter, recorded: Recorded, digest: str, at: datetime) -> Filed:
    name = recorded.file.stem
    same = select(Message.id).where(
        Message.call_id == letter.call, Message.recording == name, Message.mailbox == letter.mailbox
    )
    fresh = session.scalar(same) is None
    if fresh:
        box = ensure(session, letter.tenant, letter.mailbox)
        message = Message(
            tenant_id=letter.tenant,
            call_id=letter.call,
            recording=name,
            mailbox=letter.mailbox,
            seconds=recorded.seconds,
            file=str(recorded.file),
            sha256=digest,
            sender=letter.sender,
            internal=letter.internal,
            urgent=letter.urgent,
            created_at=at,
        )
        session.add(message)
        session.flush()
        if box.mail:
            outbox.publish(session, tenant=letter.tenant, at=at, topic=MAIL, key=message.id)
    return Filed(letter.mailbox, queries.counts(session, letter.tenant, letter.mailbox), fresh)


def _mailbox(session: Session, letter: Letter) -> str:
    if letter.mailbox == queries.OPERATOR or queries.box(session, letter.tenant, letter.mailbox) is None:
        return queries.operators(session, letter.tenant)
    return letter.mailbox


def ensure(session: Session, tenant: int, number: str) -> MailboxRow:
    """The mailbox of this number; made, with the phone of the same number as its owner, if there is none."""
    found = session.scalar(select(MailboxRow).where(MailboxRow.tenant_id == tenant, MailboxRow.number == number))
    if found is None:
        found = MailboxRow(tenant_id=tenant, number=number)
        session.add(found)
        session.flush()
        session.add(MailboxOwner(tenant_id=tenant, mailbox_id=found.id, extension=number))
        session.flush()
    return found


# -- a message being recorded ----------------------------------------------------------------------------------------


def expect(session: Session, letter: Letter, recording: Path, at: datetime) -> None:
    """One for each call: a recording that is begun anew takes the place of the one before."""
    session.merge(
        MessageDraft(
            call_id=letter.call,
            tenant_id=letter.tenant,
            file=str(recording),
            mailbox=letter.mailbox,
            sender=letter.sender,
            internal=letter.internal,
            at=at,
        )
    )


def forget(session: Session, call: str) -> None:
    session.execute(delete(MessageDraft).where(MessageDraft.call_id == call))


def abandoned(session: Session, before: datetime) -> Sequence[tuple[Letter, Path]]:
    """Recordings begun before that moment of which nobody has told the end."""
    rows = session.scalars(select(MessageDraft).where(MessageDraft.at < before))
    return [(Letter(row.call_id, row.tenant_id, row.mailbox, row.sender, row.internal), Path(row.file)) for row in rows]


# -- its owner -------------------------------------------------------------------------------------------------------


def change(session: Session, listening: Listening, message: int, event: Event, now: datetime) -> Counts:
    """An event that does not fit the message's state, or a message that is gone, changes nothing."""
    row = session.get(Message, message)
    if row is not None and (row.tenant_id, row.mailbox) == (listening.tenant, listening.mailbox):
        row.state = after(State(row.state), event, heard=row.heard_at is not None)
        if event is Event.HEARD:
            row.heard_at = row.heard_at or now
        row.deleted_at = now if row.state == State.DELETED else None
        row.touched_by, row.touched_in = listening.call, listening.folder
        session.flush()
    return queries.counts(session, listening.tenant, listening.mailbox)


def greet(session: Session, tenant: int, number: str, sound: str, seconds: float) -> str:
    """Set the greeting ("": the common one); the sound that was in force before."""
    box = ensure(session, tenant, number)
    before = box.greeting
    box.greeting, box.greeting_seconds = sound, seconds
    return before


def set_pin(session: Session, tenant: int, number: str, sealed: str) -> None:
    ensure(session, tenant, number).pin = sealed


@dataclass(frozen=True, slots=True)
class Begun:
    """An attempt on record. locked: it is refused unseen; failure: the row that stands for it until it proves right;
    pin: what is kept, "" if there is no such mailbox; fishing: very many wrong ones of late, in the whole house."""

    locked: bool
    failure: int = 0
    pin: str = ""
    fishing: bool = False


def begin(session: Session, attempt: Attempt, now: datetime) -> Begun:
    """Put an attempt on record before its PIN is looked at, so that many at once are not more than one by one."""
    session.execute(delete(PinFailure).where(PinFailure.at < now - timedelta(days=1)))
    if queries.locked(session, attempt.tenant, attempt.mailbox, attempt.caller, now):
        return Begun(locked=True)
    row = PinFailure(tenant_id=attempt.tenant, mailbox=attempt.mailbox, caller=attempt.caller, at=now)
    session.add(row)
    session.flush()
    recent = select(PinFailure.id).where(PinFailure.tenant_id == attempt.tenant, PinFailure.at > now - LOCK)
    kept = select(MailboxRow.pin).where(MailboxRow.tenant_id == attempt.tenant, MailboxRow.number == attempt.mailbox)
    fishing = len(session.scalars(recent).all()) >= WRONG_OF_HOUSE
    return Begun(False, row.id, session.scalar(kept) or "", fishing)


def opened(session: Session, attempt: Attempt) -> None:
    """The PIN was right: the owner's own slips are forgotten, others' attempts on other mailboxes are not."""
    session.execute(
        delete(PinFailure).where(PinFailure.tenant_id == attempt.tenant, PinFailure.mailbox == attempt.mailbox)
    )


def purge(session: Session, now: datetime) -> Sequence[str]:
    """Forget what was deleted long ago; the files that nobody needs any more."""
    old = select(Message).where(Message.state == State.DELETED, Message.deleted_at < now - timedelta(days=PURGED_AFTER))
    rows = session.scalars(old).all()
    files = {row.file for row in rows if row.file}
    for row in rows:
        session.delete(row)
    session.flush()
    still = set(session.scalars(select(Message.file).where(Message.file.in_(files))))
    return sorted(files - still)
