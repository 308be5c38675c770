"""A real exchange and a real town around it, on free ports, for any test that needs calls.

async with rig(tmp_path) as (exchange, town):
    call = await town.call("62000001", "1.")
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np

from asterisk.instance import ports
from asterisk.instance.plan import Phone, Plan, Trunk
from asterisk.instance.process import Instance
from asterisk.instance.secrets import Secrets
from asterisk.instance.software import Software, find
from asterisk.town import town as towns
from asterisk.town.ear import RATE, encode
from dialplan.render import FallbackWords, Offer, render

EXCHANGE, TOWN, LOAD = "127.0.0.1", "127.0.0.2", "127.0.0.3"
OPERATOR = "8000"
# Each word of the fallback is a tone of its own here, so that a recording tells which was heard (Hz).
TONES = {"apology": 500, "message": 700, "thanks": 900, "operator": 1100}
TONE_SECONDS = 0.6


def software() -> Software:
    return find()


@asynccontextmanager
async def rig(
    home: Path,
    *,
    dialplan: str | None = None,
    phones: Sequence[str] = (OPERATOR,),
    numbers: Sequence[str] = (),
    words: FallbackWords | None = None,
    load: bool = False,
    registered: bool = True,
) -> AsyncIterator[tuple[Instance, towns.Town]]:
    """An exchange in `home`/exchange and a town in `home`/town, both running; ended by pid whatever happens.

    dialplan    instead of the product's own (made from `numbers`, `phones` and `words`)
    phones      extensions of the exchange, all of them played by the town
    load        may 127.0.0.3 (sipp) call in?
    registered  wait until the town's phones are registered
    """
    runs = find()
    outer = ports.free(EXCHANGE)
    inner = ports.free(TOWN, phones=True)
    secrets = Secrets(home / "exchange")
    text = dialplan or render(
        words or tones(home / "words"),
        operator=phones[0] if phones else "",
        extensions=phones,
        numbers=numbers,
        offer=Offer(broadcast=runs.broadcast),
    )
    plan = Plan(
        EXCHANGE,
        outer,
        text,
        phones=tuple(Phone(extension, secrets.phone(extension)) for extension in phones),
        trunks=(Trunk("town", f"{TOWN}:{inner.sip}"),),
        load_from=LOAD if load else "",
    )
    exchange = Instance(home / "exchange", runs, plan)
    lines = [(extension, secrets.phone(extension)) for extension in phones]
    town = towns.Town(Instance(home / "town", runs, towns.plan(TOWN, inner, exchange.sip_address, lines)))
    try:
        await asyncio.gather(exchange.start(), town.start())
        if registered and phones:
            await town.registered()
        yield exchange, town
    finally:
        await asyncio.gather(exchange.stop(), town.stop(), return_exceptions=True)
        for instance in (exchange, town.instance):
            with suppress(ProcessLookupError):
                if instance.pid:
                    os.kill(instance.pid, signal.SIGKILL)


def tones(folder: Path) -> FallbackWords:
    """The fallback's words as pure tones."""
    folder.mkdir(parents=True, exist_ok=True)
    words = FallbackWords((), (), ())
    for name, hertz in TONES.items():
        at = np.arange(round(TONE_SECONDS * RATE)) / RATE
        (folder / f"{name}.ulaw").write_bytes(encode((8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)))
        words = replace(words, **{name: (str(folder / name),)})
    return words
