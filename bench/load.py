"""Load by sipp: so many calls a second, and how it went."""

import asyncio
import csv
import io
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).with_name("scenario")
KEY = Path("/usr/share/sip-tester/dtmf_2833_1.pcap")  # what the scenario `key` plays; of the package sip-tester
GRACE = 12.0  # s beyond the load for the last calls to end
PROMPT_ANSWER_MS = 100.0  # a load is carried well if 95 % of the callers are answered this soon


class NoSipp(Exception):
    """sipp is not to be had, or may not do what a scenario needs; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """made: calls offered; ok, failed: how they ended; answers: ms from INVITE to 200, sorted."""

    rate: int
    made: int
    ok: int
    failed: int
    answers: Sequence[float]
    seconds: float

    @property
    def p50(self) -> float:
        return percentile(self.answers, 0.50)

    @property
    def p95(self) -> float:
        return percentile(self.answers, 0.95)

    @property
    def carried(self) -> bool:
        """No call failed, and callers were answered promptly."""
        return self.failed == 0 and self.ok == self.made and self.p95 < PROMPT_ANSWER_MS

    def __str__(self) -> str:
        return f"{self.rate}/s: {self.ok}/{self.made} ok, answered p50 {self.p50:.0f} p95 {self.p95:.0f} ms"


def percentile(ordered: Sequence[float], share: float) -> float:
    """Of sorted values, the one that `share` of them do not exceed; NaN of none."""
    if not ordered:
        return float("nan")
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def can(scenario: str) -> None:
    """Raises NoSipp if this machine cannot run the scenario."""
    if shutil.which("sipp") is None:
        raise NoSipp("sipp is missing. Please type:  sudo apt-get install sip-tester")
    if scenario == "key":
        if not KEY.exists():
            raise NoSipp(f"{KEY} is missing; it comes with the package sip-tester")
        if os.geteuid() != 0:
            raise NoSipp("sipp plays keys through a raw socket, which needs root: run the bench with sudo")


async def load(
    scenario: str, number: str, *, rate: int, seconds: float, source: str, target: tuple[str, int]
) -> Outcome:
    """Offer `rate` calls a second to `number` for so long, and wait for the last to end."""
    made = round(rate * seconds)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="loupan-sipp-") as place:
        command = (
            "sipp", "-sf", str(SCENARIOS / f"{scenario}.xml"), "-s", number, "-i", source, "-mi", source,
            "-p", "6100", "-mp", "6200", "-r", str(rate), "-m", str(made), "-l", "4000",
            "-recv_timeout", "10000", "-trace_rtt", "-rtt_freq", "1", "-trace_stat", "-stf", "stat.csv", "-fd", "1",
            "-nostdin", f"{target[0]}:{target[1]}",
        )  # fmt: skip
        sipp = await asyncio.create_subprocess_exec(
            *command,
            cwd=place,
            env={**os.environ, "TERM": "dumb"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await asyncio.wait_for(sipp.wait(), seconds + GRACE)
        except TimeoutError:
            pass
        finally:
            if sipp.returncode is None:
                sipp.kill()
                await sipp.wait()
        ok, failed, answers = await asyncio.to_thread(_told, Path(place))
    return Outcome(rate, made, ok, failed, answers, time.monotonic() - began)


def totals(stat: str) -> tuple[int, int]:
    """(successful, failed) calls, from sipp's statistics file. Its last line counts."""
    rows = list(csv.DictReader(io.StringIO(stat), delimiter=";"))
    if not rows:
        return 0, 0
    return int(rows[-1]["SuccessfulCall(C)"]), int(rows[-1]["FailedCall(C)"])


def times(rtt: str) -> list[float]:
    """Response times in ms, from sipp's `…_rtt.csv` (date; ms; name of the timer)."""
    found = []
    for line in rtt.splitlines():
        cells = line.split(";")
        if len(cells) >= 2 and cells[1].replace(".", "", 1).isdigit():
            found.append(float(cells[1]))
    return found


def _told(place: Path) -> tuple[int, int, list[float]]:
    """(ok, failed, sorted ms) from the files that sipp has left."""
    answers = times("".join(_read(file) for file in place.glob("*_rtt.csv")))
    return *totals(_read(place / "stat.csv")), sorted(answers)


def _read(file: Path) -> str:
    return file.read_text() if file.exists() else ""
