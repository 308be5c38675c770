"""`./run bench NAME [--json] [--quick]`. Exits with 1 if a goal is not met, with 2 if nothing could be measured."""

import argparse
import json
import sys
import time
from collections.abc import Callable, Coroutine
from typing import Any

import uvloop

Tell = Callable[[str], None]


async def ivr(quick: bool, tell: Tell) -> dict[str, Any]:
    """calls a second, waits and records beside Asterisk's own dialplan"""
    from bench.ivr import run

    return (await run(quick, tell)).as_json()


async def voice(quick: bool, tell: Tell) -> dict[str, Any]:
    """how well callers understand the voices (needs the test packages)"""
    from bench.voice import run

    return await run(quick, tell)


async def sales(quick: bool, tell: Tell) -> dict[str, Any]:
    """a fight for rooms, searches, cards and a sheet, on SQLite and PostgreSQL"""
    from bench.sales import run

    return (await run(quick, tell)).as_json()


async def callers(quick: bool, tell: Tell) -> dict[str, Any]:
    """three hundred callers in the whole tree for three minutes, and what a step costs"""
    from bench.callers import run

    return (await run(quick, tell)).as_json()


async def queue(quick: bool, tell: Tell) -> dict[str, Any]:
    """a million calls through the queue against Erlang's formulas; decisions a second"""
    from bench.queue import run

    return (await run(quick, tell)).as_json()


async def ears(quick: bool, tell: Tell) -> dict[str, Any]:
    """thirty steps of real calls transcribed, and their key words looked for (needs the test packages)"""
    from bench.ears import run

    return await run(quick, tell)


async def takes(quick: bool, tell: Tell) -> dict[str, Any]:
    """readings of Mandarin prompts that are understood better (needs the test packages; an hour)"""
    from bench.takes import run

    return run(quick, tell)


BENCHES: dict[str, Callable[[bool, Tell], Coroutine[Any, Any, dict[str, Any]]]] = {
    "callers": callers,
    "ears": ears,
    "ivr": ivr,
    "queue": queue,
    "sales": sales,
    "takes": takes,
    "voice": voice,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure the house.")
    what = "; ".join(f"{name}: {bench.__doc__}" for name, bench in BENCHES.items())
    parser.add_argument("name", choices=sorted(BENCHES), help=what)
    parser.add_argument("--json", action="store_true", help="print one JSON object for programs")
    parser.add_argument(
        "--quick", action="store_true", help="a short run that shows that all works; its figures are rough"
    )
    chosen = parser.parse_args()
    began = time.monotonic()

    def tell(text: str) -> None:
        print(f"{time.monotonic() - began:6.1f}s {text}", file=sys.stderr, flush=True)

    report = uvloop.run(BENCHES[chosen.name](chosen.quick, tell))
    if chosen.json:
        print(json.dumps(report, ensure_ascii=False, indent=1))
    else:
        from bench.report import table

        print(table(report))
    return 0 if all(report["met"].values()) else 1


if __name__ == "__main__":
    from bench.cluster import NoPostgres
    from bench.load import NoSipp

    try:
        sys.exit(main())
    except (NoSipp, NoPostgres) as missing:
        print(missing, file=sys.stderr)
        sys.exit(2)
