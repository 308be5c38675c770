"""On which day, and at which time of it, the caller comes to see the rooms (node S1)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from calls.clock import BUSINESS
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.counter.registrations import HOURS, Slot
from ivr.keys import one_of
from ivr.step import AGENT, BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

CHOSEN, FULL = "chosen", "full"
DAYS = 7  # key 1 is today
SLOTS: Mapping[str, Slot] = {"1": "morning", "2": "afternoon", "3": "evening"}
OPTION, NONE, HELP_SLOT = "viewing_day", "viewing_full", "help_viewing_slot"


@kind("viewing", zh="预约看房")
@dataclass(frozen=True, slots=True)
class Viewing(Step):
    """help  what a silent caller hears when the day is asked for

    Only days and times are offered at which the office is open and has room for visitors: 1 today … 7, then 1 morning,
    2 afternoon, 3 evening; `*` goes back to the days. “full”: there are none.
    """

    help: Prompt = "help_viewing_day"

    def exits(self) -> Collection[Exit]:
        return (CHOSEN, FULL, BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"1-7": CHOSEN, "*": BACK, "0": AGENT}

    def hasty(self) -> Collection[Exit]:
        return (FULL,)

    def quiet(self) -> Collection[Exit]:
        return (FULL, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        slots = (f"viewing_{slot}" for slot in SLOTS.values())
        return {**plain(NONE, *slots, self.help, HELP_SLOT, *COMMON_PROMPTS), OPTION: ("date", "number")}

    async def run(self, visit: Visit) -> Exit:
        """The phase is the day chosen, as 20240402."""
        while True:
            free = await _free(visit)
            if not free:
                visit.put_back(await visit.say([visit.prompt(NONE)]))
                return FULL
            day = next((day for day in free if f"{day:%Y%m%d}" == visit.place.phase), None)
            if day is None:
                answer = await self._day(visit, free)
                if not isinstance(answer, date):
                    return answer
                day = answer
                visit.change(phase=f"{day:%Y%m%d}")
            match await self._slot(visit, free[day]):
                case "*":
                    visit.change(phase="")
                case "0":
                    return AGENT
                case "":
                    return GAVE_UP
                case key:
                    visit.change(entry=written(day, SLOTS[key]))
                    return CHOSEN

    async def _day(self, visit: Visit, free: Collection[date]) -> date | Exit:
        first = _today(visit)
        offered = {str((day - first).days + 1): day for day in free}
        words = [visit.sentence(OPTION, date=day, number=int(key)) for key, day in offered.items()]
        match await ask(visit, Question(words, one_of({*offered, "*", "0"}), [visit.prompt(self.help)])):
            case Keyed("*"):
                return BACK
            case Keyed("0"):
                return AGENT
            case Keyed(key):
                return offered[key]
            case Exhausted():
                return GAVE_UP

    async def _slot(self, visit: Visit, free: Sequence[Slot]) -> str:
        keys = [key for key, slot in SLOTS.items() if slot in free]
        words = [visit.prompt(f"viewing_{SLOTS[key]}") for key in keys]
        match await ask(visit, Question(words, one_of({*keys, "*", "0"}), [visit.prompt(HELP_SLOT)])):
            case Keyed(key):
                return key
            case Exhausted():
                return ""


def written(day: date, slot: Slot) -> str:
    """As a place's entry carries it to the next step.

    >>> written(date(2024, 4, 2), "morning")
    '20240402morning'
    """
    return f"{day:%Y%m%d}{slot}"


def read(entry: str) -> tuple[date, Slot] | None:
    """
    >>> read("20240402morning"), read("020201"), read("")
    ((datetime.date(2024, 4, 2), 'morning'), None, None)
    """
    for slot in SLOTS.values():
        if entry.endswith(slot):
            return datetime.strptime(entry.removesuffix(slot), "%Y%m%d").date(), slot  # noqa: DTZ007 (a day, no moment)
    return None


def _today(visit: Visit) -> date:
    return visit.desk.clock.now().astimezone(BUSINESS).date()


async def _free(visit: Visit) -> Mapping[date, Sequence[Slot]]:
    """The days, and their times, that are not over, at which the office is open and not full."""
    now, first = visit.desk.clock.now(), _today(visit)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    full = await visit.desk.counter.registrations.full(visit.service.tenant, visit.project.id, first, days[-1])

    def offered(day: date, slot: Slot) -> bool:
        at = datetime.combine(day, time(HOURS[slot]), BUSINESS)
        return at > now and visit.desk.hours.open_at(visit.service, at) and (day, slot) not in full

    free = {day: [slot for slot in SLOTS.values() if offered(day, slot)] for day in days}
    return {day: slots for day, slots in free.items() if slots}
