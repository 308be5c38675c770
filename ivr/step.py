"""The contract of a step: its fields are what the administrator fills in, `run` is what the caller lives through.

A step is a frozen dataclass in a file of its own under `ivr/steps`, registered by its kind. The checker, the drawing
and the manual learn everything about it from the class.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import ClassVar, NewType, TypeVar

from ivr.visit import Visit

Exit = str  # an outcome's name: never a key
DONE, BACK, AGENT, GAVE_UP = "done", "back", "agent", "gave up"
EVERYWHERE: Mapping[str, Exit] = {"*": BACK, "0": AGENT}  # keys that every menu has unless it overrides them

Prompt = str  # the name of a prompt in the catalogue
ProgramName = NewType("ProgramName", str)


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a menu. An option that is not enabled is not spoken, and its key is wrong; so is one whose
    function (`dialplan.functions`) the tenant called does not offer."""

    say: Prompt
    exit: Exit
    enabled: bool = True
    feature: str = ""


Options = Mapping[str, Option]  # key -> option, in the order in which they are spoken


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong in a field, and what to do about it, in both languages."""

    field: str
    en: str
    zh: str


class Step(ABC):
    """title: the kind's name for people, by language."""

    kind: ClassVar[str]
    title: ClassVar[Mapping[str, str]]

    @abstractmethod
    def exits(self) -> Collection[Exit]:
        """Every outcome, in the order in which it is drawn."""

    def keys(self) -> Mapping[str, Exit]:
        """The keys that lead somewhere, for the drawing."""
        return {}

    def stays(self) -> Mapping[str, str]:
        """The keys that keep the caller in this step, and what they do; for the drawing."""
        return {}

    def hasty(self) -> Collection[Exit]:
        """Exits that may be taken at once, without the caller doing or hearing anything for long."""
        return ()

    def quiet(self) -> Collection[Exit]:
        """Exits that a caller takes who does nothing."""
        return self.hasty()

    def prompts(self) -> Mapping[str, Collection[str]]:
        """Every prompt this step may say -> the slots it fills."""
        return {}

    def faults(self) -> Collection[Fault]:
        """What is wrong although every single field is of the right kind."""
        return ()

    def skip(self, visit: Visit) -> Exit | None:
        """The exit to take if there is nothing to do in this step for this caller; then it leaves no trace."""
        return None

    @abstractmethod
    async def run(self, visit: Visit) -> Exit:
        """Serve the caller; return one of `exits`. Raises Unavailable if its data is; lets Hungup pass."""


KINDS: dict[str, type[Step]] = {}
S = TypeVar("S", bound=Step)


def kind(name: str, *, zh: str) -> Callable[[type[S]], type[S]]:
    """Offer a step to the administrator under `name`."""

    def register(cls: type[S]) -> type[S]:
        cls.kind = name
        cls.title = {"en": name, "zh": zh}
        KINDS[name] = cls
        return cls

    return register


def plain(*names: str) -> Mapping[str, Collection[str]]:
    """Prompts that are said as they are, without slots."""
    return dict.fromkeys(names, ())
