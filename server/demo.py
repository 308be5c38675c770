"""`./run demo`: the whole centre on sample data, three real calls at once, then it stays up for SIP phones."""

import asyncio
import json
import signal
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from rich.console import Console

from server.centre import Centre
from server.settings import Settings
from server.show import records_table
from server.story import Story
from server.trace import Tracer
from server.trial import tell

SERVICE = "02038880000"
SETTLING = 10.0


@dataclass(frozen=True, slots=True)
class Part:
    """Who calls, what they press (KEYS of ARCHITECTURE §9), and how many seconds they listen after that."""

    caller: str
    keys: str
    stay: float


MANDARIN = Part("13800000004", ", 1 , 1 , 4 , 020201#", 20.0)
ENGLISH = Part("13911112222", ", 2 , 1 , 4 , 010201#", 16.0)
HASTY = Part("13922223333", "", 1.5)  # hangs up in the middle of the welcome


async def show(settings: Settings, *, once: bool, as_json: bool) -> int:
    """Returns the exit code: 0 if the three calls went as they should."""
    screen = Console(stderr=as_json, highlight=False)
    settings = settings.model_copy(
        update={"town": True, "town_phones": ("8000",), **_free_ports(settings)} if not settings.exchange else {}
    )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    async with Centre(settings, screen) as centre:
        screen.rule("three calls")
        story = Story(screen)
        deafen = centre.bus.subscribe(story.hear)
        calls = await _three_calls(centre)
        deafen()
        records = await centre.records(call_ids=[call["call_id"] for call in calls if call["call_id"]])
        answer: dict[str, Any] = {
            "calls": calls,
            "records": records,
            "exchange": {"version": centre.room.exchange.version, "boot_s": round(centre.room.exchange.boot_s, 3)},
        }
        if as_json:
            print(json.dumps(answer, ensure_ascii=False, default=str), flush=True)
        else:
            screen.print(records_table(records))
        well = [record["result"] for record in records] == ["ivr_only"] * 3
        if once:
            return 0 if well else 1
        _invite(centre, screen)
        with suppress(asyncio.CancelledError):
            await stop.wait()
        screen.print("stopping …")
    return 0


def _free_ports(settings: Settings) -> dict[str, int]:
    """The demo is for looking at: where the usual ports are taken by others, any free ones do."""
    from asterisk.instance import ports

    try:
        ports.check(
            settings.bind,
            ports.free(settings.bind, sip=settings.sip_port, http=settings.http_port, ami=settings.ami_port),
        )
    except ports.PortTaken:
        return {"sip_port": 0, "http_port": 0, "ami_port": 0}
    return {}


async def _three_calls(centre: Centre) -> list[dict[str, Any]]:
    town = await centre.town()
    await town.registered()

    async def act(part: Part) -> dict[str, Any]:
        with Tracer(centre.bus, part.caller) as tracer:
            call = await town.call(SERVICE, part.keys, caller=part.caller, stay=part.stay)
            async with asyncio.timeout(SETTLING):
                await tracer.ended.wait()
        return tell(call, tracer.facts)

    return list(await asyncio.gather(act(MANDARIN), act(ENGLISH), act(HASTY)))


def _invite(centre: Centre, screen: Console) -> None:
    extension, password = centre.phone()
    screen.rule("the centre stays up")
    screen.print(
        f"Register a SIP phone:  server [bold]{centre.room.exchange.sip_address}[/bold]  "
        f"extension [bold]{extension}[/bold]  password [bold]{password}[/bold]\n"
        f"and dial [bold]{SERVICE}[/bold]. Or, from another terminal:  ./run call '. 1 . 1 . 4 . 020301# . '\n"
        "Ctrl-C ends it."
    )
