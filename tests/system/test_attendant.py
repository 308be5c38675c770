"""The attendant on real calls: every result of ringing an extension, what phones of the house dial, and who may not.

All calls from outside are made at once; the tests look at what became of each.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select
from sqlalchemy.orm import Session

from asterisk.instance.secrets import Secrets
from db.tenant import HOME
from dialplan.models import Extension, FollowMe
from tests.sip.line import Answers, Redirects
from tests.sip.uac import Phone, phone_at
from tests.system.centre import SIDE, until
from tests.system.house import PHONES, House, Trial, house_at, speech

pytestmark = [
    pytest.mark.calls,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

DESK = f"127.0.{SIDE}.4"  # where the phone of extension 8001 is
MORE = {"8006": "reject", "8007": "congested", "8009": "absent"}  # phones of the town, beside the house's
DISTURBED_BY_NOBODY, FOLLOWED, FORWARDED = "8010", "8011", "8012"
WORDS = (
    *("ext", "ext_connect", "ext_busy", "ext_noanswer", "ext_absent", "ext_unalloc", "ext_congest", "ext_outside"),
    *("ext_failed_1", "dnd_on", "dnd_off", "code_unknown", "outside_barred", "outside_busy", "outside_unalloc"),
)
# the extension → the step in which its caller then is, what he is told, the stored result and cause
RESULTS: Mapping[str, tuple[str, str, str, int]] = {
    "8003": ("ext_failed", "ext_busy", "busy", 17),
    "8004": ("ext_failed", "ext_noanswer", "noanswer", 19),
    "8006": ("ext_failed", "ext_busy", "rejected", 21),
    "8007": ("root", "ext_congest", "congested", 34),
    "8009": ("ext", "ext_unalloc", "unallocated", 1),
    "8002": ("ext_failed", "ext_absent", "noanswer", 20),  # its phone is switched off
}


def _furnish(session: Session) -> None:
    """Extensions for all phones of the town, and three with wishes of their own."""
    for number in (*PHONES, *MORE, DISTURBED_BY_NOBODY, FOLLOWED, FORWARDED):
        if session.scalars(select(Extension).where(Extension.number == number)).first() is None:
            session.add(Extension(tenant_id=HOME, number=number, kind="phone", name=number))
    session.flush()
    of = {row.number: row for row in session.scalars(select(Extension))}
    of[DISTURBED_BY_NOBODY].dnd = True
    session.add(FollowMe(tenant_id=HOME, extension_id=of[FOLLOWED].id, position=1, number="8003"))
    session.add(FollowMe(tenant_id=HOME, extension_id=of[FOLLOWED].id, position=2, number="8000"))
    of[FORWARDED].forward_always = "983990007"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    home = tmp_path_factory.mktemp("attendant") / "home"
    async with house_at(home, sounds, _furnish, town_phones=json.dumps([*PHONES, *MORE])) as house:
        for extension, behaviour in MORE.items():

            async def there(extension: str = extension) -> bool:
                answer = await house.centre.ari("GET", f"endpoints/PJSIP/{extension}")
                return answer.ok and bool(answer.json()["state"] == "online")

            await until(there, 20.0, f"{extension} is registered")
            await house.phone(extension, behaviour)
        for word in WORDS:
            for lang in ("zh", "en"):
                house.words.fill(lang, word)
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trials(house: House, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Trial]:
    message = speech(tmp_path_factory.mktemp("speech") / "message.wav")
    wait = ", " * 10
    calls = {}
    for place, number in enumerate(RESULTS):
        for lang, key in (("zh", 1), ("en", 2)):
            patience = ", " * (31 if number == "8004" else 10)
            calls[f"{number} {lang}"] = house.call(f", {key} , #{number}# {patience}", caller=f"139200{key}{place:04}")
    calls |= {
        "answered": house.call(f", 1 , 8000 {wait} , , , , , ,", caller="13920030001"),
        "nobody's": house.call(f", 1 , #8888# {wait}", caller="13920030002"),
        "dnd": house.call(f", 2 , #{DISTURBED_BY_NOBODY}# {wait}", caller="13920030003"),
        "follow": house.call(f", 1 , #{FOLLOWED}# {wait} , , , ,", caller="13920030004"),
        "forward": house.call(f", 1 , #{FORWARDED}# {wait}", caller="13920030005"),
        "outside": house.call(f", 1 , #983990007# {wait}", caller="13920030006"),
        "gave up": house.call(", 1 , #8004# , , , , , , , * ,", caller="13920030007"),
        "message": house.call(f', 1 , #8003# {wait} 1 , 5 , , "wav:{message}" # , 1 , ,', caller="13920030008"),
        "directory": house.call(f", 1 , #0 , 547426# , , 1 {wait}", caller="13920030009"),
    }
    return dict(zip(calls, await asyncio.gather(*calls.values()), strict=True))


def _stored(house: House, trial: Trial, kind: str) -> list[dict[str, object]]:
    rows = house.centre.read(
        f"SELECT data FROM call_event WHERE kind = '{kind}' AND call_id = '{trial.record['call_id']}' ORDER BY id"
    )
    return [json.loads(data) for (data,) in rows]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("number", RESULTS)
async def test_each_result_is_told_and_stored(
    house: House, trials: Mapping[str, Trial], number: str, lang: str
) -> None:
    trial = trials[f"{number} {lang}"]
    node, word, result, cause = RESULTS[number]
    assert trial.nodes[3:6] == ["ext", "ext_ring", node]
    assert f"{lang} {word}" in trial.names, trial.names
    [stored] = _stored(house, trial, "dial_result")
    assert (stored["result"], stored["cause"]) == (result, cause)


async def test_an_extension_typed_at_the_root_is_connected(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["answered"]
    assert trial.nodes == ["welcome", "lang", "root", "ext", "ext_ring", "bye"]
    [stored] = _stored(house, trial, "dial_result")
    assert stored["result"] == "answered"
    assert trial.record["result"] == "answered"


async def test_a_number_of_nobody_is_told_and_asked_again(trials: Mapping[str, Trial]) -> None:
    trial = trials["nobody's"]
    assert trial.nodes[-1] == "ext"
    assert "zh ext_unalloc" in trial.names


async def test_who_does_not_want_to_be_disturbed_is_busy(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["dnd"]
    assert "en ext_busy" in trial.names
    [stored] = _stored(house, trial, "dial_result")
    assert (stored["result"], stored["cause"]) == ("busy", 17)
    assert _stored(house, trial, "dial") == []


async def test_the_follow_me_list_is_rung_in_turn(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["follow"]
    assert [leg["number"] for leg in _stored(house, trial, "dial")] == [FOLLOWED, "8003", "8000"]
    assert [leg["result"] for leg in _stored(house, trial, "dial_result")] == ["noanswer", "busy", "answered"]


@pytest.mark.parametrize(
    ("name", "number", "way"), [("forward", "983990007", "forward"), ("outside", "983990007", "dialled")]
)
async def test_nobody_gets_outside_at_the_houses_expense(
    house: House, trials: Mapping[str, Trial], name: str, number: str, way: str
) -> None:
    assert _stored(house, trials[name], "barred") == [{"number": number, "way": way}]
    assert _stored(house, trials[name], "dial") == []
    assert "toll fraud" in (await house.centre.status())["alarms"]


async def test_a_star_gives_up_while_it_rings(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["gave up"]
    assert trial.nodes[3:6] == ["ext", "ext_ring", "root"]
    assert [leg["result"] for leg in _stored(house, trial, "dial_result")] == ["gaveup"]


async def test_after_a_busy_extension_a_message_lies_in_its_mailbox(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["message"]
    assert trial.nodes[4:] == ["ext_ring", "ext_failed", "ext_leave", "bye"]
    rows = house.centre.read(f"SELECT mailbox, sender FROM message WHERE call_id = '{trial.record['call_id']}'")
    assert rows == [("8003", "13920030008")]


async def test_somebody_is_found_by_name(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["directory"]
    assert trial.nodes[3:6] == ["ext", "directory", "ext_ring"]
    assert [leg["number"] for leg in _stored(house, trial, "dial")] == ["8002"]


# -- from inside ----


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(house: House, trials: Mapping[str, Trial]) -> AsyncIterator[Phone]:
    """The phone of extension 8001, registered."""
    async with phone_at(DESK, exchange=house.centre.sip) as phone:
        assert await phone.register("8001", _secret(house)) == 200
        yield phone


def _secret(house: House) -> str:
    return Secrets(house.centre.home / "exchange").phone("8001")


async def _dialled(house: House, desk: Phone, number: str) -> dict[str, object]:
    """8001 dials and stays on the line until the exchange hangs up; the record of it."""
    line = await desk.call(number, caller="8001", password=_secret(house))
    await line.answered()
    assert await line.over(60.0) == "them"

    async def ended() -> dict[str, object] | None:
        found = [one for one in await house.centre.records() if (one["caller"], one["callee"]) == ("8001", number)]
        return found[0] if found and found[0]["ended"] else None

    return await until(ended, 15.0, f"the record of 8001 calling {number}")


# what 8001 dials → the steps, whom it rings, what becomes of it
DIALLED: Mapping[str, tuple[list[str], str, str]] = {
    "8000": (["code", "ring"], "8000", "answered"),
    "983990007": (["code", "outside"], "83990007", "answered"),
    "983990010": (["code", "outside"], "83990010", "busy"),
    "983990011": (["code", "outside"], "83990011", "unallocated"),
    "983990013": (["code", "outside"], "83990013", "congested"),
    "983990014": (["code", "outside"], "83990014", "rejected"),
    "983990021": (["code", "outside"], "83990021", "noanswer"),
    "110": (["code", "outside"], "110", "unallocated"),  # the town has no police
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def dialled(house: House, desk: Phone) -> Mapping[str, dict[str, object]]:
    records = await asyncio.gather(*[_dialled(house, desk, number) for number in DIALLED])
    return dict(zip(DIALLED, records, strict=True))


@pytest.mark.parametrize("number", DIALLED)
async def test_a_phone_of_ours_rings_whom_it_may(
    house: House, dialled: Mapping[str, dict[str, object]], number: str
) -> None:
    nodes, rung, result = DIALLED[number]
    trial = Trial({}, dialled[number], [])
    assert trial.record["nodes"] == nodes
    assert [leg["number"] for leg in _stored(house, trial, "dial")] == [rung]
    assert [leg["result"] for leg in _stored(house, trial, "dial_result")] == [result]


async def test_a_number_beyond_its_level_is_refused_and_told(house: House, desk: Phone) -> None:
    record = await _dialled(house, desk, "901083990007")
    assert _stored(house, Trial({}, record, []), "barred") == [{"number": "01083990007", "way": "dialled"}]
    assert _stored(house, Trial({}, record, []), "dial") == []


async def test_do_not_disturb_holds_at_once_and_until_it_is_taken_back(house: House, desk: Phone) -> None:
    await _dialled(house, desk, "*78")
    try:
        busy = await house.call(", 1 , #8001# " + ", " * 6, caller="13920040001")
        assert "zh ext_busy" in busy.names
    finally:
        await _dialled(house, desk, "*79")
    desk.manner = lambda line: Answers(0.2, talk=1.0)
    reached = await house.call(", 1 , #8001# " + ", " * 10, caller="13920040002")
    assert [leg["result"] for leg in _stored(house, reached, "dial_result")] == ["answered"]


async def test_a_forward_to_an_extension_holds_and_one_outside_is_refused(house: House, desk: Phone) -> None:
    await _dialled(house, desk, "*728003")
    try:
        sent_on = await house.call(", 1 , #8001# " + ", " * 8, caller="13920040003")
        assert [leg["number"] for leg in _stored(house, sent_on, "dial")] == ["8003"]
        record = await _dialled(house, desk, "*72983990007")
        assert _stored(house, Trial({}, record, []), "barred") == [{"number": "983990007", "way": "forward"}]
        assert house.centre.read("SELECT forward_always FROM extension WHERE number = '8001'") == [("8003",)]
    finally:
        await _dialled(house, desk, "*73")


@pytest.mark.parametrize(("code", "node"), [("*97", "mailbox_login"), ("5000", "mailbox_login"), ("*60", "lang")])
async def test_codes_lead_to_the_flows_of_others(house: House, desk: Phone, code: str, node: str) -> None:
    line = await desk.call(code, caller="8001", password=_secret(house))
    await line.answered()
    try:
        await house.centre.at("8001", node)
    finally:
        line.hangup()
        await line.over()
    await house.centre.calm()


async def _together(house: House) -> bool:
    bridges = (await house.centre.ari("GET", "bridges")).json()
    return any(len(bridge["channels"]) == 2 for bridge in bridges)


async def test_a_phone_sends_a_caller_on_inside_but_not_outside(house: House, desk: Phone) -> None:
    """A blind transfer (REFER) by the phone that talks with a stranger, who then is a caller of the flow “inside”."""
    desk.manner = lambda line: Answers(0.2)
    for number, nodes in (("983990007", ["code"]), ("8003", ["code", "ring", "failed"])):
        while not desk.incoming.empty():
            desk.incoming.get_nowait()
        calling = asyncio.create_task(house.call(", 1 , #8001# " + ", " * 12, caller="13920040004"))
        line = await asyncio.wait_for(desk.incoming.get(), 15.0)
        await line.answered()
        await until(lambda: _together(house), 10.0, "they talk")
        line.transfer(number)
        trial = await calling
        assert [leg["number"] for leg in _stored(house, trial, "dial")] == ["8001"]
        records = await house.centre.records()
        [sent_on] = [one for one in records if one["callee"] == number and one["caller"] != "8001"]
        assert sent_on["nodes"] == nodes
    refused = house.centre.read("SELECT data FROM call_event WHERE kind = 'barred' AND data LIKE '%transfer%'")
    assert [json.loads(data) for (data,) in refused] == [{"number": "83990007", "way": "transfer"}]


async def test_a_phone_that_redirects_outside_gets_nobody_there(house: House, desk: Phone) -> None:
    """A forward set in the phone itself: it answers 302."""
    desk.manner = lambda line: Redirects("983990008")
    await house.call(", 1 , #8001# " + ", " * 12, caller="13920040005")
    refused = house.centre.read("SELECT data FROM call_event WHERE kind = 'barred' AND data LIKE '%83990008%'")
    assert [json.loads(data) for (data,) in refused] == [{"number": "83990008", "way": "transfer"}]
    assert house.centre.read("SELECT data FROM call_event WHERE kind = 'dial' AND data LIKE '%83990008%'") == []
