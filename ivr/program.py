"""Flows in code: for what a document cannot say."""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

from ivr.step import Exit
from ivr.visit import Visit

Body = Callable[[Visit], Awaitable[Exit]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What the checker and the drawing must know of a program; the fields are those of `ivr.step.Step`."""

    body: Body
    exits: Collection[Exit]
    keys: Mapping[str, Exit] = field(default_factory=dict)
    stays: Mapping[str, str] = field(default_factory=dict)
    hasty: Collection[Exit] = ()
    quiet: Collection[Exit] = ()
    prompts: Mapping[str, Collection[str]] = field(default_factory=dict)


PROGRAMS: dict[str, Program] = {}
