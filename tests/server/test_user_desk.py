"""`./run user` as somebody types it: an installation that was never started, its first users."""

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest

from tests.system.centre import ROOT


async def run(home: Path, *words: str, stdin: str = "") -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server", "user", *words,
        cwd=ROOT, env={**os.environ, "LOUPAN_HOME": str(home), "LOUPAN_SAMPLE": "T", "COLUMNS": "200"},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    printed, screen = await asyncio.wait_for(process.communicate(stdin.encode()), 60)
    assert process.returncode is not None
    assert "Traceback" not in screen.decode(), screen.decode()
    return process.returncode, printed.decode(), screen.decode()


@pytest.mark.slow
async def test_the_first_users_of_a_new_house(tmp_path: Path) -> None:
    home = tmp_path / "home"
    add = ("add", "li", "--name", "李强", "--role", "agent")
    code, _, screen = await run(home, *add, stdin="short\n")
    assert (code, "密码应为 10 到 128 个字符" in screen) == (2, True)
    code, _, screen = await run(home, *add, stdin="海天花园-kfs-26\n")
    assert (code, "请先启动一次" in screen) == (2, True), screen  # there is no house yet

    seeded = await asyncio.create_subprocess_exec(
        sys.executable, "-c",
        "import asyncio; from rich.console import Console; from server.seed import load_data;"
        "from server.settings import load; asyncio.run(load_data(load(), Console(quiet=True)))",
        cwd=ROOT, env={**os.environ, "LOUPAN_HOME": str(home)},
    )  # fmt: skip
    assert await asyncio.wait_for(seeded.wait(), 60) == 0

    code, printed, screen = await run(home, *add, stdin="海天花园-kfs-26\n")
    assert code == 0, screen
    assert "李强" in printed
    assert "话务员" in printed
    code, _, screen = await run(home, *add, stdin="海天花园-kfs-26\n")
    assert (code, "登录名“li”已被使用" in screen) == (2, True)
    code, _, screen = await run(home, "grant", "li", "call.monitor", "allow", "--scope", "group")
    assert code == 0, screen
    code, _, screen = await run(home, "grant", "li", "call.tapping")
    assert (code, "没有权限“call.tapping”" in screen) == (2, True)
    code, _, screen = await run(home, "role", "nobody", "seller")
    assert (code, "没有操作员“nobody”" in screen) == (2, True)
    code, _, screen = await run(home, "password", "li", stdin="another-good-one\n")
    assert (code, "is changed" in screen) == (0, True)
    code, _, _ = await run(home, "disable", "li")
    code, printed, _ = await run(home, "list", "--json")
    [told] = json.loads(printed)["users"]
    assert (told["login"], told["role"], told["state"], told["sessions"]) == ("li", "agent", "disabled", 0)
    assert "argon2" not in printed
    code, printed, _ = await run(home, "roles")
    assert "班长 · supervisor" in printed
