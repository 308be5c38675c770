"""Messages by mail, with the recording attached: off unless LOUPAN_SMTP names a server.

What is to be mailed stands in the outbox since the message was filed, so no caller waits for a mail server, and a
server that is away loses nothing: it is asked again, less and less eagerly. A mail may come twice (its Message-ID is
then the same), a message is in its mailbox whatever becomes of its mail.
"""

import asyncio
import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import unquote, urlsplit

import aiosmtplib
from sqlalchemy import select
from sqlalchemy.orm import Session

from calls.bus import Bus
from calls.clock import BUSINESS, Clock
from calls.facts import Alarm
from db import outbox
from db.work import Database
from ivr.mailbox.models import MailboxRow, Message
from ivr.mailbox.services import MAIL

log = logging.getLogger(__name__)

FIRST, LONGEST = 30.0, 3600.0  # seconds until a mail is tried again: the first time, and at most
MOST_TRIES = 60  # two days and a half; then a person must look at it
PATIENCE = 20.0  # seconds for one mail
ALARM = "mail"


@dataclass(frozen=True, slots=True)
class Server:
    """From "smtp://user:password@host:port" (upgraded to TLS where offered) or "smtps://…"; sender: who it is from."""

    url: str
    sender: str

    async def send(self, mail: EmailMessage) -> None:
        """Raises aiosmtplib.SMTPException or OSError."""
        parts = urlsplit(self.url)
        await aiosmtplib.send(
            mail,
            hostname=parts.hostname or "localhost",
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=PATIENCE,
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to be mailed. row: of the outbox."""

    row: int
    message: int
    to: str
    mailbox: str
    sender: str
    at: datetime
    seconds: float
    file: str


class Mailer:
    """`Mailer(server, db, bus, clock)`; `deliver` sends what is due. `lang`: of subject and text."""

    def __init__(self, server: Server, db: Database, bus: Bus, clock: Clock, lang: str = "zh") -> None:
        self._server, self._db, self._bus, self._clock, self._lang = server, db, bus, clock, lang

    async def deliver(self) -> str | None:
        """One round; what was done, or None if nothing was due."""
        sent = failed = 0
        for letter in await self._db.read(_due, self._clock.now()):
            try:
                await self._server.send(await asyncio.to_thread(written, letter, self._server.sender, self._lang))
            except (aiosmtplib.SMTPException, smtplib.SMTPException, OSError) as fault:
                failed += 1
                await self._failed(letter, fault)
            else:
                sent += 1
                await self._db.write(outbox.delivered, [letter.row], self._clock.now())
        if sent and not failed:
            self._tell("mail goes out again", cleared=True)
        return f"{sent} sent, {failed} failed" if sent or failed else None

    async def _failed(self, letter: Letter, fault: Exception) -> None:
        log.warning("the message %d could not be mailed to %s: %s", letter.message, letter.to, fault)
        tries = await self._db.write(outbox.failed, letter.row)
        if _for_good(fault) or tries >= MOST_TRIES:
            await self._db.write(outbox.delivered, [letter.row], self._clock.now())
            self._tell(f"a message cannot be mailed to {letter.to}, it stays in mailbox {letter.mailbox}: {fault}")
        else:
            self._tell(f"messages cannot be mailed for now: {fault}")

    def _tell(self, text: str, *, cleared: bool = False) -> None:
        self._bus.publish(Alarm(key=ALARM, text=text, at=self._clock.now(), cleared=cleared))


def wait(tries: int) -> timedelta:
    """How long after a mail was to go out it is tried again, when it has failed so often.

    >>> [int(wait(tries).total_seconds()) for tries in (0, 1, 2, 3)]
    [0, 30, 90, 210]
    """
    return timedelta(seconds=sum(min(FIRST * 2**n, LONGEST) for n in range(tries)))


def written(letter: Letter, sender: str, lang: str) -> EmailMessage:
    """The mail; a recording that is gone is not attached."""
    at = letter.at.astimezone(BUSINESS).strftime("%Y-%m-%d %H:%M")
    who, seconds = letter.sender, round(letter.seconds)
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, letter.to
    mail["Message-ID"] = f"<message-{letter.message}@{sender.rpartition('@')[2] or 'loupan'}>"
    if lang == "zh":
        mail["Subject"] = f"信箱{letter.mailbox}有新留言:{who or '未显示号码'},{seconds}秒"
        mail.set_content(f"{at} 收到{who or '未显示号码的来电'}的留言,时长{seconds}秒。录音见附件。\n")
    else:
        mail["Subject"] = f"New message in mailbox {letter.mailbox}: {who or 'number withheld'}, {seconds} s"
        mail.set_content(f"{who or 'A caller with no number'} left a message of {seconds} s at {at}. It is attached.\n")
    file = Path(letter.file)
    if file.is_file():
        mail.add_attachment(file.read_bytes(), maintype="audio", subtype="wav", filename=file.name)
    return mail


def _due(session: Session, now: datetime) -> Sequence[Letter]:
    rows = outbox.waiting(session, topic=MAIL)
    found = []
    for row in rows:
        if now < row.at + wait(row.attempts):
            continue
        message = session.get(Message, int(row.key))
        if message is None:
            continue
        to = session.scalar(
            select(MailboxRow.mail).where(
                MailboxRow.tenant_id == message.tenant_id, MailboxRow.number == message.mailbox
            )
        )
        about = message.created_at, message.seconds, message.file
        found.append(Letter(row.id, message.id, to or "", message.mailbox, message.sender, *about))
    return found


def _for_good(fault: Exception) -> bool:
    """Will it be refused again and again, e.g. because there is no such address?"""
    if isinstance(fault, aiosmtplib.SMTPRecipientsRefused):
        return all(one.code >= 500 for one in fault.recipients)
    return isinstance(fault, aiosmtplib.SMTPResponseException) and fault.code >= 500
