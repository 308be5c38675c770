"""Which phones are there, on the real exchange's manager interface."""

import asyncio
from pathlib import Path

import pytest

from asterisk.ami.link import Ami
from calls.bus import LocalBus
from calls.clock import SystemClock
from calls.facts import Alarm, AnyFact
from server.phones import Phones
from tests.asterisk.rig import rig

ABSENT = "8009"


@pytest.mark.exchange
async def test_a_registered_phone_is_seen_and_an_operator_without_one_is_an_alarm(tmp_path: Path) -> None:
    raised: asyncio.Queue[AnyFact] = asyncio.Queue()
    bus = LocalBus()
    bus.subscribe(raised.put_nowait)
    async with rig(tmp_path) as (exchange, _):
        phones = Phones(Ami(exchange.ami_address, exchange.ami_auth), ("8000", ABSENT), bus, SystemClock())
        phones.start()
        try:
            async with asyncio.timeout(20):
                alarm = await raised.get()
            assert isinstance(alarm, Alarm)
            assert alarm.key == f"phone {ABSENT}"
            assert phones.registered == {"8000"}
            await exchange.stop()
            async with asyncio.timeout(10):
                while (lost := await raised.get()) and getattr(lost, "key", "") != "ami link":
                    pass
        finally:
            await phones.stop()
