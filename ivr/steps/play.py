"""Say something and go on."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.facts import CallTroubled
from ivr.desk import Unavailable
from ivr.step import DONE, Exit, Prompt, Step, kind
from ivr.visit import Visit

SLOTS = ("company", "project")


@kind("play", zh="播放")
@dataclass(frozen=True, slots=True)
class Play(Step):
    """say            the prompt
    slots          what is filled into it: "company", "project"
    interruptible  false for what the law wants heard to its end (marked `!` in SPEC §4.1)

    A key that cuts the prompt short is meant for the next step.
    """

    say: Prompt
    slots: tuple[str, ...] = ()
    interruptible: bool = True

    def exits(self) -> Collection[Exit]:
        return (DONE,)

    def hasty(self) -> Collection[Exit]:
        return (DONE,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {self.say: [slot for slot in self.slots if slot in SLOTS]}

    async def run(self, visit: Visit) -> Exit:
        try:
            words = visit.sentence(self.say, **_values(visit, self.slots)) if self.slots else visit.prompt(self.say)
            visit.put_back(await visit.say([words], interruptible=self.interruptible))
        except Unavailable as missing:  # nobody is turned away because a greeting is not there
            visit.tell(CallTroubled, what=str(missing), node=visit.place.step)
        return DONE


def _values(visit: Visit, slots: Collection[str]) -> dict[str, object]:
    return {slot: visit.service.company if slot == "company" else visit.project.name for slot in slots}
