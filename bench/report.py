"""What a bench has found: one shape for people and programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure has to be at most, or at least, so much."""

    bound: float
    sense: Literal["most", "least"]

    def met(self, value: float) -> bool:
        """NaN (nothing could be measured) meets nothing."""
        return value <= self.bound if self.sense == "most" else value >= self.bound

    def __str__(self) -> str:
        return f"{'≤' if self.sense == 'most' else '≥'} {self.bound:g}"


def at_most(bound: float) -> Goal:
    return Goal(bound, "most")


def at_least(bound: float) -> Goal:
    return Goal(bound, "least")


@dataclass(slots=True)
class Report:
    """figures: ours; against: the same of others, measured in the same run; ratios: ours to theirs.

    goals: by the name of a figure or a ratio. notes: what a reader must know to judge the figures.
    judged: a figure as it would be on the machine its goal was set on, where this machine's speed has been measured in
    the same run (`paced`): it is held against the goal, the figure itself stays as it was measured.
    """

    name: str
    goals: Mapping[str, Goal]
    figures: dict[str, float] = field(default_factory=dict)
    against: dict[str, float] = field(default_factory=dict)
    ratios: dict[str, float] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    judged: dict[str, float] = field(default_factory=dict)

    def paced(self, figures: Iterable[str], pace: float) -> None:
        """This machine does so many times the work of the one the goals were set on: 0.5 is half as fast.

        Rates ("…_per_s") are judged as if divided by that, times as if multiplied.
        """
        for name in figures:
            value = self.figures[name]
            self.judged[name] = value / pace if name.endswith("_per_s") else value * pace

    @property
    def met(self) -> dict[str, bool]:
        """A goal whose figure was not measured is not met."""
        values = {**self.figures, **self.ratios, **self.judged}
        return {name: name in values and goal.met(values[name]) for name, goal in self.goals.items()}

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "figures": _rounded(self.figures),
            "against": _rounded(self.against),
            "ratios": _rounded(self.ratios),
            "judged": _rounded(self.judged),
            "met": self.met,
            "goals": {name: str(goal) for name, goal in self.goals.items()},
            "notes": self.notes,
        }


def table(report: Mapping[str, Any]) -> str:
    """Any report of the shape `{name, figures, against, ratios, met}`, for reading."""
    met, goals, judged = report["met"], report.get("goals", {}), report.get("judged", {})
    rows = [(f"bench {report['name']}", "", "", "")]
    for title in ("figures", "ratios", "against"):
        for name, value in report[title].items():
            aimed = title != "against" and name in met
            verdict = ("✓" if met[name] else "✗") if aimed else ""
            shown = f"{_number(value)} as {_number(judged[name])}" if name in judged else _number(value)
            rows.append((_TITLES[title] + name, shown, goals.get(name, "") if aimed else "", verdict))
    measured = {**report["figures"], **report["ratios"]}
    rows += [(name, "not measured", goals.get(name, ""), "✗") for name in met if name not in measured]
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{what:<{widths[0]}}  {value:>{widths[1]}}  {goal:<{widths[2]}}  {verdict}".rstrip()
        for what, value, goal, verdict in rows
    ]
    return "\n".join([*lines, *(f"· {note}" for note in report.get("notes", []))])


_TITLES = {"figures": "", "ratios": "ratio  ", "against": "beside it  "}


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:g}"


def _rounded(values: Mapping[str, float]) -> dict[str, float | None]:
    """JSON knows no NaN: what could not be measured is null."""
    return {name: None if value != value else round(value, 3) for name, value in values.items()}
