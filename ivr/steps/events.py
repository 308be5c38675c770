"""The events that a caller may sign up for (node S3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.counter.registrations import Happening
from ivr.keys import one_of
from ivr.step import AGENT, BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

CHOSEN, NONE = "chosen", "none"
DIGITS_OF_A_DAY = 8
OPTION, NOTHING = "event_option", "event_none"


@kind("events", zh="活动报名")
@dataclass(frozen=True, slots=True)
class Events(Step):
    """help  what a silent caller hears

    Keys: 1–9 an event, 0 agent, * back. “none”: there are no events to sign up for.
    """

    help: Prompt = "help_event"

    def exits(self) -> Collection[Exit]:
        return (CHOSEN, NONE, BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"1-9": CHOSEN, "*": BACK, "0": AGENT}

    def hasty(self) -> Collection[Exit]:
        return (NONE,)

    def quiet(self) -> Collection[Exit]:
        return (NONE, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {**plain(NOTHING, self.help, *COMMON_PROMPTS), OPTION: ("date", "name", "number")}

    async def run(self, visit: Visit) -> Exit:
        found = await visit.desk.counter.registrations.events(visit.service.tenant, visit.project.id)
        if not found:
            visit.put_back(await visit.say([visit.prompt(NOTHING)]))
            return NONE
        offered = {str(number): event for number, event in enumerate(found, 1)}
        words = [
            visit.sentence(OPTION, date=event.day, name=event.name[visit.lang], number=int(key))
            for key, event in offered.items()
        ]
        match await ask(visit, Question(words, one_of({*offered, "*", "0"}), [visit.prompt(self.help)])):
            case Keyed("*"):
                return BACK
            case Keyed("0"):
                return AGENT
            case Keyed(key):
                event = offered[key]
                visit.change(entry=written(event))
                return CHOSEN
            case Exhausted():
                return GAVE_UP


def written(event: Happening) -> str:
    """As a place's entry carries it to the next step.

    >>> written(Happening(7, date(2024, 4, 6), {}))
    '20240406-7'
    """
    return f"{event.day:%Y%m%d}-{event.id}"


def read(entry: str) -> tuple[date, int] | None:
    """The day and the event's id.

    >>> read("20240406-7"), read("020201"), read("")
    ((datetime.date(2024, 4, 6), 7), None, None)
    """
    day, dash, key = entry.partition("-")
    if not (dash and len(day) == DIGITS_OF_A_DAY and day.isdecimal() and key.isdecimal()):
        return None
    return datetime.strptime(day, "%Y%m%d").date(), int(key)  # noqa: DTZ007 (a day, no moment)
