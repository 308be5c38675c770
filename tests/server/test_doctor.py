"""`doctor --invariants`: a finding for each, the offending rows by name."""

from pathlib import Path

import pytest
from rich.console import Console
from sqlalchemy.orm import Session

from calls.clock import SystemClock
from db.work import Database
from server.doctor import examine_invariants
from server.seed import load_data
from server.settings import Settings


async def test_a_house_that_is_well_and_then_is_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, language="en")
    with pytest.raises(FileNotFoundError, match="no database"):
        await examine_invariants(settings)
    await load_data(settings, Console(quiet=True))
    well = await examine_invariants(settings)
    assert [finding.text.partition(".")[0] for finding in well] == [str(number) for number in range(1, 15)]
    assert not any(finding.wrong for finding in well)
    # what there is nothing of yet is said so, and not that it is well
    marks = "".join(finding.mark.partition("]")[2][:1] for finding in well)
    assert marks == "✓✓✓✓✓✓✓✓✓–✓✓✓–"
    assert well[9].text.endswith("nothing to check yet (there is no table bill_item)")
    assert well[13].text.endswith("nothing to check yet (there is no table gl_voucher)")

    def breach(session: Session) -> None:
        session.connection().exec_driver_sql("UPDATE hold SET money_fen = 1 WHERE no = 'H1'")

    async with Database.open(f"sqlite:///{tmp_path / 'loupan.db'}", SystemClock().now) as db:
        await db.write(breach)
    wrong = [finding.text for finding in await examine_invariants(settings) if finding.wrong]
    assert len(wrong) == 2
    assert wrong[0].startswith("3. ")
    assert wrong[1].strip().endswith("hold H1 says 0.01 yuan, its receipts are 5,000.00")
    zh = [finding.text for finding in await examine_invariants(Settings(home=tmp_path)) if finding.wrong]
    assert "保留单H1" in zh[1]
