"""`./run doctor`: is everything there and well? Quick, and changes nothing."""

import shutil
from dataclasses import asdict, dataclass
from typing import Any

from asterisk.instance import software
from prompts.speech import voices
from server import sounds
from server.control import NobodyThere, ask
from server.flows import check_files
from server.home import Home
from server.settings import Settings

ROOM = 200_000_000  # bytes that should be free for recordings


@dataclass(frozen=True, slots=True)
class Finding:
    text: str
    wrong: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


async def examine(settings: Settings) -> list[Finding]:
    """What was looked at, in order; `wrong` ones need somebody."""
    home = Home(settings.home)
    found = [_exchange(settings), _voices(settings), _disk(settings), *await _prompts(), *_flows(settings)]
    try:
        status = await ask(home.control, "status")
    except NobodyThere:
        return [*found, Finding("no centre is running from this home (that is no fault by itself)")]
    found.append(
        Finding(f"the centre runs (process {status['pid']}), connected to Asterisk {status['exchange']}")
        if status["healthy"]
        else Finding("the centre runs, but takes no calls: see its log", wrong=True)
    )
    return [*found, *(Finding(f"alarm: {key}", wrong=True) for key in status["alarms"])]


def _exchange(settings: Settings) -> Finding:
    if settings.exchange:
        return Finding(f"the exchange is a remote one: {settings.exchange}")
    there = software.installed() or software.private(software.cache() / "root")
    if there is None:
        return Finding("no Asterisk yet: ./run setup fetches one", wrong=True)
    return Finding(f"Asterisk {there.version}")


def _voices(settings: Settings) -> Finding:
    if voices.installed():
        return Finding("the house's voice is installed")
    light = settings.voices == "light"
    return Finding("the house's voice is not installed: the stand-in speaks what is not recorded", wrong=not light)


def _disk(settings: Settings) -> Finding:
    place = settings.home if settings.home.exists() else settings.home.parent
    free = shutil.disk_usage(place).free
    return Finding(f"{free // 1_000_000} MB are free for recordings", wrong=free < ROOM)


async def _prompts() -> list[Finding]:
    return [Finding(problem, wrong=True) for problem in await sounds.examine()] or [
        Finding("all prompts are there, in both languages, at their level")
    ]


def _flows(settings: Settings) -> list[Finding]:
    return [Finding(text, wrong=True) for text in check_files(settings, None)] or [
        Finding("all flows could be published as they are")
    ]
