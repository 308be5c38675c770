"""An edited text is heard as soon as it is sound; until then callers hear what it was, never silence or a stand-in."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import typer.testing

from calls.bus import LocalBus
from calls.clock import FixedClock
from calls.unavailable import Unavailable
from db.refusal import Code, Refused
from db.work import Database, Unreachable
from prompts import catalogue
from prompts.pack import Pack
from prompts.voice import Equipment, HouseVoice
from sales.fixture import load_fixture
from server import content_cli
from server.content import SpokenContent, content
from server.enquiry_desk import enquiry
from tests.db.engines import NOON
from tests.prompts.tone import ToneEngine


@pytest.fixture
async def engine() -> ToneEngine:
    return ToneEngine()


@pytest.fixture
async def voice(tmp_path: Path, engine: ToneEngine) -> AsyncIterator[HouseVoice]:
    (tmp_path / "book.toml").write_text('[bye]\nzh = "感谢您的来电。"\nen = "Goodbye."\n', encoding="utf-8")
    prompts = catalogue.load(tmp_path / "book.toml")
    equipment = Equipment(Pack(tmp_path / "pack"), engine, engine, engine)
    made = HouseVoice(tmp_path / "sounds", prompts, LocalBus(), FixedClock(NOON), equipment)
    await made.start()
    await made.studio.done()
    yield made
    await made.close()


async def edit(db: Database, zh: str, **more: object) -> None:
    await content(db, {"do": "edit", "project": "01", "topic": "fees", "zh": zh, "en": "", "by": "chen", **more})


async def test_the_old_sentence_until_the_new_one_is_spoken(
    sqlite_db: Database, voice: HouseVoice, engine: ToneEngine
) -> None:
    await sqlite_db.write(load_fixture, "T")
    told = SpokenContent(sqlite_db, voice)
    await edit(sqlite_db, "第一版说明。")
    voice.render_ahead(voice.of_text("zh", "第一版说明。"))
    await voice.studio.done()
    engine.slow = True
    await edit(sqlite_db, "第二版说明。")
    await edit(sqlite_db, "第三版说明。")  # faster than the voice speaks
    assert await told.text(1, "fees", "zh") == "第一版说明。"
    engine.go.set()
    await voice.studio.done()  # asking has it rendered
    assert await told.text(1, "fees", "zh") == "第三版说明。"


async def test_a_text_without_anything_older_that_is_ready_is_told_itself(
    sqlite_db: Database, voice: HouseVoice
) -> None:
    await sqlite_db.write(load_fixture, "T")
    told = SpokenContent(sqlite_db, voice)
    await edit(sqlite_db, "新的说明。")
    assert await told.text(1, "fees", "zh") == "新的说明。"
    assert await told.text(1, "fees", "en") == "新的说明。"  # not written in English
    assert await told.text(77, "fees", "zh") is None


async def test_without_the_database(voice: HouseVoice) -> None:
    class Away:
        async def read(self, *_: object) -> object:
            raise Unreachable("away")

    with pytest.raises(Unavailable):
        await SpokenContent(Away(), voice).text(1, "fees", "zh")  # type: ignore[arg-type]


async def test_listed_edited_and_refused_by_command(sqlite_db: Database) -> None:
    await sqlite_db.write(load_fixture, "T")
    every = (await content(sqlite_db, {"do": "list"}))["texts"]
    assert {text["topic"] for text in every} >= {"developer", "fees", "title"}
    await edit(sqlite_db, "契税百分之一。", version=1)
    [fees] = (await content(sqlite_db, {"do": "list", "project": "01", "topic": "fees"}))["texts"]
    assert (fees["zh"], fees["version"], fees["by"]) == ("契税百分之一。", 2, "chen")
    for words, code in (
        ({"version": 1}, Code.CONFLICT),
        ({"topic": "x"}, Code.NOT_FOUND),
        ({"project": "9"}, Code.NOT_FOUND),
    ):
        with pytest.raises(Refused) as refused:
            await edit(sqlite_db, "无。", **words)
        assert refused.value.code is code


async def test_hosts_and_channels_by_command(sqlite_db: Database) -> None:
    await sqlite_db.write(load_fixture, "T")
    told = await enquiry(sqlite_db, {"do": "channel", "number": "020-3888 0000", "channel": "报纸", "by": "chen"})
    assert {"number": "02038880000", "channel": "报纸"} in told["numbers"]
    told = await enquiry(sqlite_db, {"do": "host", "project": "01", "host": "http://127.0.0.1:9/x"})
    assert told["projects"] == [{"code": "01", "name": "海天花园", "host": "http://127.0.0.1:9/x"}]
    for wrong in (
        {"do": "channel", "number": "02038880000", "channel": "月球"},
        {"do": "channel", "number": "1", "channel": "报纸"},
        {"do": "host", "project": "01", "host": "x"},
        {"do": "host", "project": "77", "host": ""},
    ):
        with pytest.raises(Refused):
            await enquiry(sqlite_db, wrong)


def test_what_show_prints_edit_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOUPAN_HOME", str(tmp_path / "home"))
    run = typer.testing.CliRunner()
    new = run.invoke(content_cli.contents, ["show", "fees"])
    assert new.exit_code == 0
    file = tmp_path / "fees.toml"
    file.write_text(new.stdout)
    assert content_cli.read(file) == {"project": "01", "topic": "fees", "zh": "", "en": "", "version": 0}
    assert json.loads(run.invoke(content_cli.contents, ["list", "--json"]).stdout) == {"texts": []}


@pytest.mark.parametrize(
    "text", ["project = ", 'project = "01"', 'project = "01"\ntopic = "fees"\nzh = 5', 'colour = "red"']
)
def test_a_file_that_is_no_text_is_told_what_would_be(tmp_path: Path, text: str) -> None:
    file = tmp_path / "fees.toml"
    file.write_text(text)
    run = typer.testing.CliRunner()
    made = run.invoke(content_cli.contents, ["edit", str(file)])
    assert made.exit_code == 2
    assert "fees.toml" in "".join(made.output.split())  # however wide the screen is
