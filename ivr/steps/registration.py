"""A visit, interest or an event is registered: the name is said, a number confirmed, and it has its own (node S)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from calls.clock import BUSINESS
from calls.facts import Registered
from ivr.ask import COMMON_PROMPTS
from ivr.contact import Contact
from ivr.counter.registrations import Kind, Registration
from ivr.spoken import Spoken, record
from ivr.step import BACK, DONE, Exit, Prompt, Step, kind, plain
from ivr.steps import events, viewing
from ivr.visit import Visit

TAKEN = "taken"
SAY, NAMELESS, FULL, KEPT = "registration_name", "registration_nameless", "viewing_taken", "registration_kept"
MADE: Mapping[str, tuple[str, ...]] = {
    "viewing_made": ("date", "ticket"),
    "presubscription_made": ("ticket",),
    "event_made": ("date", "ticket"),
}
LEAST, MOST, SILENCE = 0.5, 10.0, 2.0  # seconds of a name
TAKES = 3  # after that the number is enough
NAME, TOLD, CANCEL = "name", "told", "*"


@kind("registration", zh="预约登记")
@dataclass(frozen=True, slots=True)
class Registering(Step):
    """of  viewing (after a step “viewing”), presubscription, or event (after a step “events”)

    `*` while the name is said goes back. “taken”: the last place was given away meanwhile.
    """

    of: Kind

    def exits(self) -> Collection[Exit]:
        return (DONE, TAKEN, BACK)

    def keys(self) -> Mapping[str, Exit]:
        return {"#": DONE, CANCEL: BACK}

    def hasty(self) -> Collection[Exit]:
        return (BACK,)

    def quiet(self) -> Collection[Exit]:
        return (DONE, TAKEN)

    def prompts(self) -> Mapping[str, Collection[str]]:
        fixed = plain(SAY, NAMELESS, FULL, KEPT, *COMMON_PROMPTS)
        return {**Contact.prompts(), **fixed, f"{self.of}_made": MADE[f"{self.of}_made"]}

    async def run(self, visit: Visit) -> Exit:
        """The phase: "name;CHOICE;SPOKEN", then those of the number, then "told;CHOICE;NUMBER"."""
        state, _, rest = visit.place.phase.partition(";")
        if state == TOLD:
            choice, _, number = rest.partition(";")
            return await self._tell(visit, choice, number)
        kept = Contact.kept(visit.place.phase)
        if kept is None:
            choice, _, spoken = rest.partition(";") if state == NAME else (self._chosen(visit), "", "")
            if not self._fits(choice):
                return BACK
            said = await self._name(visit, choice, Spoken.read(visit, spoken))
            if said is None:
                return BACK
            name = said
        else:
            choice, _, spoken = kept.partition(";")
            name = Spoken.read(visit, spoken)
        phone = await Contact(f"{choice};{name}").ask(visit) or visit.call.party.caller
        wanted = self._wanted(visit, choice, phone)
        made = await visit.desk.counter.registrations.make(wanted, name.recorded)
        if made is None:
            visit.put_back(await visit.say([visit.prompt(FULL)]))
            return TAKEN
        visit.tell(Registered, number=made, about=self.of)
        return await self._tell(visit, choice, made)

    def _chosen(self, visit: Visit) -> str:
        return "" if self.of == "presubscription" else visit.place.entry

    def _fits(self, choice: str) -> bool:
        """Has the step before chosen something that this one registers?"""
        match self.of:
            case "viewing":
                return viewing.read(choice) is not None
            case "event":
                return events.read(choice) is not None
            case _:
                return True

    async def _name(self, visit: Visit, choice: str, spoken: Spoken) -> Spoken | None:
        """What was said, without a recording if nothing was; None: the caller goes back."""
        if spoken.recorded is not None:
            return spoken
        spoken = Spoken.first(visit) if spoken.take == 0 else spoken
        words: list[Prompt] = [SAY]
        while True:
            if await visit.say([visit.prompt(each) for each in words]) == CANCEL:
                return None
            made = await record(
                visit, spoken, LEAST, lambda _: None, lead=f"{NAME};{choice};", most=MOST, silence=SILENCE
            )
            if made.key == CANCEL:
                return None
            if made.ended != "failed" and made.seconds >= LEAST:
                return Spoken(spoken.take, spoken.stamp, made)
            if made.ended == "failed" or spoken.take == TAKES:
                return Spoken(spoken.take, spoken.stamp)
            spoken, words = spoken.again(), [NAMELESS, SAY]

    def _wanted(self, visit: Visit, choice: str, phone: str) -> Registration:
        about = (visit.call.id, visit.service.tenant, visit.project.id, self.of, phone)
        lang = visit.place.lang
        if visited := viewing.read(choice):
            return Registration(*about, *visited, lang=lang)
        if event := events.read(choice):
            return Registration(*about, event[0], event=event[1], lang=lang)
        return Registration(*about, visit.desk.clock.now().astimezone(BUSINESS).date(), lang=lang)

    async def _tell(self, visit: Visit, choice: str, number: str) -> Exit:
        visit.change(phase=f"{TOLD};{choice};{number}")
        values: dict[str, object] = {"ticket": number}
        if day := viewing.read(choice) or events.read(choice):
            values["date"] = day[0]
        said = visit.sentence(f"{self.of}_made", **values) if number else visit.prompt(KEPT)
        visit.put_back(await visit.say([said]))
        return DONE
