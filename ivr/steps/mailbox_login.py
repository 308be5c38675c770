"""Open a mailbox: its number, unless the owner's own phone calls, and its PIN (node O1, SPEC §4.5)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import WrongKeys
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.board.board import NUMBER as BOARDS
from ivr.keys import entry
from ivr.mailbox.pin import LEAST, MOST
from ivr.mailbox.port import Attempt, Opening
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps import mailbox_number
from ivr.visit import Visit

OPENED, LOCKED, BOARD = "opened", "locked", "board"
NUMBER, HELP_NUMBER, PIN, WRONG, LOCKED_WORDS = (
    "mailbox_number", "help_mailbox_number", "mailbox_pin", "mailbox_wrong", "mailbox_locked",
)  # fmt: skip
TRIES = 3  # of one call, whichever mailboxes they are for


@kind("mailbox login", zh="打开信箱")
@dataclass(frozen=True, slots=True)
class MailboxLogin(Step):
    """help   what a caller hears who is silent when the PIN is asked for
    board  the number of a bulletin board (60xx) may be entered, too, and leads to the exit of that name

    Nobody learns here whether there is a mailbox of a number. `*` goes back.
    """

    help: Prompt = "help_mailbox_pin"
    board: bool = False

    def exits(self) -> Collection[Exit]:
        return (OPENED, LOCKED, *([BOARD] if self.board else []), BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": OPENED, "*": BACK}

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(NUMBER, HELP_NUMBER, PIN, WRONG, LOCKED_WORDS, self.help, *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        """The phase is the number of wrong PINs so far, then a "p" once the mailbox is known."""
        visit.change(mailbox="")
        if visit.place.phase == LOCKED:
            return await _locked(visit)
        own = await visit.desk.messages.own(visit.service.tenant, visit.call.party.caller)
        if own:
            visit.change(entry=own)
        sorry = False
        while True:
            tries = int(visit.place.phase.removesuffix("p") or 0)
            if not own and not visit.place.phase.endswith("p"):
                if exit := await self._number(visit, sorry):
                    return exit
                visit.change(phase=f"{tries}p")
                sorry = False
            pin = await self._pin(visit, sorry)
            if pin in (BACK, GAVE_UP):
                return pin
            party, tenant, number = visit.call.party, visit.service.tenant, visit.place.entry
            match await visit.desk.messages.unlock(Attempt(visit.call.id, tenant, number, party.caller, pin)):
                case Opening.OPEN:
                    visit.change(mailbox=number)
                    return OPENED
                case Opening.LOCKED:
                    return await _locked(visit)
            sorry = True
            visit.tell(WrongKeys, node=visit.place.step, keys="•" * len(pin), time=tries + 1)
            visit.change(phase=str(tries + 1))
            if tries + 1 == TRIES:
                return await _locked(visit)

    async def _number(self, visit: Visit, sorry: bool) -> Exit | None:
        say = [visit.prompt(NUMBER)]
        words = [visit.prompt(WRONG), *say] if sorry else say
        rule = entry(mailbox_number.LEAST, mailbox_number.MOST)
        match await ask(visit, Question(words, rule, [visit.prompt(HELP_NUMBER)], again=say)):
            case Keyed(keys) if keys.endswith("*"):
                return BACK
            case Keyed(number):
                visit.change(entry=number)
                return BOARD if self.board and BOARDS.fullmatch(number) else None
            case Exhausted():
                return GAVE_UP

    async def _pin(self, visit: Visit, sorry: bool) -> str:
        """The digits, or the exit to be taken."""
        say = [visit.prompt(PIN)]
        words = [visit.prompt(WRONG), *say] if sorry else say
        question = Question(words, entry(LEAST, MOST), [visit.prompt(self.help)], again=say, private=True)
        match await ask(visit, question):
            case Keyed(keys) if keys.endswith("*"):
                return BACK
            case Keyed(pin):
                return pin
            case Exhausted():
                return GAVE_UP


async def _locked(visit: Visit) -> Exit:
    visit.change(phase=LOCKED)
    visit.put_back(await visit.say([visit.prompt(LOCKED_WORDS)]))
    return LOCKED
