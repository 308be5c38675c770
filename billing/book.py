"""The calls being told, in memory: facts in, rows out. Pure but for what it remembers."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from billing import entries
from billing.posting import Entries
from calls.facts import CallEnded, CallOffered, Fact
from calls.record import fold
from db.tenant import HOME

TenantOf = Callable[[str], int]

REMEMBERED = 200  # ended calls kept for facts that come late; an older one is read back from the database


@dataclass(slots=True)
class Story:
    """All facts of one call so far."""

    tenant: int
    facts: list[Fact] = field(default_factory=list)


class Book:
    """tenant_of: whose number was called; asked once per call."""

    def __init__(self, tenant_of: TenantOf) -> None:
        self._tenant_of = tenant_of
        self._open: dict[str, Story] = {}
        self._ended: OrderedDict[str, Story] = OrderedDict()

    def strangers(self, facts: Iterable[Fact]) -> set[str]:
        """Calls told of here whose beginning is not in memory: it must be recalled from the database first."""
        met: set[str] = set()
        strange: set[str] = set()
        for fact in facts:
            call = fact.call
            if call in met or call in self._open or call in self._ended:
                continue
            met.add(call)
            if not isinstance(fact, CallOffered):
                strange.add(call)
        return strange

    def recall(self, earlier: Mapping[str, Sequence[Fact]]) -> None:
        """Take up calls again whose earlier facts were stored before, by us or by another controller."""
        for call, facts in earlier.items():
            if facts:
                over = any(isinstance(fact, CallEnded) for fact in facts)
                (self._ended if over else self._open)[call] = Story(self._tenant(facts), list(facts))

    def enter(self, facts: Sequence[Fact]) -> Entries:
        """The rows that these facts make, in the order told."""
        rows = Entries()
        told: dict[str, Story] = {}
        for fact in facts:
            call = fact.call
            story = self._open.get(call)
            if story is None and (story := self._ended.get(call)) is None:
                story = self._open[call] = Story(self._tenant((fact,)))
            story.facts.append(fact)
            rows.events.append(entries.event(fact, story.tenant))
            if isinstance(fact, CallOffered):
                if len(story.facts) > 1:
                    story.tenant = self._tenant((fact,))  # told late, by whoever took the call up again
                rows.openings.append(entries.opening(fact, story.tenant))
            elif isinstance(fact, CallEnded) or call in self._ended:
                told[call] = story
        for call, story in told.items():
            self._tell(call, story, rows)
        return rows

    def _tell(self, call: str, story: Story, rows: Entries) -> None:
        record = fold(story.facts)
        if not record.channel:  # nobody heard it being offered
            rows.openings.append(entries.opening(entries.beginning(record), story.tenant))
        rows.endings.append(entries.ending(record))
        rows.recordings.extend(entries.recordings(record, story.tenant))
        rows.legs.extend(entries.legs(record, story.tenant))
        rows.cdrs.extend(entries.cdrs(record, story.tenant))
        self._open.pop(call, None)
        self._ended[call] = story
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)

    def _tenant(self, facts: Iterable[Fact]) -> int:
        return next((self._tenant_of(fact.callee) for fact in facts if isinstance(fact, CallOffered)), HOME)
