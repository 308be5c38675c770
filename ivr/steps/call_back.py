"""The caller wants to be called back: under which number, and it is on somebody's list (SPEC §4.3 A; S4-10)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import CallBackAsked
from ivr.contact import Contact
from ivr.step import DONE, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

NO_NUMBER = "no number"
MADE, KNOWN = LAST_WORDS = ("call_back_made", "call_back_known")


@kind("call back", zh="请求回电")
@dataclass(frozen=True, slots=True)
class CallBack(Step):
    """Asks for the number: 1 the one calling from, 2 another; never a premium, free, short or foreign one. A number
    that nobody has called yet is on the list once. “no number”: the caller gave none."""

    def exits(self) -> Collection[Exit]:
        return (DONE, NO_NUMBER)

    def quiet(self) -> Collection[Exit]:
        return (DONE, NO_NUMBER)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {**Contact.prompts(), **plain(*LAST_WORDS)}

    async def run(self, visit: Visit) -> Exit:
        said: Prompt = visit.place.phase
        if said not in LAST_WORDS:
            number = await Contact().ask(visit)
            if not number:
                return NO_NUMBER
            new = await visit.desk.counter.call_backs.ask(visit.call.id, visit.service.tenant, number, visit.lang)
            visit.tell(CallBackAsked, number=number, new=new)
            said = MADE if new else KNOWN
            visit.change(phase=said)
        visit.put_back(await visit.say([visit.prompt(said)]))
        return DONE
