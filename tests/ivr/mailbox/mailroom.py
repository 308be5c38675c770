"""Voice mail over a real database for scripted calls; what they record are real files."""

import wave
from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing.recordings import Recordings
from calls.bus import LocalBus
from calls.call import Dialled, Party, Recorded
from calls.clock import FixedClock
from calls.facts import Alarm, AnyFact, MessageWaiting
from calls.scripted import ScriptedCall
from db.tenant import HOME
from db.work import Database
from ivr.mailbox import pin, services
from ivr.mailbox.models import Message
from ivr.mailbox.port import Letter
from ivr.mailbox.post import Office, Post
from tests.ivr.attendant.switchboard import Switchboard
from tests.ivr.desk import MAIN, MONDAY_10, Stage

PIN = "7351"


class Taping(ScriptedCall):
    """A scripted call whose recordings lie on the disk."""

    folder: Path

    async def record(self, name: str, *, most: float, silence: float, beep: bool = True) -> Recorded:
        made = await super().record(name, most=most, silence=silence, beep=beep)
        return replace(made, file=sound(self.folder / made.file, made.seconds))


def sound(file: Path, seconds: float, sample: int = 1) -> Path:
    with wave.open(str(file), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(sample.to_bytes(2, "little") * round(8000 * seconds))
    return file


class Mailroom:
    """`Mailroom(db, folder)`: the house's voice mail; `call` acts out one caller on the flow `main`."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db, self.folder = db, folder
        self.clock, self.bus = FixedClock(MONDAY_10), LocalBus()
        self.facts: list[AnyFact] = []
        self.bus.subscribe(self.facts.append)
        self.recordings = Recordings(db, self.clock)
        self.post = Post(Office(db, self.bus, self.clock, folder), self.recordings)
        self._calls = count(1)

    async def open(self, number: str, secret: str = PIN, **fields: object) -> None:
        """There is a mailbox of this number with this PIN."""

        def make(session: Session) -> None:
            box = services.ensure(session, HOME, number)
            box.pin = pin.sealed(secret, b"salt") if secret else ""
            for name, value in fields.items():
                setattr(box, name, value)

        await self.db.write(make)

    async def leave(
        self, number: str, seconds: float = 4.0, sender: str = "13800000001", *, internal: bool = False, **about: bool
    ) -> int:
        """A message is in the mailbox; its id."""
        call = f"01HQ{next(self._calls):022d}"
        file = sound(self.folder / f"{call}-1.wav", seconds)
        await self.post.keep(Letter(call, HOME, number, sender, internal, **about), Recorded(file, seconds, "key"))
        return max((message.id for message in await self.messages(number)), default=0)

    def stage(
        self, script: Iterable[str], caller: str = "13900000001", *dials: Dialled, party: Party | None = None
    ) -> Stage:
        """party: whose call it is; None: a new one."""
        if party is None:
            call = f"01HR{next(self._calls):022d}"
            party = Party(caller, "02038880000", "", call, "scripted", inside=len(caller) == 4)
        stage = Stage("", MAIN, party=party)
        stage.clock.at = self.clock.at
        stage.desk = replace(
            stage.desk,
            messages=self.post,
            clock=self.clock,
            bus=self.bus,
            attendant=Switchboard(),
            recordings=self.folder,
        )
        taping = Taping(script, self.clock, self.bus, party, dials)
        taping.folder = self.folder
        stage.call = taping
        stage.visit.call, stage.visit.desk = taping, stage.desk
        stage.facts = self.facts
        return stage

    async def call(
        self,
        script: Iterable[str],
        caller: str = "13900000001",
        *dials: Dialled,
        place: str = "",
        party: Party | None = None,
    ) -> Stage:
        """From the welcome on, or taken up again at `place`; the facts are of this call alone."""
        self.facts.clear()
        stage = self.stage(script, caller, *dials, party=party)
        await stage.run(lang="" if place else "zh", place=place)
        await self.post.close()
        await self.recordings.close()
        return stage

    async def messages(self, number: str) -> list[Message]:
        rows = select(Message).where(Message.mailbox == number).order_by(Message.id)

        def read(session: Session) -> list[Message]:
            found = list(session.scalars(rows))
            session.expunge_all()
            return found

        return await self.db.read(read)

    async def states(self, number: str) -> list[str]:
        return [message.state for message in await self.messages(number)]

    def badges(self, number: str) -> list[tuple[int, int]]:
        told = [fact for fact in self.facts if isinstance(fact, MessageWaiting) and fact.mailbox == number]
        return [(fact.new, fact.saved) for fact in told]

    def alarms(self) -> list[str]:
        return [fact.key for fact in self.facts if isinstance(fact, Alarm) and not fact.cleared]
