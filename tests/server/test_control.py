import stat
from pathlib import Path
from typing import Any

import pytest

from server.control import NobodyThere, Refused, SideDoor, ask


async def _echo(words: dict[str, Any]) -> dict[str, Any]:
    if words.get("text") == "no":
        raise Refused("we do not do that")
    return {"heard": words}


async def test_a_command_is_answered_through_a_socket_of_the_owner(tmp_path: Path) -> None:
    door = SideDoor(tmp_path / "control.sock", {"echo": _echo})
    await door.open()
    try:
        assert await ask(tmp_path / "control.sock", "echo", text="楼盘") == {"heard": {"text": "楼盘"}}
        assert stat.S_IMODE((tmp_path / "control.sock").stat().st_mode) == 0o600
        with pytest.raises(Refused, match="we do not do that"):
            await ask(tmp_path / "control.sock", "echo", text="no")
        with pytest.raises(Refused, match="does not know"):
            await ask(tmp_path / "control.sock", "dance")
    finally:
        await door.close()


async def test_where_nobody_is_the_user_is_told_what_to_start(tmp_path: Path) -> None:
    with pytest.raises(NobodyThere, match=r"\./run demo"):
        await ask(tmp_path / "control.sock", "echo")


async def test_a_socket_left_by_a_killed_process_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "control.sock").touch()
    door = SideDoor(tmp_path / "control.sock", {"echo": _echo})
    await door.open()
    assert await ask(tmp_path / "control.sock", "echo") == {"heard": {}}
    await door.close()
    assert not (tmp_path / "control.sock").exists()
