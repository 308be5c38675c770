"""The door: which flow serves whom, from where on; acted out over ScriptedCall."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from calls.bus import LocalBus
from calls.call import Party
from calls.clock import FixedClock
from calls.facts import Alarm, AnyFact, CallEnded, CallRouted, Said, StepEntered
from calls.scripted import ScriptedCall
from dialplan.service import Numbers, Service, key
from ivr.desk import Desk
from ivr.flow import Flow
from ivr.place import Place
from sales.queries import Known
from server.reception import Reception
from tests.ivr.desk import DEFAULT, MAIN, MONDAY_10, SERVICE, House, Wordy, words

DID, ELSEWHERE, STRANGER, FRIEND = "02038880000", "02099999999", "13911112222", "13800000002"
NOBODYS = replace(SERVICE, code="default", flow="default")


@dataclass
class Shelf:
    flows: Mapping[str, Flow] = field(default_factory=lambda: {"main": MAIN, "default": DEFAULT})
    old: Mapping[str, Flow] = field(default_factory=dict)

    def current(self, name: str) -> Flow | None:
        return self.flows.get(name)

    async def version(self, name: str, version: str) -> Flow | None:
        flow = self.flows.get(name)
        return flow if flow and flow.version == version else self.old.get(version)


@dataclass
class Door:
    """One call at the door and what became of it."""

    shelf: Shelf = field(default_factory=Shelf)
    service: Service = SERVICE
    suspended: frozenset[int] = frozenset()
    facts: list[AnyFact] = field(default_factory=list)

    async def open(self, script: str, *, caller: str = STRANGER, callee: str = DID, place: str | None = None) -> "Door":
        bus, clock, house = LocalBus(), FixedClock(MONDAY_10), House()
        bus.subscribe(self.facts.append)
        numbers = Numbers({"sales": self.service, "default": NOBODYS}, {key(DID): "sales"}, {}, self.suspended)
        known = {(SERVICE.tenant, FRIEND): Known(7, "刘洋", "en")}
        desk = Desk(clock, bus, Wordy(), house, house, house, house)
        reception = Reception(lambda: numbers, self.shelf, lambda *who: known.get(who), desk)
        party = Party(caller, callee, "", "01HQ0000000000000000000000", "scripted")
        await reception.attend(ScriptedCall(script, clock, bus, party), place, place is not None)
        return self

    @property
    def routed(self) -> CallRouted:
        (routed,) = (fact for fact in self.facts if isinstance(fact, CallRouted))
        return routed

    @property
    def nodes(self) -> list[str]:
        return [fact.node for fact in self.facts if isinstance(fact, StepEntered)]

    @property
    def said(self) -> str:
        return "\n".join(fact.text for fact in self.facts if isinstance(fact, Said))


async def test_a_stranger_on_our_number_is_asked_for_a_language() -> None:
    door = await Door().open("11")
    assert (door.routed.service, door.routed.flow, door.routed.version) == ("sales", "main", MAIN.version)
    assert (door.routed.known, door.routed.customer) == (True, None)
    assert door.nodes[:4] == ["welcome", "lang", "root", "query"]


async def test_a_caller_known_to_prefer_english_is_not_asked() -> None:
    door = await Door().open("1", caller=FRIEND)
    assert (door.routed.lang, door.routed.customer) == ("en", 7)
    assert "lang" not in door.nodes
    assert words("query_1", "en") in door.said


async def test_who_is_known_to_another_tenant_is_a_stranger_to_this_one() -> None:
    door = await Door(service=replace(SERVICE, tenant=SERVICE.tenant + 1)).open("11", caller=FRIEND)
    assert (door.routed.lang, door.routed.customer) == ("", None)
    assert door.nodes[:2] == ["welcome", "lang"]


async def test_a_number_nobody_owns_gets_the_default_service() -> None:
    door = await Door().open("1", callee=ELSEWHERE)
    assert (door.routed.service, door.routed.flow, door.routed.known) == ("default", "default", False)


async def test_a_service_whose_flow_is_missing_is_served_by_the_default_one_and_somebody_is_told() -> None:
    door = await Door(service=replace(SERVICE, flow="gone")).open("1")
    assert door.routed.flow == "default"
    assert [fact.key for fact in door.facts if isinstance(fact, Alarm)] == ["flow gone"]


async def test_the_callers_of_a_suspended_tenant_hear_so_in_both_languages_and_nothing_else() -> None:
    door = await Door(suspended=frozenset({SERVICE.tenant})).open("1111")
    assert door.nodes == []
    assert sum(isinstance(fact, CallEnded) for fact in door.facts) == 1


async def test_a_call_taken_up_again_goes_on_with_the_version_it_began_with() -> None:
    older = replace(MAIN, version="0a0b0c0d")
    place = str(Place("main", "0a0b0c0d", "room_code", "en", keyed="0202"))
    door = await Door(Shelf(old={"0a0b0c0d": older})).open("01# ", place=place)
    assert door.nodes[0] == "room_say"
    assert not any(isinstance(fact, CallRouted) for fact in door.facts), "it was routed when it came"


async def test_a_call_whose_place_cannot_be_read_begins_anew() -> None:
    door = await Door().open("1", place="from another time")
    assert door.nodes[0] == "welcome"
