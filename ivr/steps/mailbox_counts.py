"""Tell the owner how many messages there are (node O1)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ivr.step import BACK, DONE, Exit, Step, kind
from ivr.visit import Visit

COUNTS = "mailbox_counts"


@kind("mailbox counts", zh="播报留言数")
@dataclass(frozen=True, slots=True)
class MailboxCounts(Step):
    """Of the mailbox that was opened; “back” without one."""

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK)

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (DONE, BACK)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {COUNTS: ("n", "m")}

    async def run(self, visit: Visit) -> Exit:
        number = visit.place.mailbox.partition("/")[0]
        if not number:
            return BACK
        counts = await visit.desk.messages.counts(visit.service.tenant, number)
        visit.put_back(await visit.say([visit.sentence(COUNTS, n=counts.new, m=counts.saved)]))
        return DONE
