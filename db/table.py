"""A state machine as a table: it can be printed, checked and asked, and it decides nothing else.

A row says which event leads from which states where. What must be true besides (the guard) and what happens with it
(the effects) is told in words: the services do it, the table is where a reader finds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from db.refusal import Code, Refused
from db.words import Words

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True)
class Row(Generic[S, E]):
    """One line. `to` names where it may lead, the usual state first; empty means that the state stays what it is."""

    no: str
    event: E
    of: tuple[S, ...]
    to: tuple[S, ...]
    guard: str = ""
    effects: str = ""


@dataclass(frozen=True)
class Remark:
    """A numbered line that is no transition and says why."""

    no: str
    text: str


@dataclass(frozen=True)
class Table(Generic[S, E]):
    """All rows of one machine.

    `noun` is whose state it is; `names` and `verbs` say every state and event in both languages (an English verb
    completes "it is not possible to …"). ValueError when the table is not whole: see `__post_init__`.
    """

    noun: Words
    names: Mapping[S, Words]
    verbs: Mapping[E, Words]
    start: tuple[S, ...]
    rows: tuple[Row[S, E] | Remark, ...]

    def __post_init__(self) -> None:
        """Every state and event of the enumerations has a name, a row and a way from the start; none is there twice."""
        state_type, event_type = type(next(iter(self.names))), type(next(iter(self.verbs)))
        faults = [f"{state} has no name" for state in state_type if state not in self.names]
        faults += [f"{event} has no name" for event in event_type if event not in self.verbs]
        faults += [f"{event} has no row" for event in event_type if all(row.event != event for row in self.transitions)]
        numbers = [row.no for row in self.rows]
        faults += [f"{no} is there twice" for no in sorted(set(numbers)) if numbers.count(no) > 1]
        pairs = [(state, row.event) for row in self.transitions for state in row.of]
        faults += [
            f"{state} + {event} is there twice" for state, event in set(pairs) if pairs.count((state, event)) > 1
        ]
        faults += [f"{state} cannot be reached" for state in state_type if state not in self._reached()]
        if faults:
            raise ValueError(f"{self.noun.en}: {'; '.join(sorted(faults))}")

    @property
    def transitions(self) -> tuple[Row[S, E], ...]:
        """The rows without the remarks."""
        return tuple(row for row in self.rows if isinstance(row, Row))

    def next(self, state: S, event: E, to: S | None = None) -> S:
        """Where `event` leads from `state`; `to` chooses where a row knows several places, otherwise it is the first.

        E_STATE with a sentence in the trade's words when the table has no such row, or not to that place.
        """
        row = self.row(state, event)
        if row is None:
            raise self._refused(state, event)
        places = row.to or (state,)
        if to is not None and to not in places:
            raise self._refused(state, event, to)
        return places[0] if to is None else to

    def row(self, state: S, event: E) -> Row[S, E] | None:
        """The row of this pair, if there is one."""
        return next((row for row in self.transitions if row.event == event and state in row.of), None)

    def events(self, state: S) -> tuple[E, ...]:
        """What may happen in `state`, in the order of the table."""
        return tuple(row.event for row in self.transitions if state in row.of)

    def ends(self) -> tuple[S, ...]:
        """The states that nothing leads out of."""
        return tuple(state for state in self.names if not self.events(state))

    def as_table(self) -> str:
        """The machine as markdown: its states with their names, then its rows."""
        states = [f"`{state}` {words.zh} {words.en}" for state, words in self.names.items()]
        lines = [
            f"# {self.noun.zh} {self.noun.en}",
            "",
            f"States: {', '.join(states)}.",
            f"Begins as {_codes(self.start)}; ends as {_codes(self.ends()) or 'none of them'}.",
            "",
            "| # | event | from → to | guard | side effects |",
            "| --- | --- | --- | --- | --- |",
        ]
        for row in self.rows:
            if isinstance(row, Remark):
                lines.append(f"| {row.no} | – | – | {row.text} | – |")
                continue
            words = self.verbs[row.event]
            way = f"{_codes(row.of)} → {_codes(row.to, ' / ') or 'same'}"
            lines.append(f"| {row.no} | `{row.event}` {words.zh} | {way} | {row.guard or '–'} | {row.effects or '–'} |")
        return "\n".join(lines) + "\n"

    def _reached(self) -> set[S]:
        reached = set(self.start)
        while more := {to for row in self.transitions if reached & set(row.of) for to in row.to} - reached:
            reached |= more
        return reached

    def _refused(self, state: S, event: E, to: S | None = None) -> Refused:
        now, wanted = self.names[state], self.verbs[event]
        place = Words("", "") if to is None else Words(f"到“{self.names[to].zh}”", f" (to {self.names[to].en})")
        return Refused(
            Code.STATE,
            f"{self.noun.zh}当前状态为“{now.zh}”，不能{wanted.zh}{place.zh}。",
            f"The {self.noun.en} is {now.en}: it is not possible to {wanted.en}{place.en}.",
            state=state.value,
            event=event.value,
            possible=[event.value for event in self.events(state)],
        )


def _codes(states: tuple[StrEnum, ...], between: str = ", ") -> str:
    return between.join(f"`{state}`" for state in states)
