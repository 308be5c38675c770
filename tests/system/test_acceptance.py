"""The scripts of SPEC §4.10 as real calls from the town, judged by what the town recorded (issue 2, "Must be seen to
hold"). All calls are made at once; the tests look at what became of each."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import pytest
import pytest_asyncio
from sqlalchemy import select

from sales.fixture import add_room
from sales.models import Room, RoomState
from tests.sip.uac import Line, phone_at
from tests.system.centre import CALLERS, Centre, until
from tests.system.heard import unexplained
from tests.system.house import (
    ABSENT,
    ADDED,
    BUSY,
    CHANGED,
    CLOSED,
    ENGLISH,
    HELLO,
    LIST_FEN,
    NOBODYS,
    NOT_REGISTERED,
    OPEN,
    QUERY,
    RINGS,
    ROOT,
    TWO_PROJECTS,
    UNIT_FEN,
    House,
    Trial,
    house_at,
    run,
    speech,
)

pytestmark = [
    pytest.mark.alone,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

SILENCE = 0.3  # s that a caller may hear nothing while a sentence is being rendered
SILENT = ", " * 90
LEAF = ("room_other", "leaf_again", "leaf_agent", "leaf_back")
FOR_SALE = ("room_other", "room_mortgage", *LEAF[1:])
LANGUAGE_MENU = ("zh lang_1", "en lang_2")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path) -> AsyncIterator[House]:
    async with house_at(tmp_path_factory.mktemp("acceptance") / "home", sounds) as house:
        yield house


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trials(house: House, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Trial]:
    message = speech(tmp_path_factory.mktemp("speech") / "message.wav")
    record = f', 5 , , "wav:{message}"'  # 5 cuts the invitation short; then the tone
    calls = {
        "F1 zh": house.call(", 1 , 1 , 4 , 020201#", caller="13910000001"),
        "F1 en": house.call(", 2 , 1 , 4 , 020201#", caller="13910000002"),
        "F2 zh": house.call(", 1 , 1 , 4 , 010201#", caller="13910000003"),
        "F2 en": house.call(", 2 , 1 , 4 , 010201#", caller="13910000004"),
        "F3 zh": house.call(", 1 , 1 , 4 , 999999# , 999999# , 999999# " + ", " * 14, caller="13910000005"),
        "F3 en": house.call(", 2 , 1 , 4 , 999999# , 999999# , 999999# " + ", " * 14, caller="13910000006"),
        "F5 zh": house.call(SILENT, caller="13910000007"),
        "F5 en": house.call(", 2" + SILENT, caller="13910000008"),
        "F5 zh closed": house.call(SILENT, caller="13910000009", to=CLOSED),
        "F5 en closed": house.call(", 2" + SILENT, caller="13910000010", to=CLOSED),
        "F6 zh": house.call(", 112", caller="13910000011"),
        "F6 en": house.call(", 212", caller="13910000012"),
        "known": house.call("", caller=ENGLISH),
        "busy": house.call(f", 1 , 2 {', ' * 8} 1 {record} # , 1", caller="13910000013", to=BUSY),
        "rings": house.call(f", 2 , 2 {', ' * 24}", caller="13910000014", to=RINGS),
        "absent": house.call(", 1 , 0", caller="13910000015", to=ABSENT),
        "closed": house.call(", 1 , 2", caller="13910000016", to=CLOSED),
        "closed, enquiry": house.call(", 2 , 2 , 2", caller="13910000017", to=CLOSED),
        "closed, message": house.call(f", 2 , 2 , 1 {record} # , 1", caller="13910000018", to=CLOSED),
        "two": house.call(", 1", caller="13910000019", to=TWO_PROJECTS),
        "nobody's": house.call(", 2 ", caller="13910000020", to=NOBODYS),
        "before": house.call(f", 2 , 1 , 4 , {CHANGED}#", caller="13910000022"),
        "after": _after(house),
    }
    return dict(zip(calls, await asyncio.gather(*calls.values()), strict=True))


async def _after(house: House) -> Trial:
    """Somebody has just been told that the room is for sale; now a seller reserves it, and the next one asks (S4-9)."""
    await house.centre.at("13910000022", "room_say", 60.0)
    code, said, screen = await run(
        house.centre.home, *("sales", "reserve", CHANGED, "--phone", ENGLISH, "--seller", "02", "--json")
    )
    assert code == 0, screen
    assert json.loads(said)["room"] == CHANGED
    with house.sales() as session:
        room = session.scalars(select(Room).where(Room.room_code == CHANGED)).one()
        assert (room.state, room.state_hold_id) == (RoomState.RESERVED, json.loads(said)["hold"])
    return await house.call(f", 2 , 1 , 4 , {CHANGED}#", caller="13910000023")


# -- F1, F2: a room by its number ----


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_a_room_for_sale_is_told_with_its_price(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"F1 {lang}"]
    told = [f"{lang} room_number 020201", f"{lang} room_say 020201", *(f"{lang} {name}" for name in FOR_SALE)]
    menus = ["zh welcome", f"{lang} root_1", f"{lang} query_1", f"{lang} room_code"]
    assert trial.names == house.words.named(*menus, *told)
    assert all(trial.one(name).whole for name in house.words.named(*told)), trial.heard
    assert unexplained(trial.recording, [heard for _, heard in trial.heard]) < 0.3
    assert trial.nodes == ["welcome", "lang", "root", "query", "room_code", "room_say"]
    assert trial.told["keys"] == ("1" if lang == "zh" else "2") + "14020201#"
    record = trial.record
    assert (record["lang"], record["result"], record["last_node"]) == (lang, "ivr_only", "room_say")
    assert (record["by"], record["nodes"]) == ("caller", trial.nodes)
    assert abs(record["billsec"] - trial.told["seconds"]) <= 1.5
    text = trial.record["said"][-1]["text"]
    for words in {
        "zh": ("二栋二楼零幺房", "八十九平方米", "总价八十九万元", "在售"),
        "en": ("floor two", "eighty nine square metres", "ninety thousand yuan"),
    }[lang]:
        assert words in text


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_of_a_sold_room_only_the_state_is_told(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"F2 {lang}"]
    told = [f"{lang} room_number 010201", f"{lang} room_say_state 010201", *(f"{lang} {name}" for name in LEAF)]
    assert trial.names == house.words.named(
        "zh welcome", f"{lang} root_1", f"{lang} query_1", f"{lang} room_code", *told
    )
    # every sound of the call is one of these sentences: there is no room for a price
    assert unexplained(trial.recording, [heard for _, heard in trial.heard]) < 0.3
    text = " ".join(said["text"] for said in trial.record["said"])
    assert {"zh": "已售", "en": "sold"}[lang] in text
    assert not any(word in text for word in ("万", "元", "yuan", "price"))
    assert trial.nodes[-1] == "room_say"


# -- F3: three wrong codes ----


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_after_three_codes_of_no_room_a_person_helps(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"F3 {lang}"]
    names = ["root_1", "query_1", "room_code", "room_none", "room_none", "operator", "bye"]
    assert [name for name, _ in trial.heard] == house.words.named("zh welcome", *(f"{lang} {name}" for name in names))
    assert trial.nodes == ["welcome", "lang", "root", "query", "room_code", "timeout", "operator", "bye"]
    _talked(trial)


def _talked(trial: Trial) -> None:
    """With our operator, and the record knows."""
    between = [heard for _, heard in trial.heard]
    assert HELLO * 0.5 < unexplained(trial.recording, between) < HELLO * 3, "the operator says hello, and nothing else"
    operator = [leg for leg in trial.record["legs"] if leg["number"] == "8000"]
    assert [leg["status"] for leg in operator] == ["answered"]
    assert trial.record["result"] == "answered"


# -- F5: silence ----


async def test_the_silent_are_helped_twice_then_a_person_asks(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["F5 zh"]
    menu = [f"zh {name}" for name in ROOT]
    assert trial.names == house.words.named(
        "zh welcome", *LANGUAGE_MENU, "zh help_lang", "en help_lang", *LANGUAGE_MENU, *menu,
        "zh help_root", "zh help_agent", "zh operator", "zh bye",
    )  # fmt: skip
    assert trial.record["helps"] == 2
    _talked(trial)


async def test_the_levels_of_help_are_heard_in_english(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["F5 en"]
    menu = [f"en {name}" for name in ROOT]
    assert trial.names == house.words.named(
        "zh welcome", *menu, "en help_root", *menu, "en help_root", "en help_agent", "en operator", "en bye"
    )
    assert trial.record["helps"] == 2
    _talked(trial)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_out_of_hours_the_silent_may_leave_a_message(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"F5 {lang} closed"]
    helps = [name for name in trial.names if "help" in name]
    expected = ["zh help_lang", "en help_lang"] if lang == "zh" else ["en help_root"]
    assert helps == house.words.named(*expected, f"{lang} help_root", f"{lang} help_agent")
    assert trial.names[-3:] == house.words.named(f"{lang} leave", f"{lang} leave_short", f"{lang} bye")
    assert "operator" not in trial.nodes
    assert trial.nodes[-2:] == ["leave", "bye"]


# -- F6, languages, projects, numbers ----


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_keys_typed_ahead_skip_the_menus(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"F6 {lang}"]
    assert trial.names == house.words.named("zh welcome", *(f"{lang} intro_{n}" for n in range(1, 6)))
    assert trial.nodes == ["welcome", "lang", "root", "query", "intro"]


async def test_who_prefers_english_is_not_asked(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["known"]
    assert trial.names == house.words.named("en welcome", *(f"en {name}" for name in ROOT))
    assert trial.record["customer"] is not None
    assert trial.record["lang"] == "en"


async def test_a_service_of_two_projects_asks_which(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["two"]
    assert trial.names == house.words.named("zh welcome", "zh project_option 1", "zh project_option 2")
    assert trial.nodes == ["welcome", "lang", "project"]
    assert "project" not in trials["F1 zh"].nodes


async def test_a_number_nobody_owns_is_answered_by_default(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["nobody's"]
    assert trial.names == house.words.named("zh unknown_number", "en unknown_1", "en unknown_2")
    assert (trial.record["flow"], trial.record["service"], trial.record["callee"]) == ("default", "default", NOBODYS)
    assert any(NOBODYS in line["event"] for line in house.centre.log("nobody owns the number"))


# -- the same rooms, read at the moment ----


async def test_the_next_caller_hears_what_was_changed_meanwhile(house: House, trials: Mapping[str, Trial]) -> None:
    before, after = trials["before"], trials["after"]
    assert set(house.words.named(f"en room_say {CHANGED}")) <= set(before.names)
    number, state = f"en room_number {CHANGED}", f"en room_say_state {CHANGED}"
    assert after.names[4:-4] == house.words.named(number, state)
    assert "reserved" in after.record["said"][-1]["text"]


async def test_who_waits_for_a_sentence_to_be_rendered_is_not_left_in_silence(
    house: House, trials: Mapping[str, Trial]
) -> None:
    """The room appears while its caller is being asked for the number, so that nothing was rendered ahead."""
    centre, caller = house.centre, "13910000021"
    async with phone_at(CALLERS, exchange=centre.sip) as phone:
        line = await phone.call(OPEN, caller=caller)
        await line.answered()
        line.press("114")
        await centre.at(caller, "room_code")
        line.press(ADDED)
        await until(lambda: _typed(centre, caller), 5.0, "the number is typed but for its end")
        with house.sales() as session:
            add_room(session, ADDED, unit_fen=UNIT_FEN, list_fen=LIST_FEN)
        line.press("#")
        await until(lambda: _told(centre, caller, "八十七万六千五百四十三元二角一分"), 30.0, "the price in 分")
        sentences = house.words.named(f"zh room_say {ADDED}")
        await until(lambda: _whole(house, line, sentences[-1]), 60.0, "the price is heard")
        line.hangup()
        await line.over()
    asked = next(at for at, key in reversed(line.media.key_times) if key == "#")
    heard = house.words.listen(line.media.heard.audio(asked), "zh")
    names = [name for name, _ in heard]
    pleas = names.index("zh room_number " + ADDED)
    assert names[:pleas] == ["zh one_moment"] * pleas
    assert pleas >= 1
    assert set(sentences) <= set(names)
    ends = [0.0, *(one.end for _, one in heard)]
    waits = [round(one.start - end, 3) for (_, one), end in zip(heard[: pleas + 1], ends, strict=False)]
    assert max(waits) <= SILENCE, waits


async def _typed(centre: Centre, caller: str) -> bool:
    [record] = [record for record in await centre.records() if record["caller"] == caller]
    return bool(record["keys"] == len("114" + ADDED))


async def _told(centre: Centre, caller: str, words: str) -> bool:
    [record] = [record for record in await centre.records() if record["caller"] == caller]
    return words in record["said"][-1]["text"]


async def _whole(house: House, line: Line, sentence: str) -> bool:
    heard = await asyncio.to_thread(house.words.listen, line.media.heard.audio(), "zh")
    return any(name == sentence and one.whole for name, one in heard)


# -- the operator cannot be had ----


async def test_a_busy_operator_is_told_and_a_message_kept(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["busy"]
    names = ["root_1", "operator", "operator_busy", "operator_failed_1", "leave", "leave_1", "leave_sent", "bye"]
    heard = [
        name for name in trial.names if name not in house.words.named("zh operator_failed_2", "zh operator_failed_star")
    ]
    assert heard == house.words.named("zh welcome", *(f"zh {name}" for name in names))
    _kept(house, trial, "8003")


async def test_a_message_left_out_of_hours_is_kept(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["closed, message"]
    names = ["root_1", "after_hours", "leave", "leave_1", "leave_sent", "bye"]
    assert trial.names == house.words.named("zh welcome", *(f"en {name}" for name in names))
    _kept(house, trial, "8000")


def _kept(house: House, trial: Trial, mailbox: str) -> None:
    [made] = trial.record["recordings"]
    assert 3.5 < made["seconds"] < 7.5
    digest = hashlib.sha256(Path(made["file"]).read_bytes()).hexdigest()
    call = trial.told["call_id"]
    rows = house.centre.read(f"SELECT sha256 FROM recording WHERE call_id = '{call}'")
    assert rows == [(digest,)]
    left = house.centre.read(f"SELECT mailbox, sha256, sender FROM message WHERE call_id = '{call}'")
    assert left == [(mailbox, digest, trial.record["caller"])]


async def test_an_operator_who_does_not_answer_is_told(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["rings"]
    names = [
        "root_1",
        "operator",
        "operator_noanswer",
        "operator_failed_1",
        "operator_failed_2",
        "operator_failed_star",
    ]
    assert trial.names[:7] == house.words.named("zh welcome", *(f"en {name}" for name in names))
    assert [(leg["number"], leg["status"]) for leg in trial.record["legs"] if leg["number"] == "8004"] == [
        ("8004", "noanswer")
    ]


async def test_an_operator_who_is_not_registered_is_told(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["absent"]
    names = ["root_1", "operator", "operator_absent", "operator_failed_1", "operator_failed_2", "operator_failed_star"]
    heard = house.words.named("zh welcome", *(f"zh {name}" for name in names))
    assert trial.names[: len(heard)] == heard


async def test_out_of_hours_the_enquiry_goes_on(house: House, trials: Mapping[str, Trial]) -> None:
    closed, enquiry = trials["closed"], trials["closed, enquiry"]
    assert closed.names == house.words.named(
        "zh welcome", "zh root_1", "zh after_hours", "zh after_hours_1", "zh after_hours_2"
    )
    assert enquiry.nodes[-2:] == ["after_hours", "query"]
    queries = [f"en {name}" for name in QUERY]
    assert enquiry.names == house.words.named("zh welcome", "en root_1", "en after_hours", *queries)


async def test_every_call_has_ended_exactly_once(house: House, trials: Mapping[str, Trial]) -> None:
    await house.centre.calm()
    records = await house.centre.records()
    assert len(records) >= len(trials)
    assert {house.centre.ends()[record["call_id"]] for record in records} == {1}
    assert not [record["troubles"] for record in records if record["troubles"]]


async def test_the_exchange_complained_of_the_absent_phone_alone(house: House, trials: Mapping[str, Trial]) -> None:
    log = (house.centre.home / "exchange/log/messages.log").read_text()
    assert [line for line in log.splitlines() if "ERROR" in line and f"'{NOT_REGISTERED}'" not in line] == []
