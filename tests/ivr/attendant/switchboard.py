"""A small house with extensions, for flows: who is there, and what is told of calls to them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from calls.call import Dialled, Party
from calls.facts import Alarm, CallBarred, LegRang
from calls.scripted import CALL
from dialplan.extension import Extension, Features, Forwards, Level
from ivr.desk import Unavailable
from ivr.flow import load
from tests.ivr.desk import MAIN, Stage, document

INSIDE = load(document("inside"))
WANG = Extension(1, "8001", "王芳", level=Level.DOMESTIC)
LI = Extension(1, "8002", "李强")
NAMES = {"8001": ("92643264",), "8002": ("547426",)}


@dataclass
class Switchboard:
    """An `ivr.desk.Attendant`. down: the database is away."""

    extensions: dict[str, Extension] = field(default_factory=lambda: {"8001": WANG, "8002": LI})
    down: bool = False

    def find(self, tenant: int, number: str) -> Extension | None:
        return self.extensions.get(number) if tenant == 1 else None

    def spelled(self, tenant: int, keys: str) -> Sequence[Extension]:
        return [
            each
            for number, each in self.extensions.items()
            if any(name.startswith(keys) for name in NAMES.get(number, (number,)))
        ]

    async def change(self, tenant: int, number: str, features: Features) -> bool:
        if self.down:
            raise Unavailable("the database is away")
        had = self.extensions[number]
        [(name, value)] = features.items()
        if name == "dnd":
            self.extensions[number] = replace(had, dnd=bool(value))
        else:
            self.extensions[number] = replace(had, forwards=replace(had.forwards, **{name: str(value)}))
        return True

    def has(self, number: str, **more: Any) -> "Switchboard":
        """The same house, with one extension otherwise (or new)."""
        forwards = Forwards(*(more.pop(way, "") for way in ("always", "busy", "no_answer")))
        had = self.extensions.get(number) or Extension(1, number, number)
        return Switchboard({**self.extensions, number: replace(had, forwards=forwards, **more)}, self.down)


async def call(keys: str, *dials: Dialled, house: Switchboard | None = None, **more: Any) -> Stage:
    """A stranger calls the enquiry line. dials: what becomes of the attempts to ring somebody."""
    # a blank at the end: whoever has dialled waits for what comes
    return await Stage(f"{keys} ", MAIN, dials=dials, attendant=house or Switchboard(), **more).run()


async def dial(
    number: str, *dials: Dialled, keys: str = "", phone: str = "8001", house: Switchboard | None = None, **more: Any
) -> Stage:
    """A phone of the house dials (phone "": a stranger whom one has transferred)."""
    who = Party(phone or "13900000001", number, "", CALL, "scripted", inside=bool(phone), transferred=not phone)
    return await Stage(keys, INSIDE, dials=dials, attendant=house or Switchboard(), party=who, **more).run()


def rung(stage: Stage) -> list[tuple[str, str]]:
    return [(fact.number, fact.role) for fact in stage.of(LegRang)]


def barred(stage: Stage) -> list[tuple[str, str]]:
    """What was refused, and by which way; each is an alarm, too."""
    facts = [(fact.number, fact.way) for fact in stage.of(CallBarred)]
    assert len([fact for fact in stage.facts if isinstance(fact, Alarm) and fact.key == "toll fraud"]) == len(facts)
    return facts
