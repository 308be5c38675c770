from datetime import UTC, datetime

import pytest

from db.cipher import Cipher
from db.tenant import HOME
from db.work import Database
from sales.fixture import load_fixture
from sales.models import CustomerPhone

NOW = datetime(2024, 3, 31, 4, tzinfo=UTC)
CIPHER = Cipher(bytes(range(32)))
OTHER = 2  # a tenant that has nothing


@pytest.fixture
async def t(db: Database) -> Database:
    await db.write(load_fixture, "T", CIPHER)
    return db


async def give_phone(db: Database, customer: int, phone: str) -> None:
    await db.write(
        lambda session: session.add(CustomerPhone(tenant_id=HOME, customer_id=customer, phone=phone, position=2))
    )
