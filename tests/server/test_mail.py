"""Messages by mail, seen by a mail server that is really there (aiosmtpd)."""

import asyncio
import doctest
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP

import server.mail
from calls.facts import Alarm
from db import outbox
from db.work import Database
from server.mail import MOST_TRIES, Mailer, Server
from tests.ivr.mailbox.conftest import room as room
from tests.ivr.mailbox.mailroom import Mailroom

HOST = "127.0.46.1"


@dataclass
class Postman:
    """Takes in every mail, unless it is told to answer otherwise."""

    answer: str = "250 OK"
    mails: list[EmailMessage] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.answer.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        return self.answer


@asynccontextmanager
async def postman() -> AsyncIterator[tuple[Postman, str]]:
    """A mail server, and its address as the settings spell it."""
    man = Postman()
    listening = await asyncio.get_running_loop().create_server(lambda: SMTP(man, hostname="test"), HOST, 0)
    async with listening:
        yield man, f"smtp://{HOST}:{listening.sockets[0].getsockname()[1]}"


def mailer(room: Mailroom, url: str) -> Mailer:
    return Mailer(Server(url, "loupan@example.test"), room.db, room.bus, room.clock)


async def waiting(db: Database) -> int:
    return len(await db.read(outbox.waiting, topic="mail"))


def test_the_examples_in_the_docstrings() -> None:
    assert doctest.testmod(server.mail).failed == 0


async def test_a_message_is_mailed_with_its_recording_once(room: Mailroom) -> None:
    await room.open("8002", mail="owner@example.test")
    await room.leave("8002", 3.0)
    await room.leave("8001")  # nobody wants it mailed
    [message] = await room.messages("8002")
    async with postman() as (man, url):
        assert await mailer(room, url).deliver() == "1 sent, 0 failed"
        assert await mailer(room, url).deliver() is None
    [mail] = man.mails
    assert (mail["To"], mail["From"]) == ("owner@example.test", "loupan@example.test")
    assert mail["Subject"] == "信箱8002有新留言:13800000001,3秒"
    assert mail["Message-ID"] == f"<message-{message.id}@example.test>"
    [attached] = mail.iter_attachments()
    assert attached.get_content_type() == "audio/wav"
    assert attached.get_content() == await asyncio.to_thread(Path(message.file).read_bytes)
    text = mail.get_body()
    assert text is not None
    assert "2024-04-01 10:00" in text.get_content()


async def test_a_server_that_is_away_or_busy_is_asked_again_less_and_less_eagerly(room: Mailroom) -> None:
    await room.open("8002", mail="owner@example.test")
    await room.leave("8002")
    assert await mailer(room, "smtp://127.0.46.1:9").deliver() == "0 sent, 1 failed"
    assert room.alarms() == ["mail"]
    async with postman() as (man, url):
        man.answer = "451 try later"
        assert await mailer(room, url).deliver() is None, "not before half a minute has passed"
        room.clock.at += timedelta(seconds=31)
        assert await mailer(room, url).deliver() == "0 sent, 1 failed"
        man.answer = "250 OK"
        room.clock.at += timedelta(seconds=31)
        assert await mailer(room, url).deliver() is None
        room.clock.at += timedelta(seconds=31)
        assert await mailer(room, url).deliver() == "1 sent, 0 failed"
    assert len(man.mails) == 1
    assert [fact.cleared for fact in room.facts if isinstance(fact, Alarm)][-1]


@pytest.mark.parametrize("tries", [1, MOST_TRIES])
async def test_what_is_refused_for_good_or_too_often_is_left_to_a_person(room: Mailroom, tries: int) -> None:
    await room.open("8002", mail="nobody@example.test")
    await room.leave("8002")
    async with postman() as (man, url):
        man.answer = "550 no such mailbox" if tries == 1 else "451 try later"
        for _ in range(tries):
            assert await waiting(room.db) == 1
            await mailer(room, url).deliver()
            room.clock.at += timedelta(hours=2)
    assert await waiting(room.db) == 0
    assert await room.states("8002") == ["new"], "the message itself is where it was"
    assert "nobody@example.test" in [fact.text for fact in room.facts if isinstance(fact, Alarm)][-1]


async def test_a_caller_does_not_wait_for_mail(room: Mailroom) -> None:
    await room.open("8002", mail="owner@example.test")
    await room.call(" 6 1 8002# ,,,# 1")
    assert await waiting(room.db) == 1
    assert await room.states("8002") == ["new"]
