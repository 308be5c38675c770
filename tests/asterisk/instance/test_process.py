"""A real Asterisk: how it comes up, what it opens, and how it survives."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from asterisk.instance import ports
from asterisk.instance.configuration import entity
from asterisk.instance.plan import Phone, Plan, Trunk
from asterisk.instance.process import LOG_FILES, LOG_LIMIT, ExchangeFailed, Instance
from asterisk.instance.software import find

pytestmark = [pytest.mark.alone, pytest.mark.exchange]

ADDRESS = "127.0.0.1"
DIALPLAN = "[incoming]\nexten => _X.,1,Answer(,i)\n same => n,Wait(60)\n[inside]\nexten => _X.,1,Hangup()\n"


def _plan(dialplan: str = DIALPLAN) -> Plan:
    trunks = (Trunk("town", "127.0.0.2:5060"), Trunk("lines", "1-4", kind="dahdi"))
    return Plan(ADDRESS, ports.free(ADDRESS), dialplan, phones=(Phone("8000", "secret"),), trunks=trunks)


@asynccontextmanager
async def running(home: Path, plan: Plan | None = None) -> AsyncIterator[Instance]:
    exchange = Instance(home, find(), plan or _plan())
    try:
        await exchange.start()
        yield exchange
    finally:
        await exchange.stop()


async def _info(exchange: Instance) -> dict[str, dict[str, str]]:
    async with aiohttp.ClientSession(
        headers={"Authorization": aiohttp.encode_basic_auth(*exchange.ari_auth)}
    ) as session, session.get(f"{exchange.ari_url}/asterisk/info") as answer:  # fmt: skip
        assert answer.status == 200
        info: dict[str, dict[str, str]] = await answer.json()
        return info


async def test_it_is_up_within_two_seconds_and_gone_when_stopped(tmp_path: Path) -> None:
    async with running(tmp_path / "exchange") as exchange:
        assert 0 < exchange.boot_s < 20
        assert _worked(exchange.pid) < 1.5, "on an idle machine that is the time it takes"
        info = await _info(exchange)
        assert info["system"]["version"].startswith(exchange.version)
        assert info["system"]["entity_id"] == entity(exchange.home)
        pid = exchange.pid
    assert not exchange.alive
    assert not _on_the_table(pid)


def _worked(pid: int) -> float:
    """CPU seconds of a process: what it needs, however busy the machine is with others."""
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


async def test_all_its_files_load_without_a_complaint(tmp_path: Path) -> None:
    """Cards included (S4-26): their file is there though no card is."""
    async with running(tmp_path / "exchange") as exchange:
        said = (exchange.home / "log/messages.log").read_text()
    assert "ERROR" not in said, said
    assert "WARNING" not in said, said
    assert "busydetect = yes" in (exchange.home / "etc/chan_dahdi.conf").read_text()


async def test_nothing_listens_beyond_loopback(tmp_path: Path) -> None:
    """Two UDP sockets of PJSIP's own name resolver are the exception: no setting removes them (decision 0001). They
    are asked for no name here, and answers to questions nobody asked are dropped."""
    async with running(tmp_path / "exchange") as exchange:
        listening = _listening(exchange.pid)
    assert {(kind, address) for kind, address, _ in listening if kind == "tcp"} == {("tcp", ADDRESS)}
    wide = [(kind, address) for kind, address, _ in listening if address != ADDRESS]
    assert len(wide) <= 2
    assert all(kind == "udp" for kind, _ in wide)
    known = {exchange.plan.ports.sip, exchange.plan.ports.http, exchange.plan.ports.ami}
    assert {port for _, address, port in listening if address == ADDRESS} == known


def _listening(pid: int) -> set[tuple[str, str, int]]:
    """(tcp or udp, address, port) of all sockets of a process that wait for somebody; from the kernel's own tables."""
    inodes = set()
    for descriptor in Path(f"/proc/{pid}/fd").iterdir():
        target = os.readlink(descriptor)
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for kind, waiting in (("tcp", "0A"), ("tcp6", "0A"), ("udp", "07"), ("udp6", "07")):
        for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]:
            _, local, _, state, *rest = line.split()
            if state == waiting and rest[5] in inodes:
                address, port = local.split(":")
                family = socket.AF_INET if len(address) == 8 else socket.AF_INET6
                raw = b"".join(bytes.fromhex(address[i : i + 8])[::-1] for i in range(0, len(address), 8))
                found.add((kind[:3], socket.inet_ntop(family, raw), int(port, 16)))
    return found


async def test_its_passwords_open_it_and_others_do_not(tmp_path: Path) -> None:
    async with running(tmp_path / "exchange") as exchange:
        wrong = {"Authorization": aiohttp.encode_basic_auth("loupan", "loupan")}
        url = f"{exchange.ari_url}/asterisk/info"
        async with aiohttp.ClientSession(headers=wrong) as session, session.get(url) as answer:
            assert answer.status == 401
        reader, writer = await asyncio.open_connection(*exchange.ami_address)
        user, secret = exchange.ami_auth
        writer.write(f"Action: Login\r\nUsername: {user}\r\nSecret: {secret}\r\n\r\n".encode())
        said = await asyncio.wait_for(reader.readuntil(b"Message: "), 5)
        assert b"Response: Success" in said
        writer.close()
        await writer.wait_closed()


async def test_a_taken_port_is_told_before_anything_is_started(tmp_path: Path) -> None:
    plan = _plan()
    with socket.create_server((ADDRESS, plan.ports.http)):
        exchange = Instance(tmp_path / "exchange", find(), plan)
        with pytest.raises(ports.PortTaken, match=rf"Port {plan.ports.http} .*ARI"):
            await exchange.start()
    assert exchange.pid == 0


async def test_a_death_at_the_start_is_told_with_its_last_words(tmp_path: Path) -> None:
    exchange = Instance(tmp_path / "exchange", find(), _plan())
    (exchange.home / "log").mkdir()
    (exchange.home / "log/messages.log").mkdir()  # a log that cannot be opened
    (exchange.home / "run").mkdir()
    (exchange.home / "run/asterisk.pid").mkdir()
    (exchange.home / "db").write_text("no directory")
    with pytest.raises((ExchangeFailed, FileExistsError)):
        await exchange.start()
    await exchange.stop()


async def test_two_exchanges_side_by_side_do_not_disturb_each_other(tmp_path: Path) -> None:
    async with running(tmp_path / "one") as one, running(tmp_path / "two") as two:
        assert (await _info(one))["system"]["entity_id"] != (await _info(two))["system"]["entity_id"]
        assert one.secrets.ari != two.secrets.ari


async def test_it_is_back_within_five_seconds_of_being_killed(tmp_path: Path) -> None:
    async with running(tmp_path / "exchange") as exchange:
        back = asyncio.Event()
        deaths: list[float] = []
        watch = asyncio.create_task(
            exchange.watch(on_death=lambda: deaths.append(time.monotonic()), on_restart=lambda _: back.set())
        )
        before = (await _info(exchange))["status"]["startup_time"]
        killed = time.monotonic()
        os.kill(exchange.pid, signal.SIGKILL)
        await asyncio.wait_for(back.wait(), 5)
        assert (await _info(exchange))["status"]["startup_time"] != before
        assert time.monotonic() - killed < 5
        assert len(deaths) == 1
        await exchange.stop()
        await asyncio.wait_for(watch, 5)


async def test_a_restart_on_purpose_is_no_death(tmp_path: Path) -> None:
    async with running(tmp_path / "exchange") as exchange:
        deaths: list[bool] = []
        watch = asyncio.create_task(exchange.watch(on_death=lambda: deaths.append(True)))
        first = exchange.pid
        await exchange.restart()
        assert exchange.alive
        assert exchange.pid != first
        await exchange.stop()
        await asyncio.wait_for(watch, 5)
        assert deaths == []


CONTROLLER = """
import asyncio, sys
from pathlib import Path
from asterisk.instance.plan import Plan
from asterisk.instance.ports import Ports
from asterisk.instance.process import Instance
from asterisk.instance.software import find

async def main():
    home, sip, http, ami, dialplan = sys.argv[1:]
    plan = Plan("127.0.0.1", Ports(int(sip), int(http), int(ami), (20000, 20099), (20100, 20199)), dialplan)
    exchange = Instance(Path(home), find(), plan)
    await exchange.start()
    print(exchange.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def _after_a_killed_controller(home: Path, plan: Plan) -> int:
    """The pid of the exchange that a controller leaves behind when it is killed."""
    chosen = map(str, (plan.ports.sip, plan.ports.http, plan.ports.ami))
    controller = await asyncio.create_subprocess_exec(
        sys.executable, "-c", CONTROLLER, str(home), *chosen, DIALPLAN, stdout=subprocess.PIPE
    )
    assert controller.stdout is not None
    pid = int(await asyncio.wait_for(controller.stdout.readline(), 20))
    controller.kill()
    await controller.wait()
    return pid


def _plain_plan(dialplan: str = DIALPLAN) -> Plan:
    chosen = ports.free(ADDRESS)
    ranges = (20000, 20099), (20100, 20199)
    return Plan(ADDRESS, ports.Ports(chosen.sip, chosen.http, chosen.ami, *ranges), dialplan)


async def test_the_exchange_outlives_its_controller_and_is_taken_over_as_it_is(tmp_path: Path) -> None:
    plan = _plain_plan()
    left = await _after_a_killed_controller(tmp_path / "exchange", plan)
    exchange = Instance(tmp_path / "exchange", find(), plan)
    try:
        assert await exchange.start() == 0.0
        assert (exchange.adopted, exchange.pid) == (True, left)
        assert "System uptime" in await exchange.cli("core show uptime")
    finally:
        await exchange.stop()
    assert not _on_the_table(left)


async def test_an_exchange_left_behind_with_another_configuration_is_replaced(tmp_path: Path) -> None:
    plan = _plain_plan()
    left = await _after_a_killed_controller(tmp_path / "exchange", plan)
    changed = Plan(ADDRESS, plan.ports, DIALPLAN + "; changed\n")
    async with running(tmp_path / "exchange", changed) as exchange:
        assert not exchange.adopted
        assert exchange.pid != left
        assert exchange.boot_s > 0


def _on_the_table(pid: int) -> bool:
    """Alive: a dead process that its heir has not collected yet does not count."""
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rsplit(")", 1)[1].split()[0] != "Z"


async def test_a_new_dialplan_is_read_without_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path / "exchange") as exchange:
        pid = exchange.pid
        plan = exchange.plan
        await exchange.reload(Plan(ADDRESS, plan.ports, "[incoming]\nexten => 4711,1,Hangup()\n", trunks=plan.trunks))
        assert "4711" in await exchange.cli("dialplan show incoming")
        assert exchange.pid == pid


async def test_a_log_that_has_grown_large_is_begun_anew(tmp_path: Path) -> None:
    async with running(tmp_path / "exchange") as exchange:
        messages = exchange.home / "log/messages.log"
        with messages.open("a") as grown:
            grown.write("x" * (LOG_LIMIT + 1))
        (exchange.home / f"log/messages.log.{LOG_FILES}").touch()
        await exchange.rotate()
        kept = sorted(file.name for file in (exchange.home / "log").glob("messages.log*"))
        assert kept[:2] == ["messages.log", "messages.log.0"]
        assert f"messages.log.{LOG_FILES}" not in kept
        assert messages.stat().st_size < LOG_LIMIT
