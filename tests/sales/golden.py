"""Fixture T as SPEC §3.1 gives it, and the rows its reports must show (§3.2, §3.3)."""

import json
from datetime import date
from pathlib import Path
from typing import Any

_GOLDEN: dict[str, Any] = json.loads((Path(__file__).parent / "golden.json").read_text(encoding="utf-8"))

AS_OF = date.fromisoformat(_GOLDEN["as_of"])


def fixture(kind: str) -> list[dict[str, Any]]:
    """The rows in, such as `deals` or `recv`."""
    rows: list[dict[str, Any]] = _GOLDEN["fixture"][kind]
    return rows


def by_id(kind: str) -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in fixture(kind)}


def commission() -> dict[str, Any]:
    """The commission scheme of the fixture."""
    scheme: dict[str, Any] = _GOLDEN["fixture"]["commission"]
    return scheme


def report(name: str) -> list[dict[str, Any]]:
    """The rows of a report, each by its columns; a total row is the last one."""
    shown = _GOLDEN["reports"][name]
    return [dict(zip(shown["columns"], row, strict=True)) for row in shown["rows"]]
