"""The enquiry's questions and answers on real calls in both languages (F4, Q3, Q5, S4-25, S4-46, S4-190), judged by
what the town recorded. All calls are made at once; the tests look at what became of each."""

import asyncio
from collections.abc import AsyncIterator, Coroutine, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from dialplan.models import Did
from ivr.enquiry import Layout
from ivr.loan import Loan, LoanWish
from ivr.steps import layout, mortgage, rooms_found
from ivr.steps.room import Told
from prompts.say import LANGUAGES
from sales.models import Customer, CustomerPhone, Project
from server.beside import do
from server.content import content
from server.settings import Settings
from tests.ivr.desk import LOANS, ROOMS, SHOWN
from tests.server.test_hosts import ROOM
from tests.system.centre import until
from tests.system.heard import unexplained
from tests.system.house import OPEN, TWO_PROJECTS, House, Trial, house_at

pytestmark = [
    pytest.mark.calls,
    pytest.mark.exchange,
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]

F4 = LoanWish(89000000, 30, 20, "equal instalment")
ENDING = ("leaf_again", "leaf_agent", "leaf_back")
ASKED = (
    "layout_other", "bedrooms", "budget", "least_area", "result_next", "result_details", "result_none", "result_change",
    "mortgage_price", "mortgage_down", "mortgage_down_wrong", "mortgage_years", "mortgage_method_1",
    "mortgage_method_2", "mortgage_other",
)  # fmt: skip
READER = "13910009999"  # of the newspaper
SLOW = "999999"  # a room about which the other computer thinks for five seconds
EDITED = "印花税的税率是百分之零点零五,个人购买住房免征。"  # the first sentence of what it was, and so there as sound


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def host() -> AsyncIterator[str]:
    """Somebody else's computer, which knows the rooms of the second project."""

    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith(SLOW):
            await asyncio.sleep(5)
        found = ROOM if request.path == "/centre/rooms/020201" else None
        return web.json_response(found or {}, status=200 if found else 404)

    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/centre"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory, sounds: Path, host: str) -> AsyncIterator[House]:
    def advertise(session: Session) -> None:
        session.execute(update(Project).where(Project.code == "02").values(host=host))
        session.execute(update(Did).where(Did.number == TWO_PROJECTS).values(channel="报纸"))

    async with house_at(tmp_path_factory.mktemp("enquiry") / "home", sounds, advertise) as house:
        for lang in LANGUAGES:
            for name in ASKED:
                house.words.fill(lang, name)
            for name, values in spoken(SHOWN[0], LOANS[F4]):
                house.words.fill(lang, name, str(values.get("k", "")), **values)
            for number, one in enumerate(SHOWN, 1):
                house.words.fill(lang, "layout_option", str(number), layout=one.name, number=number)
            for code in ("020201", "020301"):
                prompt, values = rooms_found.brief(ROOMS[code])
                house.words.fill(lang, prompt, code, **values)
        yield house


def spoken(one: Layout, loan: Loan) -> tuple[Told, ...]:
    numbers: list[Told] = [(rooms_found.NUMBER, {"k": k}) for k in (1, 2)]
    return layout.told(one), *mortgage.told(F4, loan), (rooms_found.COUNT, {"n": 2}), *numbers


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def trials(house: House) -> Mapping[str, Trial]:
    calls: dict[str, Coroutine[Any, Any, Trial]] = {}
    for key, lang in (("1", "zh"), ("2", "en")):
        caller = f"139100000{key}"
        calls |= {
            f"F4 {lang}": house.call(f", {key} , 1 , 8 , 89# , 30# , 20# , 1", caller=f"{caller}1"),
            f"range {lang}": house.call(f", {key} , 1 , 8 , 89# , 95#" + ", " * 4, caller=f"{caller}2"),
            f"layouts {lang}": house.call(f", {key} , 1 , 3 {', ' * 6} 1", caller=f"{caller}3"),
            f"search {lang}": house.call(f", {key} , 1 , 5 , 2 , 90# , 0# {', ' * 20} #", caller=f"{caller}4"),
            f"nothing {lang}": house.call(f", {key} , 1 , 5 , 5 , 1# , 0#", caller=f"{caller}5"),
            f"there {lang}": house.call(f", {key} , 2 , 1 , 4 , 020201#", caller=f"{caller}6", to=TWO_PROJECTS),
        }
    calls["slow"] = house.call(f", 1 , 2 , 1 , 4 , {SLOW}#" + ", " * 10, caller=READER, to=TWO_PROJECTS)
    return dict(zip(calls, await asyncio.gather(*calls.values()), strict=True))


BOTH = pytest.mark.parametrize("lang", LANGUAGES)


@BOTH
async def test_f4_the_mortgage_is_reckoned_to_the_fen(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"F4 {lang}"]
    told = [f"{lang} {name}" for name in ("mortgage_loan", "mortgage_instalment", "mortgage_other", *ENDING)]
    asked = ("mortgage_price", "mortgage_down", "mortgage_years", "mortgage_method_1")
    assert trial.names == house.words.named(
        "zh welcome", *(f"{lang} {name}" for name in ("root_1", "query_1", *asked)), *told
    )
    assert all(trial.one(name).whole for name in house.words.named(*told)), trial.heard
    assert unexplained(trial.recording, [heard for _, heard in trial.heard]) < 0.3
    assert trial.nodes == ["welcome", "lang", "root", "query", "calculator"]
    text = trial.record["said"][-1]["text"]
    for words in {
        "zh": ("六十二万元", "百分之三点九五", "二十年", "三千七百四十元七角六分", "二十七万七千七百八十三元六角"),
        "en": (
            "six hundred twenty thousand",
            "three point nine five percent",
            "seven hundred forty yuan and seventy six",
        ),
    }[lang]:
        assert words in text


@BOTH
async def test_a_down_payment_out_of_range_is_told_the_range(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    wanted = house.words.named(f"{lang} mortgage_down_wrong", f"{lang} mortgage_down")
    assert trials[f"range {lang}"].names[-2:] == wanted
    assert trials[f"range {lang}"].record["invalids"] == 1


@BOTH
async def test_a_layout_is_told_with_what_is_for_sale(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"layouts {lang}"]
    told = [f"{lang} {name}" for name in ("layout_say", "layout_other", *ENDING)]
    assert trial.names[-len(house.words.named(*told)) :] == house.words.named(*told), trial.heard
    assert house.words.named(f"{lang} layout_option 1")[0] in trial.names
    assert trial.nodes[-2:] == ["layouts", "layout_say"]
    text = trial.record["said"][-1]["text"]
    assert {"zh": "目前在售两套，总价从八十九万元到八十九万八千九百元", "en": "rooms for sale: two"}[lang] in text


@BOTH
async def test_a_search_tells_the_rooms_one_by_one(house: House, trials: Mapping[str, Trial], lang: str) -> None:
    trial = trials[f"search {lang}"]
    first, second = (
        house.words.named(*(f"{lang} {name}" for name in names))
        for names in (
            ("result_found", "result_number 1", "result_room 020201", "result_next", "result_details"),
            ("result_number 2", "result_room 020301", "result_details", *ENDING),
        )
    )
    heard = [name for name in trial.names if name in {*first, *second}]
    assert (heard[: len(first)], heard[-len(second) :]) == (first, second)
    assert trial.nodes[-4:] == ["bedrooms", "budget", "least_area", "result"]
    assert {"zh": "总价八十九万元", "en": "eight hundred ninety thousand yuan"}[lang] in " ".join(
        said["text"] for said in trial.record["said"]
    )


@BOTH
async def test_where_nothing_is_found_another_search_is_offered(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"nothing {lang}"]
    names = ("result_none", "result_change", "leaf_agent", "leaf_back")
    assert trial.names[-4:] == house.words.named(*(f"{lang} {name}" for name in names))
    assert trial.nodes[-1] == "result_none"


@BOTH
async def test_a_room_that_another_computer_knows_is_told_like_any_other(
    house: House, trials: Mapping[str, Trial], lang: str
) -> None:
    trial = trials[f"there {lang}"]
    told = house.words.named(f"{lang} room_number 020201", f"{lang} room_say 020201")
    assert [name for name in trial.names if name in told] == told
    assert "project" in trial.nodes


async def test_a_computer_that_thinks_too_long_is_given_up(house: House, trials: Mapping[str, Trial]) -> None:
    trial = trials["slow"]
    assert house.words.named("zh host_unavailable")[0] in trial.names
    assert "no answer within 3 s" in trial.record["troubles"][0]


async def test_the_reader_of_the_newspaper_is_a_customer_whose_the_calls_are(
    house: House, trials: Mapping[str, Trial]
) -> None:
    first = trials["slow"].told["call_id"]
    again = await house.call("", caller=f"+86{READER}", to=TWO_PROJECTS)

    def customers() -> list[tuple[int, str | None]]:
        with house.sales() as session:
            rows = select(Customer.id, Customer.channel).join(CustomerPhone)
            found = session.execute(rows.where(CustomerPhone.phone == f"+86{READER}"))
            return [(key, channel) for key, channel in found]

    def owners() -> list[int | None]:
        calls = f"'{first}', '{again.told['call_id']}'"
        return [row[0] for row in house.centre.read(f"SELECT customer_id FROM call WHERE call_id IN ({calls})")]

    async def linked() -> bool:
        return None not in owners()

    await until(linked, 10.0, "the calls are the customer's")
    [(key, channel)] = customers()
    assert (channel, owners()) == ("报纸", [key, key])


async def test_an_edited_text_is_heard_by_the_next_caller(house: House, trials: Mapping[str, Trial]) -> None:
    words = {"do": "edit", "project": "01", "topic": "fees", "zh": EDITED, "en": "", "by": "test"}
    await do(Settings(home=house.centre.home), "content", content, **words)
    trial = await house.call(", 1 , 1 , 6 , 2", caller="13910000031", to=OPEN)
    assert trial.nodes[-1] == "taxes"
    assert trial.record["said"][-1]["text"].startswith(EDITED)
    assert "契税" not in trial.record["said"][-1]["text"]
