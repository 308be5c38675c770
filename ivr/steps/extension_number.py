"""Ask for the number of an extension until it is one of the house's (node X, SPEC §4.2)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import WrongKeys
from dialplan.classes import OUTSIDE
from dialplan.extension import Kind, internal, kind_of
from dialplan.reach import Reached
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.attendant import toll
from ivr.attendant.ringing import tell
from ivr.keys import extension
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

FOUND, DIRECTORY = "found", "directory"
UNKNOWN, NOT_FROM_HERE = "ext_unalloc", "ext_outside"
MOST_UNKNOWN = 3  # numbers that nobody has, then a person helps


@kind("extension number", zh="输入分机号码")
@dataclass(frozen=True, slots=True)
class ExtensionNumber(Step):
    """say   the question
    help  what a silent caller hears
    mailbox, board, conference, fax  may 5000, 60xx, 70xx, 9001 be dialled? Then the exit of that name is taken

    Four digits act at once; `0` is the directory, `*` goes back. Keeps the number for a later step. Numbers outside
    are refused, and told.
    """

    say: Prompt = "ext"
    help: Prompt = "help_ext"
    mailbox: bool = False
    board: bool = False
    conference: bool = False
    fax: bool = False

    def _others(self) -> Collection[Kind]:
        allowed = {
            Kind.MAILBOX: self.mailbox,
            Kind.BOARD: self.board,
            Kind.CONFERENCE: self.conference,
            Kind.FAX: self.fax,
        }
        return [other for other, yes in allowed.items() if yes]

    def exits(self) -> Collection[Exit]:
        return (FOUND, DIRECTORY, *(other.value for other in self._others()), BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": FOUND, "0": DIRECTORY, "*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, UNKNOWN, NOT_FROM_HERE, *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        say = [visit.prompt(self.say)]
        words = say
        while True:
            match await ask(visit, Question(words, extension, [visit.prompt(self.help)], again=say)):
                case Keyed("0"):
                    return DIRECTORY
                case Keyed(keys) if keys.endswith("*"):
                    return BACK
                case Keyed(number):
                    pass
                case Exhausted():
                    return GAVE_UP
            if exit := self._exit(visit, number):
                visit.change(entry=number)
                return exit
            unknown = int(visit.place.phase or 0) + 1
            visit.tell(WrongKeys, node=visit.place.step, keys=number, time=unknown)
            outside = number.startswith(OUTSIDE) and not internal(number)
            tell(visit, number, Reached.UNALLOCATED)
            if outside:
                toll.refuse(visit, number, "dialled")
            if unknown == MOST_UNKNOWN:
                return GAVE_UP
            visit.change(phase=str(unknown))
            words = [visit.prompt(NOT_FROM_HERE if outside else UNKNOWN), *say]

    def _exit(self, visit: Visit, number: str) -> Exit:
        """ "" if there is no such number."""
        which = kind_of(number)
        if which is Kind.PHONE:
            return FOUND if visit.desk.attendant.find(visit.service.tenant, number) else ""
        return which.value if which in self._others() else ""
