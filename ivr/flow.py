"""A flow as the administrator wrote it: named steps, and where each of their exits leads.

    {"flow": "main", "format": 1, "start": "welcome", "trouble": "timeout",
     "steps": {"welcome": {"kind": "play", "say": "welcome", "leads": {"done": "lang"}}, …}}

A lead goes to a step, or to "end": the call is over. `trouble` (may be left out) is the step that looks after a caller
when a step of ours has failed.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ivr.programs
import ivr.steps  # noqa: F401 (registers the kinds and the programs)
from ivr.fields import build
from ivr.step import KINDS, Exit, Step

END = "end"
FORMAT = 1

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Node:
    step: Step
    leads: Mapping[Exit, str]


@dataclass(frozen=True, slots=True)
class Flow:
    """A checked document, fixed for the calls that began with it."""

    name: str
    version: str
    start: str
    nodes: Mapping[str, Node]
    trouble: str = ""


def version(document: Document) -> str:
    """The document's fingerprint: the same words in the same order are the same version.

    The order counts, because the options of a menu are spoken in it.
    """
    words = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(words.encode()).hexdigest()[:8]


def load(document: Document) -> Flow:
    """Build the flow of a document that has passed `ivr.check`. Raises ValueError for one that has not."""
    nodes = {}
    for name, box in document["steps"].items():
        values = {field: value for field, value in box.items() if field not in ("kind", "leads")}
        step, faults = build(KINDS[box["kind"]], values)
        if step is None:
            raise ValueError(f"step {name}: {faults[0].field}: {faults[0].en}")
        nodes[name] = Node(step, box.get("leads", {}))
    return Flow(document["flow"], version(document), document["start"], nodes, document.get("trouble", ""))
