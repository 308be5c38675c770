"""Forward the message that was being listened to: to which mailbox, with or without a comment (SPEC §4.5, key 5)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from calls.call import Recorded
from ivr.ask import COMMON_PROMPTS, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.mailbox.port import Letter, Session
from ivr.spoken import MOST, SILENCE
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.steps.leave import LEAST
from ivr.steps.mailbox_number import FOUND, NONE, MailboxNumber
from ivr.visit import Visit

CHOICES = {"1": "forward_1", "2": "forward_2"}
NUMBER, COMMENT, FORWARDED, FULL = "forward_number", "forward_comment", "forwarded", "mailbox_full"
TO, RECORDING, MADE, SAID = "to", "recording", "made", "said"  # how far it is


@kind("forward", zh="转发留言")
@dataclass(frozen=True, slots=True)
class Forward(Step):
    """help  what a caller hears who is silent when asked for a comment

    `*` goes back to the message, and so does everything else in the end.
    """

    help: Prompt = "help_forward"

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"1": DONE, "2": DONE, "*": BACK}

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        number = MailboxNumber(NUMBER).prompts()
        return {**number, **plain(*CHOICES.values(), COMMENT, FORWARDED, FULL, NONE, self.help, *COMMON_PROMPTS)}

    async def run(self, visit: Visit) -> Exit:
        own, _, message = visit.place.mailbox.partition("/")
        if not message:
            return BACK
        how, _, rest = visit.place.phase.partition(";")
        if how == SAID:
            return await _said(visit, rest)
        if how in ("", *map(str, range(1, 10))):
            exit = await MailboxNumber(NUMBER).run(visit)
            if exit != FOUND:
                return exit
            box = await visit.desk.messages.find(visit.service.tenant, visit.place.entry)
            if box is not None and box.full:
                return await _said(visit, FULL)
            visit.change(phase=TO)
            how = TO
        comment: Recorded | None = None
        if how == TO:
            words = [visit.prompt(name) for name in CHOICES.values()]
            match await ask(visit, Question(words, one_of({*CHOICES, "*"}), [visit.prompt(self.help)])):
                case Keyed("1"):
                    if await visit.say([visit.prompt(COMMENT)]) == "*":
                        return BACK
                    rest = f"{visit.call.id}-{visit.desk.clock.now():%H%M%S}-c"
                    how = RECORDING
                case Keyed("*") | Exhausted():
                    return BACK
        if how == RECORDING:
            visit.change(phase=f"{RECORDING};{rest}")
            comment = await visit.call.record(rest, most=MOST, silence=SILENCE)
            if comment.ended == "hangup":
                await visit.call.hangup()
            if comment.key == "*":
                return BACK
            if comment.ended == "failed" or comment.seconds < LEAST:
                comment = None
            else:
                visit.change(phase=f"{MADE};{comment.seconds:.1f};{comment.file}")
        elif how == MADE:
            seconds, _, file = rest.partition(";")
            comment = Recorded(Path(file), float(seconds), "key")
        tenant = visit.service.tenant
        letter = Letter(visit.call.id, tenant, visit.place.entry, own, internal=True)
        await visit.desk.messages.forward(Session(visit.call.id, tenant, own, "new"), int(message), letter, comment)
        return await _said(visit, FORWARDED)


async def _said(visit: Visit, words: Prompt) -> Exit:
    visit.change(phase=f"{SAID};{words}")
    visit.put_back(await visit.say([visit.prompt(words)]))
    return DONE
