"""Listen to the messages of the mailbox that was opened (SPEC §4.5).

1 again  2 save, next  3 delete (again 3: not)  4 reply  5 forward  6 next
7 the one before  8 header  9 back 5 s  # skip header  0 help  * menu
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from calls.call import Utterance
from calls.clock import BUSINESS
from ivr.ask import COMMON_PROMPTS, NEXT_KEY, Exhausted, Keyed, Question, ask
from ivr.keys import one_of
from ivr.mailbox.port import Heard, Session
from ivr.mailbox.state import Event
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit, Words

REPLY, CALL_BACK, FORWARD = "reply", "call back", "forward"
HEADER, BODY, KEYS, UNDO = "header", "body", "keys", "undo"  # how far a message is told
END = "end"
FROM_PHONE, FROM_BOX, WITHHELD = "message_phone", "message_box", "message_withheld"
TIME, URGENT, GONE, CHOICES, NONE = "message_time", "message_urgent", "message_gone", "message_keys", "message_none"
FIRST, DELETED, RESTORED = "message_first", "message_deleted", "message_restored"
REPLY_OUTSIDE, REPLY_WITHHELD = "reply_outside", "reply_withheld"
REWIND = 5.0  # seconds


@kind("messages", zh="收听留言")
@dataclass(frozen=True, slots=True)
class Messages(Step):
    """folder  which messages: "new" or "saved"
    help    what 0 and a silent caller hear

    “reply”, “call back” and “forward” keep the message: coming back into this step goes on with it. Only a phone of
    the house calls a number outside back; to others it is read out.
    """

    folder: Literal["new", "saved"]
    help: Prompt = "help_message"

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, REPLY, CALL_BACK, FORWARD, GAVE_UP)

    def keys(self) -> Mapping[str, Exit]:
        return {"4": REPLY, "5": FORWARD, "*": BACK}

    def stays(self) -> Mapping[str, str]:
        return {
            "1": "again", "2": "save", "3": "delete", "6": "next", "7": "the one before", "8": "header",
            "9": "back 5 s", "#": "skip header", "0": "help",
        }  # fmt: skip

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP)

    def prompts(self) -> Mapping[str, Collection[str]]:
        return {
            FROM_PHONE: ("number", "phone"),
            FROM_BOX: ("number", "extension"),
            WITHHELD: ("number",),
            TIME: ("date", "time"),
            REPLY_OUTSIDE: ("phone",),
            **plain(URGENT, GONE, CHOICES, NONE, FIRST, DELETED, RESTORED, REPLY_WITHHELD, self.help, *COMMON_PROMPTS),
        }

    async def run(self, visit: Visit) -> Exit:
        number, _, left = visit.place.mailbox.partition("/")
        if not number:
            return BACK
        listening = _Listening(visit, Session(visit.call.id, visit.service.tenant, number, self.folder), self.help)
        phase = visit.place.phase or (f"{left};{KEYS}" if left else "")
        visit.change(mailbox=number)
        if phase == END:
            return await listening.end()
        return await listening.go(phase)


class _Listening:
    """One owner and one list; what must outlive us is in the phase: "id;how far"."""

    def __init__(self, visit: Visit, session: Session, help: Prompt) -> None:
        self._visit, self._session, self._help = visit, session, help
        self._messages = visit.desk.messages
        self._position = 0.0  # seconds into the message that is being heard

    async def go(self, phase: str) -> Exit:
        message, _, part = phase.partition(";")
        if message:
            heard = await self._messages.at(self._session, int(message))
        else:
            heard, part = await self._messages.first(self._session), HEADER
        while heard is not None:
            key = await self._undo(heard) if part == UNDO else await self._tell(heard, part)
            match key:
                case "":
                    return GAVE_UP
                case "1" | "#":
                    self._position, part = 0.0, BODY
                case "2":
                    await self._messages.change(self._session, heard.id, Event.SAVE)
                    heard, part = await self._messages.beside(self._session, heard.id, 1), HEADER
                case "3" if heard.deleted:
                    heard, part = await self._restored(heard), KEYS
                case "3":
                    await self._messages.change(self._session, heard.id, Event.DELETE)
                    part = UNDO
                case "4" | "5":
                    if exit := await self._answer(heard, key):
                        return exit
                    part = KEYS
                case "6":
                    heard, part = await self._messages.beside(self._session, heard.id, 1), HEADER
                case "7":
                    heard, part = await self._before(heard)
                case "8":
                    part = HEADER
                case "9":
                    self._position, part = max(0.0, self._position - REWIND), BODY
                case "0":
                    await self._say([self._visit.prompt(self._help)])
                    part = KEYS
                case _:
                    return BACK
        return await self.end()

    async def end(self) -> Exit:
        self._visit.change(phase=END)
        await self._say([self._visit.prompt(NONE)])
        return DONE

    # -- one message ---------------------------------------------------------------------------------------------

    async def _tell(self, heard: Heard, part: str) -> str:
        """Header, message, choices, from `part` on; the key that was chosen, or "" if none ever was."""
        visit = self._visit
        if part == HEADER:
            self._position = 0.0
            visit.change(phase=f"{heard.id};{HEADER}")
            key = await visit.say(self._header(heard))
            if key not in ("", "#"):
                return key
            part = BODY
        if part == BODY:
            visit.change(phase=f"{heard.id};{BODY}")
            if key := await self._play(heard):
                return key
            await self._messages.change(self._session, heard.id, Event.HEARD)
        visit.change(phase=f"{heard.id};{KEYS}")
        choices = [visit.prompt(CHOICES)]
        match await ask(visit, Question(choices, one_of("0123456789*#"), [visit.prompt(self._help)])):
            case Keyed(key):
                return key
            case Exhausted():
                return ""

    async def _play(self, heard: Heard) -> str:
        clock, skip = self._visit.desk.clock, self._position
        began = clock.now()
        key = await self._visit.say([Utterance("♪", heard.sound, max(0.0, heard.seconds - skip), skip=skip)])
        self._position = min(heard.seconds, skip + (clock.now() - began).total_seconds())
        return key

    def _header(self, heard: Heard) -> Words:
        visit, at = self._visit, heard.at.astimezone(BUSINESS)
        if heard.internal:
            who = visit.sentence(FROM_BOX, number=heard.number, extension=heard.sender)
        elif heard.sender:
            who = visit.sentence(FROM_PHONE, number=heard.number, phone=heard.sender)
        else:
            who = visit.sentence(WITHHELD, number=heard.number)
        more = [visit.prompt(name) for name, so in ((URGENT, heard.urgent), (GONE, heard.deleted)) if so]
        return [who, *more, visit.sentence(TIME, date=at.date(), time=at)]

    async def _undo(self, heard: Heard) -> str:
        """It has been deleted: 3 again restores it; any other key but “next” is for the next message already."""
        visit = self._visit
        gone = await self._messages.at(self._session, heard.id)
        if gone is None or not gone.deleted:  # taken up again after it was restored
            return await self._tell(heard, KEYS)
        visit.change(phase=f"{heard.id};{UNDO}")
        key = await visit.say([visit.prompt(DELETED)]) or await visit.key(NEXT_KEY)
        if key == "3":
            await self._restored(heard)
            return await self._tell(heard, KEYS)
        visit.put_back("" if key in ("6", "#") else key)
        return "6"

    async def _restored(self, heard: Heard) -> Heard | None:
        await self._messages.change(self._session, heard.id, Event.UNDELETE)
        self._visit.change(phase=f"{heard.id};{KEYS}")
        await self._say([self._visit.prompt(RESTORED)])
        return await self._messages.at(self._session, heard.id)

    async def _before(self, heard: Heard) -> tuple[Heard, str]:
        before = await self._messages.beside(self._session, heard.id, -1)
        if before is not None:
            return before, HEADER
        await self._say([self._visit.prompt(FIRST)])
        return heard, KEYS

    async def _answer(self, heard: Heard, key: str) -> Exit | None:
        """Reply, call back or forward: another step does it, and comes back to this message."""
        visit = self._visit
        outside = key == "4" and not heard.internal
        if outside and not (heard.sender and visit.call.party.inside):
            words = visit.sentence(REPLY_OUTSIDE, phone=heard.sender) if heard.sender else visit.prompt(REPLY_WITHHELD)
            await self._say([words])
            return None
        visit.change(mailbox=f"{self._session.mailbox}/{heard.id}", entry=heard.sender)
        if outside:
            return CALL_BACK
        return REPLY if key == "4" else FORWARD

    async def _say(self, words: Words) -> None:
        self._visit.put_back(await self._visit.say(words))
