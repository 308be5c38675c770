"""A real exchange and a real town around it, on free ports, for any test that needs calls.

async with rig(tmp_path) as (exchange, town):
    call = await town.call("62000001", "1.")
"""

import asyncio
import os
import signal
import wave
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from asterisk.instance import ports
from asterisk.instance.plan import Phone, Plan, Trunk
from asterisk.instance.process import Instance
from asterisk.instance.secrets import Secrets
from asterisk.instance.software import find
from asterisk.town import town as towns
from asterisk.town.ear import RATE, encode, write_wav
from dialplan.render import FallbackWords, Offer, render

EXCHANGE, TOWN, LOAD = "127.0.0.1", "127.0.0.2", "127.0.0.3"
OPERATOR = "8000"
# Each word of the fallback is a tone of its own here, so that a recording tells which was heard (Hz).
TONES = {"apology": 500, "message": 700, "thanks": 900, "operator": 1100}
TONE_SECONDS = 0.6
PIECE = 800  # samples that are judged at once


@asynccontextmanager
async def rig(
    home: Path,
    *,
    dialplan: str | None = None,
    phones: Sequence[str] = (OPERATOR,),
    words: FallbackWords | None = None,
    load: bool = False,
    registered: bool = True,
) -> AsyncIterator[tuple[Instance, towns.Town]]:
    """An exchange in `home`/exchange and a town in `home`/town, both running; ended by pid whatever happens.

    dialplan    instead of the product's own (made from `phones` and `words`)
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
        tone = (8000 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
        (folder / f"{name}.ulaw").write_bytes(encode(tone))
        write_wav(folder / f"{name}-speech.wav", np.tile(tone, 3))
        words = replace(words, **{name: (str(folder / name),)})
    return words


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pair(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[Instance, towns.Town]]:
    """One rig for all tests of a module, which says `pytestmark = pytest.mark.asyncio(loop_scope="module")`."""
    async with rig(tmp_path_factory.mktemp("rig")) as both:
        yield both


def loudness(file: Path, hertz: float, begin: float = 0.0, end: float | None = None) -> float:
    """How much of a pure tone is in a part of a recording (seconds): 1 = nothing else, 0 = none of it.

    The median of pieces of 100 ms: a packet that came late breaks a tone's phase, not the tone.
    """
    with wave.open(str(file)) as track:
        assert (track.getframerate(), track.getnchannels(), track.getsampwidth()) == (RATE, 1, 2)
        samples = np.frombuffer(track.readframes(track.getnframes()), dtype="<i2").astype(float)
    part = samples[round(begin * RATE) : None if end is None else round(end * RATE)]
    pieces = part[: len(part) // PIECE * PIECE].reshape(-1, PIECE)
    energy = (pieces**2).sum(axis=1) * PIECE / 2
    tone = np.abs(pieces @ np.exp(-2j * np.pi * hertz * np.arange(PIECE) / RATE)) ** 2
    return (
        float(np.median(np.divide(tone, energy, out=np.zeros_like(energy), where=energy > 0))) if len(pieces) else 0.0
    )


def heard_at(file: Path, hertz: float) -> float:
    """Seconds until a pure tone is heard in a recording; infinity if it never is."""
    with wave.open(str(file)) as track:
        seconds = track.getnframes() / RATE
    moments = np.arange(0, max(0.0, seconds - 0.2), 0.05)
    return next((float(at) for at in moments if loudness(file, hertz, at, at + 0.2) > 0.9), float("inf"))


def starts(file: Path) -> float:
    """Seconds until the first sound in a recording."""
    with wave.open(str(file)) as track:
        samples = np.abs(np.frombuffer(track.readframes(track.getnframes()), dtype="<i2").astype(int))
    return float(np.argmax(samples > 500)) / RATE if (samples > 500).any() else float("inf")
