"""Rooms, customers and what was known of projects, in full; the customers' numbers and the rooms' permits move."""

import re
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY = "migration"

STAGES = (
    "stage IN ('lead', 'registered', 'visited', 'reserved', 'booked', 'subscribed', 'contracted', 'sold', 'owner',"
    " 'lost')"
)
NEW_ROOM = {
    "ck_room_price": "unit_fen >= 0 AND list_fen >= 0",
    "ck_room_hold": "state_hold_id IS NULL OR state IN ('reserved', 'booked')",
    "ck_room_deal": "state_deal_id IS NULL OR state IN ('subscribed', 'contracted', 'sold')",
}
NEW_CUSTOMER = {
    "ck_customer_kind": "kind IN ('person', 'company')",
    "ck_customer_level": "level IN ('A', 'B', 'C', 'D')",
    "ck_customer_stage": STAGES,
}

TEXTS = {
    "id_type": 16, "id_no": 160, "id_hash": 64, "address": 255, "district": 32, "edu": 32, "income": 32,
    "employer": 128, "employer_type": 32, "position": 64, "family": 64, "transport": 32, "channel": 32,
    "channel_detail": 128, "reason": 32, "level": 1, "lost_reason": 32, "pinyin": 255, "pinyin_initials": 64,
    "note": 1000,
}  # fmt: skip
FILLED: dict[
    str, tuple[sa.types.TypeEngine[Any], object]
] = {  # columns that no row may be without, and what the rows that are there get
    "kind": (sa.String(8), "person"),
    "stage": (sa.String(16), "registered"),
    "intent": (sa.JSON(), {}),
    "tags": (sa.JSON(), []),
    "opt_out_calls": (sa.Boolean(), False),
    "custom": (sa.JSON(), {}),
}
SEARCHES = (
    ["state", "layout_id"],
    ["state", "list_fen"],
    ["state", "built_x100"],
    ["state", "floor"],
    ["state", "orientation", "list_fen"],
)


def upgrade() -> None:
    for table in ("project", "room"):
        op.add_column(table, sa.Column("custom", sa.JSON(), nullable=True))
        _fill(table, {"custom": (sa.JSON(), {})})
    op.add_column("building", sa.Column("completed", sa.Date(), nullable=True))
    op.add_column("building", sa.Column("handover_date", sa.Date(), nullable=True))
    op.add_column("layout", sa.Column("vr_url", sa.String(255), nullable=True))
    op.add_column("developer", sa.Column("profile_zh", sa.Text(), nullable=True))
    op.add_column("developer", sa.Column("profile_en", sa.Text(), nullable=True))
    with op.batch_alter_table("project") as project:
        project.alter_column("custom", existing_type=sa.JSON(), nullable=False)
    _customers()
    _rooms()


def _customers() -> None:
    for name, (kind, _) in FILLED.items():
        op.add_column("customer", sa.Column(name, kind, nullable=True))
    _fill("customer", FILLED)
    _move_phones()
    op.drop_index(op.f("ix_customer_tenant_id_phone"), table_name="customer")
    with op.batch_alter_table("customer") as customer:
        customer.drop_column("phone")
        customer.alter_column("no", existing_type=sa.String(16), type_=sa.String(32), existing_nullable=True)
        for name, (kind, _) in FILLED.items():
            customer.alter_column(name, existing_type=kind, nullable=False)
        for name, length in TEXTS.items():
            customer.add_column(sa.Column(name, sa.String(length), nullable=True))
        for name in ("birth", "protected_until", "next_contact"):
            customer.add_column(sa.Column(name, sa.Date(), nullable=True))
        customer.add_column(sa.Column("budget_fen", sa.BigInteger(), nullable=True))
        for name, parent in (("seller_id", "salesperson"), ("referrer_id", "customer"), ("merged_into_id", "customer")):
            customer.add_column(sa.Column(name, KEY, nullable=True))
            customer.create_foreign_key(op.f(f"fk_customer_{name}_{parent}"), parent, [name], ["id"])
        for name, rule in NEW_CUSTOMER.items():
            customer.create_check_constraint(op.f(name), rule)
    for columns in (["pinyin_initials"], ["name"], ["seller_id", "stage"], ["next_contact"]):
        op.create_index(op.f("_".join(["ix_customer_tenant_id", *columns])), "customer", ["tenant_id", *columns])
    hashed = sa.text("id_hash IS NOT NULL")
    op.create_index(
        "ix_customer_id_hash", "customer", ["tenant_id", "id_hash"], sqlite_where=hashed, postgresql_where=hashed
    )
    _spell_names()


def _move_phones() -> None:
    connection = op.get_bind()
    customer, phone = _table("customer", "id", "tenant_id", "phone"), _phones()
    # a house that went back from here keeps its numbers and permits in tables of their own: they are not doubled
    there = {tuple(row) for row in connection.execute(sa.select(phone.c.customer_id, phone.c.phone))}
    moved = [
        {"customer_id": key, "tenant_id": tenant, "phone": number, "reversed": number[::-1], "position": 1} | _stamp()
        for key, tenant, number in connection.execute(sa.select(customer))
        if number and (key, number) not in there
    ]
    if moved:
        connection.execute(phone.insert(), moved)


def _spell_names() -> None:
    connection = op.get_bind()
    customer = _table("customer", "id", "name", "pinyin", "pinyin_initials")
    spelled = [
        {"key": key, "whole": "".join(words)[:255], "initials": "".join(word[0] for word in words)[:64]}
        for key, name in connection.execute(sa.select(customer.c.id, customer.c.name))
        if (words := _words(name))
    ]
    if spelled:
        connection.execute(
            customer.update()
            .where(customer.c.id == sa.bindparam("key"))
            .values(pinyin=sa.bindparam("whole"), pinyin_initials=sa.bindparam("initials")),
            spelled,
        )


def _words(name: str) -> list[str]:
    from pypinyin import lazy_pinyin  # half a second, and only a database that has customers needs it

    return [word for part in lazy_pinyin(name) for word in re.findall(r"[a-z0-9]+", part.lower())]


def _rooms() -> None:
    op.add_column("room", sa.Column("permit_id", KEY, nullable=True))
    op.execute(
        "INSERT INTO presale_permit (tenant_id, project_id, no, created_at, created_by, updated_at, row_version)"
        f" SELECT tenant_id, project_id, permit_no, min(created_at), '{BY}', min(created_at), 1 FROM room"
        " WHERE permit_no IS NOT NULL AND NOT EXISTS (SELECT 1 FROM presale_permit"
        " WHERE presale_permit.project_id = room.project_id AND presale_permit.no = room.permit_no)"
        " GROUP BY tenant_id, project_id, permit_no ORDER BY permit_no"
    )
    op.execute(
        "UPDATE room SET permit_id = (SELECT presale_permit.id FROM presale_permit"
        " WHERE presale_permit.project_id = room.project_id AND presale_permit.no = room.permit_no)"
    )
    op.execute(
        "INSERT INTO permit_cover"
        " (tenant_id, permit_id, building_id, room_id, created_at, created_by, updated_at, row_version)"
        f" SELECT tenant_id, permit_id, building_id, id, created_at, '{BY}', created_at, 1 FROM room"
        " WHERE permit_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM permit_cover"
        " WHERE permit_cover.permit_id = room.permit_id AND (permit_cover.room_id = room.id"
        " OR permit_cover.room_id IS NULL AND permit_cover.building_id = room.building_id)) ORDER BY id"
    )
    with op.batch_alter_table("room") as room:
        room.drop_column("permit_no")
        room.alter_column("custom", existing_type=sa.JSON(), nullable=False)
        room.add_column(sa.Column("view", sa.String(16), nullable=True))
        for name in ("state_hold_id", "state_deal_id", "owner_customer_id"):
            room.add_column(sa.Column(name, KEY, nullable=True))
        for name, parent in (
            ("permit_id", "presale_permit"),
            ("state_hold_id", "hold"),
            ("state_deal_id", "deal"),
            ("owner_customer_id", "customer"),
        ):
            room.create_foreign_key(op.f(f"fk_room_{name}_{parent}"), parent, [name], ["id"])
        for name, rule in NEW_ROOM.items():
            room.create_check_constraint(op.f(name), rule)
    for columns in (["permit_id"], ["owner_customer_id"], *(["project_id", *columns] for columns in SEARCHES)):
        op.create_index(op.f("_".join(["ix_room", *columns])), "room", columns)


def downgrade() -> None:
    for columns in (["permit_id"], ["owner_customer_id"], *(["project_id", *columns] for columns in SEARCHES)):
        op.drop_index(op.f("_".join(["ix_room", *columns])), table_name="room")
    op.add_column("room", sa.Column("permit_no", sa.String(32), nullable=True))
    op.execute("UPDATE room SET permit_no = (SELECT no FROM presale_permit WHERE presale_permit.id = room.permit_id)")
    with op.batch_alter_table("room") as room:
        for name in NEW_ROOM:
            room.drop_constraint(op.f(name), type_="check")
        for name, parent in (
            ("permit_id", "presale_permit"),
            ("state_hold_id", "hold"),
            ("state_deal_id", "deal"),
            ("owner_customer_id", "customer"),
        ):
            room.drop_constraint(op.f(f"fk_room_{name}_{parent}"), type_="foreignkey")
            room.drop_column(name)
        room.drop_column("view")
        room.drop_column("custom")
    op.drop_index("ix_customer_id_hash", table_name="customer")
    for columns in (["pinyin_initials"], ["name"], ["seller_id", "stage"], ["next_contact"]):
        op.drop_index(op.f("_".join(["ix_customer_tenant_id", *columns])), table_name="customer")
    op.add_column("customer", sa.Column("phone", sa.String(20), nullable=True))
    op.execute(
        "UPDATE customer SET phone = coalesce((SELECT phone FROM customer_phone"
        " WHERE customer_phone.customer_id = customer.id ORDER BY position, id LIMIT 1), '')"
    )
    with op.batch_alter_table("customer") as customer:
        for name in NEW_CUSTOMER:
            customer.drop_constraint(op.f(name), type_="check")
        for name, parent in (("seller_id", "salesperson"), ("referrer_id", "customer"), ("merged_into_id", "customer")):
            customer.drop_constraint(op.f(f"fk_customer_{name}_{parent}"), type_="foreignkey")
            customer.drop_column(name)
        for name in (*TEXTS, *FILLED, "birth", "protected_until", "next_contact", "budget_fen"):
            customer.drop_column(name)
        customer.alter_column("no", existing_type=sa.String(32), type_=sa.String(16), existing_nullable=True)
        customer.alter_column("phone", existing_type=sa.String(20), nullable=False)
    op.create_index(op.f("ix_customer_tenant_id_phone"), "customer", ["tenant_id", "phone"])
    for table, columns in {
        "developer": ["profile_zh", "profile_en"],
        "layout": ["vr_url"],
        "building": ["completed", "handover_date"],
        "project": ["custom"],
    }.items():
        with op.batch_alter_table(table) as batch:
            for name in columns:
                batch.drop_column(name)


def _fill(table: str, values: dict[str, tuple[sa.types.TypeEngine[Any], object]]) -> None:
    filled = sa.table(table, *(sa.column(name, kind) for name, (kind, _) in values.items()))
    op.execute(filled.update().values({name: value for name, (_, value) in values.items()}))


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


def _phones() -> sa.TableClause:
    moments = [sa.column(name, sa.DateTime(timezone=True)) for name in ("created_at", "updated_at")]
    rest = ("customer_id", "tenant_id", "phone", "reversed", "position", "created_by", "row_version")
    return sa.table("customer_phone", *(sa.column(name) for name in rest), *moments)


def _stamp() -> dict[str, object]:
    now = datetime.now(UTC)
    return {"created_at": now, "created_by": BY, "updated_at": now, "row_version": 1}
