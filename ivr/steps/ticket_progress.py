"""What has become of a complaint, a suggestion or a repair: of this caller's, or by its number (C4; S4-51, 52)."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from calls.call import Utterance
from calls.facts import WrongKeys
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.counter.tickets import Progress
from ivr.desk import Sentence
from ivr.keys import entry, one_of
from ivr.leaf import STAYS, Leaf
from ivr.step import AGENT, BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

DIGITS = 12  # 20240331-0001
MOST_UNKNOWN = 3
OWN, NUMBER, FOUND = "own", "number", "found"  # how far it is
CHOICES = {"1": "progress_1", "2": "progress_2"}
ASK, HELP_ASK, NONE, NONE_OWN = "progress_number", "help_progress_number", "progress_none", "progress_none_own"
STATES = ("new", "accepted", "assigned", "processing", "resolved", "closed", "rejected")
DEPARTMENT, ANSWER, ELSEWHERE = "ticket_department", "ticket_answer", "ticket_answer_elsewhere"
WITH_DEPARTMENT = ("assigned", "processing")
LEAF = Leaf("help_text")


@kind("ticket progress", zh="工单进度")
@dataclass(frozen=True, slots=True)
class TicketProgress(Step):
    """help  what a silent caller hears

    1 what was registered from the number called from, 2 by the ticket's number. An answer is told only to the telephone
    it was asked for from: the numbers of tickets can be guessed.
    """

    help: Prompt = "help_progress"

    def exits(self) -> Collection[Exit]:
        return (BACK, AGENT, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": BACK, "0": AGENT}

    def stays(self) -> Mapping[str, str]:
        return {"1": "own", "2": "by number", **STAYS}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        said = plain(*CHOICES.values(), ASK, HELP_ASK, NONE, NONE_OWN, ANSWER, ELSEWHERE, self.help, *COMMON_PROMPTS)
        states = {f"ticket_{state}": ("digits",) for state in STATES}
        return {**LEAF.prompts(), **said, **states, DEPARTMENT: ("name",)}

    async def run(self, visit: Visit) -> Exit:
        how, _, _ = visit.place.phase.partition(";")
        if not how:
            exit = await self._choose(visit)
            if exit:
                return exit
            how = visit.place.phase
        if how == NUMBER:
            exit = await self._enter(visit)
            if exit:
                return exit
        tickets, tenant, caller = visit.desk.counter.tickets, visit.service.tenant, visit.call.party.caller
        if how == OWN:
            found = await tickets.own(tenant, caller)
        else:
            one = await tickets.find(tenant, visit.place.entry, caller)
            found = [one] if one else []
        none = [visit.prompt(NONE_OWN if how == OWN else NONE)]
        return await LEAF.tell(visit, [word for each in found for word in told(visit, each)] or none)

    async def _choose(self, visit: Visit) -> Exit | None:
        words = [visit.prompt(name) for name in CHOICES.values()]
        match await ask(visit, Question(words, one_of({*CHOICES, "*", "0"}), [visit.prompt(self.help)])):
            case Exhausted():
                return GAVE_UP
            case Keyed(key) if key in self.keys():
                return self.keys()[key]
            case Keyed(key):
                visit.change(phase=OWN if key == "1" else NUMBER)
        return None

    async def _enter(self, visit: Visit) -> Exit | None:
        """None: a ticket's number is in the place's entry. The phase counts the unknown ones."""
        say = [visit.prompt(ASK)]
        words = say
        while True:
            question = Question(words, entry(DIGITS, DIGITS), [visit.prompt(HELP_ASK)], again=say)
            match await ask(visit, question):
                case Exhausted():
                    return GAVE_UP
                case Keyed(keys) if keys.endswith("*"):
                    return BACK
                case Keyed(keys):
                    number = keys
            if await visit.desk.counter.tickets.find(visit.service.tenant, number, visit.call.party.caller):
                visit.change(entry=number, phase=FOUND)
                return None
            unknown = int(visit.place.phase.partition(";")[2] or 0) + 1
            visit.tell(WrongKeys, node=visit.place.step, keys=number, time=unknown)
            if unknown == MOST_UNKNOWN:
                return GAVE_UP
            visit.change(phase=f"{NUMBER};{unknown}")
            words = [visit.prompt(NONE), *say]


def told(visit: Visit, ticket: Progress) -> Iterator[Utterance | Sentence]:
    """The sentences about a ticket; a department that this language has no words for is not named."""
    yield visit.sentence(f"ticket_{ticket.state}", digits=ticket.number)
    speakable = visit.lang == "zh" or ticket.department.isascii()
    if ticket.state in WITH_DEPARTMENT and ticket.department and speakable:
        yield visit.sentence(DEPARTMENT, name=ticket.department)
    if ticket.answer and ticket.private:
        yield visit.prompt(ELSEWHERE)
    elif ticket.answer:
        yield visit.prompt(ANSWER)
        yield visit.desk.voice.text(visit.lang if ticket.answer.isascii() else "zh", ticket.answer)
