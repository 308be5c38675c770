"""The shipped pack is whole; its build renders only what changed; its doctor finds each kind of fault."""

import re
from pathlib import Path

import numpy as np
import pytest
import soundfile

from prompts import shipped, sound
from prompts.cache import Cache
from prompts.pack import Damaged, Pack
from prompts.shipped import Book
from prompts.speech.engine import Line
from server.sounds import book, examine
from tests.prompts.tone import ToneEngine, tone

LINES = [
    Line("zh", "您好，这里是海天房地产。"),
    Line("en", "For the developer, press one."),
    Line("zh", "自动查询，请按1。"),
]


class Bench:
    """A pack of tones in a directory of its own."""

    def __init__(self, home: Path) -> None:
        self.pack, self.engine = Pack(home), ToneEngine()
        self.book = Book(LINES, [])
        self.said: list[str] = []

    async def build(self) -> int:
        return await shipped.build(self.said.append, self.book, self.pack, self.engine)

    def faults(self) -> list[str]:
        return [problem.what for problem in shipped.doctor(self.book, self.pack, self.engine)]


@pytest.fixture
async def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path / "pack")
    await bench.build()
    return bench


async def test_a_new_pack_is_whole(bench: Bench) -> None:
    assert bench.engine.rendered == [line.text for line in LINES]
    assert len(bench.said) == 3
    assert bench.faults() == []


async def test_only_what_changed_is_rendered_again_and_what_is_not_said_goes(bench: Bench) -> None:
    assert await bench.build() == 0
    bench.book = Book([LINES[0], LINES[2], Line("en", "For the whole project, press 2.")], [])
    assert await bench.build() == 1
    assert bench.engine.rendered[3:] == ["For the whole project, press 2."]
    assert bench.faults() == []
    assert len(list(bench.pack.files())) == 3


def test_what_compression_adds_to_a_peak_is_taken_off_again(tmp_path: Path) -> None:
    """Noise cut off at −1 dBFS comes out of Vorbis with higher peaks; the pack has none."""
    ceiling = 10 ** (sound.PEAK / 20)
    harsh = np.clip(np.random.default_rng(1).standard_normal(sound.RATE) / 4, -ceiling, ceiling).astype(np.float32)
    soundfile.write(tmp_path / "as_it_is.ogg", harsh, sound.RATE, format="OGG", subtype="VORBIS")
    assert sound.peak(soundfile.read(tmp_path / "as_it_is.ogg", dtype="float32")[0]) > sound.PEAK
    entry = Pack(tmp_path).add(LINES[0], ToneEngine(), sound.to_ulaw(harsh))
    assert sound.peak(Pack(tmp_path).samples(entry)) < sound.PEAK
    assert entry.level == pytest.approx(sound.level(harsh), abs=2.5)


async def test_the_pack_is_unpacked_once_into_playable_files(bench: Bench, tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    assert bench.pack.unpack(cache) == 3
    assert bench.pack.unpack(cache) == 0
    for line in LINES:
        samples = sound.from_ulaw(cache.of(line, bench.engine).read_bytes())
        assert sound.level(samples) == pytest.approx(sound.LEVEL, abs=1)


async def test_a_damaged_file_is_told_at_unpacking(bench: Bench, tmp_path: Path) -> None:
    next(bench.pack.files()).write_bytes(b"no sound")
    with pytest.raises(Damaged, match="cannot be read"):
        bench.pack.unpack(Cache(tmp_path / "cache"))


async def test_doctor_finds_missing_orphaned_and_unlisted_sounds(bench: Bench) -> None:
    bench.book = Book([*LINES[1:], Line("en", "A new sentence for you.")], [("bye", "en")])
    (bench.pack.home / "stray.ogg").write_bytes(b"")
    assert sorted(bench.faults()) == [
        "No sound for “A new sentence for you.” (en).",
        "The prompt bye has no words in en.",
        "stray.ogg is in no list.",
        "“您好，这里是海天房地产。” (zh) is never said.",
    ]


@pytest.mark.parametrize(
    ("samples", "fault"),
    [
        (tone(2, 8000, 0.001), r"level of -\d+\.\d dBFS"),
        (tone(2, 8000, 0.9), r"peak of -?\d\.\d dBFS"),
        (tone(0.3, 8000, 0.17), r"takes only 0\.3 s"),
        (tone(20, 8000, 0.17), r"takes 20\.0 s"),
        (np.zeros(8000, np.float32), "is silent"),
    ],
)
async def test_doctor_hears_level_peak_length_and_silence(bench: Bench, samples: sound.Samples, fault: str) -> None:
    entry = next(e for e in bench.pack.entries() if e.line == LINES[0])
    soundfile.write(bench.pack.file(entry.key), samples, 8000, format="OGG", subtype="VORBIS")
    faults = bench.faults()
    assert any(re.search(fault, what) for what in faults)
    assert any("is not the sound that was listed" in what for what in faults)


async def test_doctor_tells_a_file_that_is_gone(bench: Bench) -> None:
    bench.pack.file(bench.pack.entries()[0].key).unlink()
    assert len(bench.faults()) == 1
    assert "cannot be heard" in bench.faults()[0]


async def test_a_build_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "pack")
    bench.engine.down = "it died"
    with pytest.raises(shipped.Stopped, match="it died"):
        await bench.build()
    bench.engine.down = ""
    assert await bench.build() == 3
    assert bench.faults() == []


@pytest.mark.slow
async def test_the_shipped_pack_has_no_fault() -> None:
    assert await examine() == []


@pytest.mark.slow
async def test_the_shipped_pack_is_laid_out_whole(tmp_path: Path) -> None:
    assert Pack().unpack(Cache(tmp_path)) == len((await book()).lines)
