"""A conference by telephone: number, PIN, and then among the others (node M, SPEC §4.8; S4-31)."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass

from calls.facts import CallTroubled, ConferenceEntered, ConferenceLeft
from calls.unavailable import Unavailable
from dialplan.extension import Kind, kind_of
from ivr.ask import COMMON_PROMPTS, NEXT_KEY
from ivr.conference import Attendee, Door, Refusal
from ivr.keys import entry
from ivr.questions import number as number_of
from ivr.questions import say
from ivr.step import BACK, DONE, GAVE_UP, Exit, Prompt, Step, kind, plain
from ivr.visit import Visit

REFUSED = "refused"
MOST_TRIES = 3
PIN_DIGITS = (4, 8)
IN = "in"  # the phase of somebody who is there: "in;NUMBER;FLAGS"
HOST, MUTED, HUSHED, SHUT, TAPED = "hmusr"  # its flags, a letter each

STAYS = {"*1": "mute", "*2": "leave", "*3": "how many", "*91": "shut", "*92": "mute all", "*94": "record", "*95": "end"}
ASKED = ("conf_room", "conf_pin")
SAID = (
    "conf_wrong", "conf_locked", "conf_full", "conf_shut", "conf_muted", "conf_unmuted", "conf_help", "conf_help_host",
    "conf_is_shut", "conf_is_open", "conf_hushed", "conf_unhushed", "conf_recording", "conf_recorded",
    "conf_not_recording", "conf_ended", "trouble",
)  # fmt: skip
COUNT = "conf_count"


@kind("conference", zh="电话会议")
@dataclass(frozen=True, slots=True)
class Conference(Step):
    """A room's number that an earlier step has asked for is not asked for again. Three wrong numbers or PINs:
    “refused”; a room that is full or shut takes nobody: “back”.

    There, `*` begins a command; every other key is the caller's own.
    """

    def exits(self) -> Collection[Exit]:
        return (DONE, BACK, GAVE_UP, REFUSED)

    def keys(self) -> Mapping[str, Exit]:
        return {"*": BACK}

    def stays(self) -> Mapping[str, str]:
        return STAYS

    def quiet(self) -> Collection[Exit]:
        return (GAVE_UP,)

    def prompts(self) -> Mapping[str, Collection[str]]:
        asked = (*ASKED, *(f"help_{name}" for name in ASKED))
        return {**plain(*asked, *SAID, *COMMON_PROMPTS), COUNT: ("n",)}

    async def run(self, visit: Visit) -> Exit:
        if not visit.place.phase.startswith(IN) and (exit := await self._enter(visit)):
            return exit
        return await _Stay(visit).go()

    async def _enter(self, visit: Visit) -> Exit | None:
        """None: come in. The number is asked for again with the PIN, so that nobody learns which of them was wrong."""
        tenant, caller = visit.service.tenant, visit.call.party.caller
        number = visit.place.entry if kind_of(visit.place.entry) is Kind.CONFERENCE else ""
        words: list[Prompt] = []
        for _ in range(MOST_TRIES):
            if not number:
                answer = await number_of(visit, [*words, "conf_room"], entry(4, 4))
                if answer is None:
                    return GAVE_UP
                if answer.endswith("*"):
                    return BACK
                number, words = answer, []
            pin = await number_of(visit, [*words, "conf_pin"], entry(*PIN_DIGITS), private=True)
            if pin is None:
                return GAVE_UP
            if pin.endswith("*"):
                return BACK
            match await visit.desk.conferences.knock(tenant, number, pin, caller):
                case Door.LOCKED:
                    await say(visit, "conf_locked")
                    return REFUSED
                case Door.WRONG:
                    number, words = "", ["conf_wrong"]
                case door:
                    return await self._let_in(visit, number, door is Door.HOST)
        await say(visit, "conf_wrong")
        return REFUSED

    async def _let_in(self, visit: Visit, number: str, host: bool) -> Exit | None:
        who = Attendee(visit.service.tenant, number, visit.call.id, visit.call.party.channel, host)
        match await visit.desk.conferences.enter(who):
            case Refusal.FULL:
                await say(visit, "conf_full")
                return BACK
            case Refusal.SHUT:
                await say(visit, "conf_shut")
                return BACK
            case present:
                visit.change(phase=f"{IN};{number};{HOST if host else ''}")
                visit.tell(ConferenceEntered, room=number, host=host, present=present)
                visit.put_back(await visit.say([visit.sentence(COUNT, n=present)]))
                return None


class _Stay:
    """One caller who is in a room. What must outlive us is in the phase."""

    def __init__(self, visit: Visit) -> None:
        self._visit, self._conferences = visit, visit.desk.conferences
        _, number, self._flags = visit.place.phase.split(";")
        call = visit.call
        self._who = Attendee(visit.service.tenant, number, call.id, call.party.channel, HOST in self._flags)

    async def go(self) -> Exit:
        visit = self._visit
        try:
            while await self._command():
                pass
            await visit.call.part()
        except Exception:  # not when another controller takes the call over: then they stay
            await self._gone()
            raise
        await self._gone()
        return DONE

    async def _gone(self) -> None:
        self._visit.tell(ConferenceLeft, room=self._who.number)
        with suppress(Unavailable):  # what is left of the conference goes with the next one who leaves
            await self._conferences.left(self._who)

    async def _command(self) -> bool:
        """One key of theirs, and what it begins; False: they go, or have been put out."""
        visit = self._visit
        key = await visit.confer(self._who.room, muted=MUTED in self._flags)
        if not key:
            await say(visit, "conf_ended")
            return False
        if key != "*":
            return True
        key = await visit.key(NEXT_KEY)
        if key == "9" and self._who.host:
            key += await visit.key(NEXT_KEY)
        if key == "2":
            return False
        try:
            await self._do(key)
        except Unavailable as away:
            visit.tell(CallTroubled, what=str(away), node=visit.place.step)
            await say(visit, "trouble")
        return key != "95"

    async def _do(self, key: str) -> None:
        visit, who, conferences = self._visit, self._who, self._conferences
        match key:
            case "1":
                await say(visit, "conf_muted" if self._turn(MUTED) else "conf_unmuted")
            case "3":
                visit.put_back(await visit.say([visit.sentence(COUNT, n=await conferences.present(who))]))
            case "91":
                await conferences.shut(who, SHUT not in self._flags)
                await say(visit, "conf_is_shut" if self._turn(SHUT) else "conf_is_open")
            case "92":
                await conferences.hush(who, HUSHED not in self._flags)
                await say(visit, "conf_hushed" if self._turn(HUSHED) else "conf_unhushed")
            case "94":
                await self._record()
            case "95":
                await conferences.end(who)
            case _:
                await say(visit, "conf_help_host" if who.host else "conf_help")

    async def _record(self) -> None:
        on = TAPED not in self._flags
        if await self._conferences.record(self._who, on):
            self._turn(TAPED)
            if not on:  # that it begins, everybody hears
                await say(self._visit, "conf_recorded")
        else:
            await say(self._visit, "conf_not_recording")

    def _turn(self, flag: str) -> bool:
        """On if it was off; what it is now."""
        on = flag not in self._flags
        self._flags = self._flags + flag if on else self._flags.replace(flag, "")
        self._visit.change(phase=f"{IN};{self._who.number};{self._flags}")
        return on
