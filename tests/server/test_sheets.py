"""Sheets at the command line, as a user runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def run(home: Path, *words: str) -> tuple[int, str]:
    environment = os.environ | {
        "LOUPAN_HOME": str(home), "LOUPAN_LANGUAGE": "en", "COLUMNS": "300", "NO_COLOR": "1", "PYTHONPATH": ".",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-m", "server", *words], env=environment, capture_output=True, text=True, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def test_out_changed_and_in_again(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "rooms.csv"
    assert run(home, "seed", "--fixture", "T")[0] == 0
    code, said = run(home, "sheet", "export", "rooms", str(file))
    assert (code, "rooms.csv: 11" in said) == (0, True)
    code, said = run(home, "sheet", "import", "rooms", str(file))
    assert code == 1
    assert said.count("already") == 11  # each room is named
    assert "nothing was saved" in said
    words = file.read_text(encoding="utf-8-sig").replace("10100.00,898900.00", "10200.00,907800.00")
    file.write_text(words, encoding="utf-8-sig")
    code, said = run(home, "sheet", "import", "rooms", str(file), "--update", "--dry-run")
    assert (code, "0 new, 1 changed (dry run, nothing saved)" in said) == (0, True)
    code, said = run(home, "sheet", "import", "rooms", str(file), "--update")
    assert (code, "0 new, 1 changed" in said) == (0, True)
    assert run(home, "sheet", "template", "customers", str(tmp_path / "c.xlsx"))[0] == 0
    code, said = run(home, "sheet", "import", "customers", str(tmp_path / "c.xlsx"))
    assert (code, "0 new" in said) == (0, True)
    code, said = run(home, "sheet", "import", "cars", str(file))
    assert (code, "There is no sheet “cars”" in said) == (2, True)
    code, said = run(home, "sheet", "import", "rooms", str(tmp_path / "none.csv"))
    assert (code, "cannot be read" in said) == (2, True)
