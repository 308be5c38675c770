"""A call told live on the screen: who, where, what is being said, which keys."""

from datetime import datetime

from rich.console import Console
from rich.text import Text

from calls.facts import (
    Alarm,
    AnyFact,
    CallEnded,
    CallOffered,
    CallResumed,
    CallTroubled,
    HelpGiven,
    KeyPressed,
    LanguageChosen,
    LegAnswered,
    LegEnded,
    LegRang,
    RecordingMade,
    Said,
    StepEntered,
    WrongKeys,
)

COLOURS = ("cyan", "yellow", "magenta", "green", "blue", "red")


class Story:
    """Listens to the bus and writes one line per thing worth telling."""

    def __init__(self, screen: Console) -> None:
        self._screen = screen
        self._began: datetime | None = None
        self._callers: dict[str, tuple[str, str]] = {}  # call id → (number, colour)
        self._node: dict[str, str] = {}

    def hear(self, fact: AnyFact) -> None:
        """A bus listener."""
        match fact:
            case CallOffered(call=call, caller=caller):
                self._callers[call] = (caller or "anonymous", COLOURS[len(self._callers) % len(COLOURS)])
                self._tell(fact, f"☎  calls {fact.callee}", "bold")
            case StepEntered(call=call, node=node):
                self._node[call] = node
            case Said(text=text, lang=lang):
                self._tell(fact, f"🔊 {lang} {text}")
            case KeyPressed(key=key, private=private):
                self._tell(fact, f"⌨  {'•' if private else key}", "bold")
            case LanguageChosen(lang=lang):
                self._tell(fact, f"   language: {lang}", "dim")
            case HelpGiven(level=level):
                self._tell(fact, f"   help, level {level}", "dim")
            case WrongKeys(keys=keys, time=time):
                self._tell(fact, f"   “{keys}” is no answer here ({time})", "dim")
            case LegRang(number=number):
                self._tell(fact, f"   ringing {number}", "dim")
            case LegAnswered():
                self._tell(fact, "   connected", "dim")
            case LegEnded(result=result, seconds=seconds):
                self._tell(fact, f"   {result} ({seconds:.1f} s)", "dim")
            case RecordingMade(seconds=seconds, ended=ended):
                self._tell(fact, f"⏺  {seconds:.1f} s recorded (ended by {ended})", "dim")
            case CallResumed(controller=controller):
                self._tell(fact, f"   taken up again by {controller}", "bold")
            case CallTroubled(what=what):
                self._tell(fact, f"⚠  {what}", "red")
            case CallEnded(by=by, cause=cause):
                self._tell(fact, f"■  ended by {by}, cause {cause}", "bold")
                self._node.pop(fact.call, None)
            case Alarm(text=text, cleared=cleared):
                self._screen.print(Text(f"{'✓ over: ' if cleared else '⚠ '}{text}", "green" if cleared else "red"))
            case _:
                pass

    def _tell(self, fact: AnyFact, text: str, style: str = "") -> None:
        self._began = self._began or fact.at
        seconds = (fact.at - self._began).total_seconds()
        call = getattr(fact, "call", "")
        who, colour = self._callers.get(call, ("", "white"))
        line = Text(f"{seconds:6.1f}s ", "dim")
        line.append(f"{who:<12} ", colour)
        line.append(f"{self._node.get(call, ''):<11} ", "dim")
        line.append(text, style)
        self._screen.print(line)
