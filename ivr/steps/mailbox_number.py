"""Ask for the number of a mailbox until there is one (6→1, and to send a message from one's own)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import WrongKeys
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import entry
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

FOUND = "found"
NONE = "mailbox_unknown"
LEAST, MOST = 3, 8  # digits
MOST_UNKNOWN = 3  # numbers without a mailbox, then a person helps


@kind("mailbox number", zh="输入信箱号码")
@dataclass(frozen=True, slots=True)
class MailboxNumber(Step):
    """say   the question
    help  what a silent caller hears

    `*` goes back; `0` is a digit here. Keeps the number for a later “leave” step.
    """

    say: Prompt = "mailbox_number"
    help: Prompt = "help_mailbox_number"

    def exits(self) -> Collection[Exit]:
        return (FOUND, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": FOUND, "*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(self.say, self.help, NONE, *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        say = [visit.prompt(self.say)]
        words = say
        while True:
            match await ask(visit, Question(words, entry(LEAST, MOST), [visit.prompt(self.help)], again=say)):
                case Keyed(keys) if keys.endswith("*"):
                    return BACK
                case Keyed(number):
                    pass
                case Exhausted():
                    return GAVE_UP
            if await visit.desk.messages.find(visit.service.tenant, number):
                visit.change(entry=number)
                return FOUND
            unknown = int(visit.place.phase or 0) + 1
            visit.tell(WrongKeys, node=visit.place.step, keys=number, time=unknown)
            if unknown == MOST_UNKNOWN:
                return GAVE_UP
            visit.change(phase=str(unknown))
            words = [visit.prompt(NONE), *say]
