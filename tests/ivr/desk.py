"""A desk for tests: the rooms of the golden fixture, texts, hours and a voice that only knows words."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from calls.bus import LocalBus
from calls.call import Dialled, Party, Recorded, Utterance
from calls.clock import FixedClock
from calls.facts import AnyFact, CallEnded, Fact, Said, StepEntered, StepPassed
from calls.scripted import PARTY, ScriptedCall
from ivr.check import parse
from ivr.desk import Desk, Project, Room, Service, Unavailable
from ivr.enquiry import Found, Layout, Wish
from ivr.flow import Flow, load
from ivr.loan import Loan, LoanWish
from ivr.mailbox.none import NoMessages
from ivr.mailbox.port import Letter
from ivr.place import Place
from ivr.visit import Coming, Visit
from ivr.walk import attend
from prompts import catalogue as catalogue_file
from prompts.say import sentence

MONDAY_10 = datetime(2024, 4, 1, 2, 0, tzinfo=UTC)  # 10:00 in Guangzhou
CATALOGUE = catalogue_file.load()
GARDEN = Project(1, "01", {"zh": "海天花园", "en": "Haitian Garden"})
CENTRE = Project(2, "02", {"zh": "海天中心", "en": "Haitian Centre"})
SERVICE = Service("sales", 1, {"zh": "海天", "en": "Haitian"}, "main", (GARDEN,), "8001", "office")
TWO_PROJECTS = Service("both", 1, {"zh": "海天", "en": "Haitian"}, "main", (GARDEN, CENTRE), "8001", "office")

LAYOUTS = {"A": {"zh": "两室两厅", "en": "two bedrooms"}, "B": {"zh": "三室两厅", "en": "three bedrooms"}}
# code, layout, built_x100, orientation, unit_fen, list_fen, state: golden fixture T (SPEC §3.1)
ROWS = (
    ("010101", "A", 8900, "S", 1000000, 89000000, "sold"),
    ("010102", "B", 12000, "N", 1000000, 120000000, "contracted"),
    ("010201", "A", 8900, "S", 1020000, 90780000, "sold"),
    ("010202", "B", 12000, "N", 1020000, 122400000, "subscribed"),
    ("010301", "A", 8900, "S", 1040000, 92560000, "contracted"),
    ("020101", "A", 8900, "S", 980000, 87220000, "booked"),
    ("020102", "B", 12000, "N", 980000, 117600000, "reserved"),
    ("020201", "A", 8900, "S", 1000000, 89000000, "available"),
    ("020202", "B", 12000, "N", 1000000, 120000000, "not_for_sale"),
    ("020301", "A", 8900, "S", 1010000, 89890000, "available"),
    ("020302", "B", 12000, "N", 1010000, 121200000, "not_released"),
)
ROOMS = {
    code: Room(code, int(code[:2]), int(code[2:4]), code[4:], LAYOUTS[layout], built, facing, unit, price, state)
    for code, layout, built, facing, unit, price, state in ROWS
}
SHOWN = (
    Layout("A", LAYOUTS["A"], 8900, ("S",), 2, 89000000, 89890000),
    Layout("B", LAYOUTS["B"], 12000, ("N",), 0, 0, 0),
)
FOUND = Found(2, (ROOMS["020201"], ROOMS["020301"]))
# F4, and the second golden loan of SPEC §2.6
LOANS = {
    LoanWish(89000000, 30, 20, "equal instalment"): Loan(62000000, Decimal("0.0395"), 374076, 374196, 27778360),
    LoanWish(121430000, 30, 30, "equal principal"): Loan(85000000, Decimal("0.0395"), 515903, 236928, 50502420),
}


@dataclass(frozen=True, slots=True)
class Ready:
    ready: Sequence[Utterance] | None


@dataclass
class Wordy:
    """A voice that takes a second for eight characters. `late`: how often a prompt with slots is not ready yet."""

    late: Mapping[str, int] = field(default_factory=dict)

    def prompt(self, lang: str, name: str) -> Utterance:
        return _utterance(CATALOGUE[name].line(lang).text, name)

    def say(self, lang: str, name: str, values: Mapping[str, object]) -> "Slow":
        words = _utterance(sentence.fill(lang, CATALOGUE[name].words[lang], values), name)
        return Slow(words, self.late.get(name, 0))

    def text(self, lang: str, text: str) -> Ready:
        return Ready([_utterance(text, "")])


@dataclass
class Slow:
    """A sentence that is not rendered the first `late` times it is asked for."""

    words: Utterance
    late: int

    @property
    def ready(self) -> Sequence[Utterance] | None:
        self.late -= 1
        return None if self.late >= 0 else [self.words]


def _utterance(text: str, name: str) -> Utterance:
    return Utterance(text, f"/sounds/{name}", len(text) / 8, name)


@dataclass
class House(NoMessages):
    """Rooms, texts, hours and messages. `down`: the sources of data are silent; `is_open`: it is business time."""

    is_open: bool = True
    down: bool = False
    broken: bool = False
    written: bool = True
    kept: list[tuple[str, Recorded, str]] = field(default_factory=list)
    rooms: Mapping[str, Room] = field(default_factory=lambda: ROOMS)
    shown: Sequence[Layout] = SHOWN
    found: Found = FOUND
    wishes: list[Wish] = field(default_factory=list)
    loans: list[LoanWish] = field(default_factory=list)

    async def by_code(self, project: Project, code: str) -> Room | None:
        self._look()
        return self.rooms.get(code) if project == GARDEN else None

    async def layouts(self, project: Project) -> Sequence[Layout]:
        self._look()
        return self.shown if project == GARDEN else ()

    async def search(self, project: Project, wish: Wish) -> Found:
        self._look()
        self.wishes.append(wish)
        return self.found if project == GARDEN else Found(0, ())

    async def reckon(self, project: Project, wish: LoanWish) -> Loan | None:
        self._look()
        self.loans.append(wish)
        return LOANS.get(wish)

    async def text(self, project: int, topic: str, lang: str) -> str | None:
        self._look()
        return f"{topic} {lang}" if self.written else None

    def open(self, service: Service) -> bool:
        return self.is_open

    def open_at(self, service: Service, at: datetime) -> bool:
        return at.weekday() < 6 and 9 <= at.hour < 18

    async def keep(self, letter: Letter, recorded: Recorded) -> None:
        self._look()
        self.kept.append((letter.call, recorded, letter.mailbox))

    def _look(self) -> None:
        if self.down:
            raise Unavailable("the database does not answer")
        if self.broken:
            raise RuntimeError("a fault of ours")


class Stage:
    """One call acted out on a flow, and everything it left behind."""

    def __init__(
        self,
        script: Iterable[str],
        flow: Flow,
        house: House | None = None,
        *,
        service: Service = SERVICE,
        voice: Wordy | None = None,
        dials: Sequence[Dialled] = (),
        party: Party = PARTY,
        **ports: Any,
    ) -> None:
        """ports: what stands at the desk beside the house (`ivr.desk.Desk`)."""
        self.facts: list[AnyFact] = []
        self.house = house or House()
        self.flow, self.service = flow, service
        self.clock, bus = FixedClock(MONDAY_10), LocalBus()
        bus.subscribe(self.facts.append)
        house = self.house
        self.desk = Desk(self.clock, bus, voice or Wordy(), house, house, house, house, loans=house, **ports)
        self.call = ScriptedCall(script, self.clock, bus, party, dials)
        self.visit = Visit(self.call, self.desk, service, Place(flow.name, flow.version, flow.start))

    async def run(self, *, lang: str = "", place: str = "") -> "Stage":
        """lang: a caller whose language is known; place: a call taken up again there."""
        if lang:
            self.visit.coming, self.visit.place = (
                Coming.KNOWN,
                Place(self.flow.name, self.flow.version, self.flow.start, lang),
            )
        if place:
            self.visit.coming, self.visit.place = Coming.RESUMED, Place.read(place)
        await attend(self.flow, self.visit)
        return self

    def of(self, kind: type[Fact]) -> list[Any]:
        return [fact for fact in self.facts if isinstance(fact, kind)]

    @property
    def nodes(self) -> list[str]:
        return [fact.node for fact in self.of(StepEntered)]

    @property
    def exits(self) -> list[tuple[str, str]]:
        return [(fact.node, fact.exit) for fact in self.of(StepPassed)]

    @property
    def said(self) -> list[str]:
        return [fact.text for fact in self.of(Said)]

    @property
    def speech(self) -> str:
        return "\n".join(self.said)

    @property
    def ends(self) -> int:
        return len(self.of(CallEnded))


FLOWS = Path(__file__).parents[2] / "ivr" / "flows"


def document(name: str = "main") -> dict[str, Any]:
    made, problems = parse((FLOWS / f"{name}.json").read_text(encoding="utf-8"))
    assert not problems
    return dict(made)


def copy(made: Mapping[str, Any]) -> dict[str, Any]:
    return dict(json.loads(json.dumps(made)))


MAIN = load(document("main"))
DEFAULT = load(document("default"))


def words(name: str, lang: str = "zh") -> str:
    return CATALOGUE[name].words[lang]


def filled(name: str, lang: str = "zh", /, **values: object) -> str:
    """The words of a prompt with slots."""
    return sentence.fill(lang, words(name, lang), values)


def welcome(lang: str = "zh") -> str:
    return filled("welcome", lang, company=SERVICE.company)
