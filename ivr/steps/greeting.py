"""The owner's own greeting: 1 record, 2 listen, 3 the common one again (SPEC §4.5, key 3)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.call import Utterance
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.spoken import SILENCE
from ivr.step import BACK, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.leave import LEAST
from ivr.visit import Visit, Words

CHOICES = {"1": "greeting_1", "2": "greeting_2", "3": "greeting_3"}
RECORD, LISTEN, STANDARD = CHOICES
RECORD_WORDS, SET, SHORT, STANDARD_WORDS = "greeting_record", "greeting_set", "greeting_short", "greeting_standard"
MOST = 60.0  # seconds of a greeting


@kind("greeting", zh="信箱问候语")
@dataclass(frozen=True, slots=True)
class Greeting(Step):
    """help  what a silent caller hears"""

    help: Prompt = "help_greeting"

    def exits(self) -> Collection[Exit]:
        return (BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": BACK}

    def stays(self) -> Mapping[str, str]:
        return {RECORD: "record", LISTEN: "listen", STANDARD: "standard"}

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (BACK, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        words = (*CHOICES.values(), RECORD_WORDS, SET, SHORT, STANDARD_WORDS, "leave")
        return plain(*words, self.help, *COMMON_PROMPTS)

    async def run(self, visit: Visit) -> Exit:
        """The phase is the name of the recording that is being made."""
        number, tenant = visit.place.mailbox.partition("/")[0], visit.service.tenant
        if not number:
            return BACK
        choices = [visit.prompt(name) for name in CHOICES.values()]
        words: Words = await self._record(visit, number) if visit.place.phase else ()
        while True:
            question = Question([*words, *choices], one_of({*CHOICES, "*"}), [visit.prompt(self.help)], again=choices)
            match await ask(visit, question):
                case Keyed(key) if key == RECORD:
                    visit.change(phase=f"{visit.call.id}-{visit.desk.clock.now():%H%M%S}-g")
                    visit.put_back(await visit.say([visit.prompt(RECORD_WORDS)]))
                    words = await self._record(visit, number)
                case Keyed(key) if key == LISTEN:
                    words = await _own(visit, number)
                case Keyed(key) if key == STANDARD:
                    await visit.desk.messages.greet(tenant, number, None)
                    words = [visit.prompt(STANDARD_WORDS)]
                case Keyed():
                    return BACK
                case Exhausted():
                    return GAVE_UP

    async def _record(self, visit: Visit, number: str) -> Words:
        """Record it and put it in force; what is said of that."""
        made = await visit.call.record(visit.place.phase, most=MOST, silence=SILENCE)
        good = made.ended != "failed" and made.key != "*" and made.seconds >= LEAST
        if good and made.ended != "hangup":  # a greeting that its owner broke off is none
            await visit.desk.messages.greet(visit.service.tenant, number, made)
        if made.ended == "hangup":
            await visit.call.hangup()
        visit.change(phase="")
        return [visit.prompt(SET if good else SHORT)]


async def _own(visit: Visit, number: str) -> Words:
    """What callers hear before the tone."""
    box = await visit.desk.messages.find(visit.service.tenant, number)
    if box is None or not box.greeting:
        return [visit.prompt("leave")]
    return [Utterance("♪", box.greeting, box.greeting_seconds)]
