"""Change the PIN of the mailbox that was opened: twice the same, and not too easy (SPEC §4.5, key 4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import entry
from ivr.mailbox.pin import LEAST, MOST, weak
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit, Words

NEW, AGAIN, WEAK, DIFFERS, SET = "new_pin", "new_pin_again", "new_pin_weak", "new_pin_differs", "new_pin_set"
TRIES = 3


@kind("new pin", zh="修改密码")
@dataclass(frozen=True, slots=True)
class NewPin(Step):
    """help  what a silent caller hears

    `*` goes back and changes nothing. No digit is written anywhere; after a resume it begins anew.
    """

    help: Prompt = "help_new_pin"

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": DONE, "*": BACK}

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return plain(NEW, AGAIN, WEAK, DIFFERS, SET, self.help, *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        number = visit.place.mailbox.partition("/")[0]
        if not number:
            return BACK
        if visit.place.phase == SET:
            return await _set(visit)
        words: Words = [visit.prompt(NEW)]
        for _ in range(TRIES):
            first = await self._ask(visit, words)
            if first in (BACK, GAVE_UP):
                return first
            if weak(first, number):
                words = [visit.prompt(WEAK), visit.prompt(NEW)]
                continue
            second = await self._ask(visit, [visit.prompt(AGAIN)])
            if second in (BACK, GAVE_UP):
                return second
            if first == second:
                await visit.desk.messages.new_pin(visit.service.tenant, number, first)
                return await _set(visit)
            words = [visit.prompt(DIFFERS), visit.prompt(NEW)]
        return BACK

    async def _ask(self, visit: Visit, words: Words) -> str:
        """The digits, or the exit to be taken."""
        match await ask(visit, Question(words, entry(LEAST, MOST), [visit.prompt(self.help)], private=True)):
            case Keyed(keys) if keys.endswith("*"):
                return BACK
            case Keyed(pin):
                return pin
            case Exhausted():
                return GAVE_UP


async def _set(visit: Visit) -> Exit:
    visit.change(phase=SET)
    visit.put_back(await visit.say([visit.prompt(SET)]))
    return DONE
