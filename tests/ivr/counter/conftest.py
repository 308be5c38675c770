from pathlib import Path

import pytest

from db.work import Database
from tests.ivr.counter.office import Office


@pytest.fixture
async def office(db: Database, tmp_path: Path) -> Office:
    return await Office.open(db, tmp_path)
