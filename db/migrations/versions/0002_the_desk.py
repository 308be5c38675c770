"""What the sales desk stands on: the audit log, the outbox, numbers, codes, parameters and its people."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def owned() -> list[sa.Column[Any]]:
    return [sa.Column("id", KEY, nullable=False), sa.Column("tenant_id", KEY, nullable=False)]


def stamped() -> list[sa.Column[Any]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("tenant_id", KEY, autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_audit_chain_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_audit_chain")),
    )

    op.create_table(
        "audit_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column("result", sa.String(length=8), nullable=False),
        sa.Column("ip", sa.String(length=45), nullable=True),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        sa.Column("prev_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("result IN ('ok', 'denied', 'error')", name=op.f("ck_audit_log_result")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_audit_log_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_log")),
        sa.UniqueConstraint("tenant_id", "position", name=op.f("uq_audit_log_tenant_id_position")),
    )
    op.create_index(op.f("ix_audit_log_entity_entity_id"), "audit_log", ["entity", "entity_id"], unique=False)
    op.create_index(op.f("ix_audit_log_tenant_id_at"), "audit_log", ["tenant_id", "at"], unique=False)

    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("topic", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_outbox_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("delivered_at IS NULL"),
        postgresql_where=sa.text("delivered_at IS NULL"),
    )

    op.create_table(
        "number_sequence",
        sa.Column("tenant_id", KEY, autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.String(length=8), nullable=False),
        sa.Column("last", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_number_sequence_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", "kind", "day", name=op.f("pk_number_sequence")),
    )

    op.create_table(
        "code_table",
        *owned(),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("zh", sa.String(length=64), nullable=False),
        sa.Column("en", sa.String(length=64), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_code_table_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_table")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_code_table_tenant_id_code")),
    )

    op.create_table(
        "code_item",
        *owned(),
        sa.Column("table_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("zh", sa.String(length=64), nullable=False),
        sa.Column("en", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["table_id"], ["code_table.id"], name=op.f("fk_code_item_table_id_code_table")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_code_item_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_code_item")),
        sa.UniqueConstraint("table_id", "code", name=op.f("uq_code_item_table_id_code")),
    )

    op.create_table(
        "custom_field",
        *owned(),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("zh", sa.String(length=64), nullable=False),
        sa.Column("en", sa.String(length=64), nullable=False),
        sa.Column("type", sa.String(length=8), nullable=False),
        sa.Column("table_id", KEY, nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        *stamped(),
        sa.CheckConstraint("type <> 'code' OR table_id IS NOT NULL", name=op.f("ck_custom_field_table")),
        sa.CheckConstraint("type IN ('text', 'number', 'date', 'bool', 'code')", name=op.f("ck_custom_field_type")),
        sa.ForeignKeyConstraint(["table_id"], ["code_table.id"], name=op.f("fk_custom_field_table_id_code_table")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_custom_field_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_field")),
        sa.UniqueConstraint("tenant_id", "entity", "key", name=op.f("uq_custom_field_tenant_id_entity_key")),
    )

    op.create_table(
        "business_param",
        *owned(),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_business_param_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_business_param_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_business_param")),
    )
    op.create_index(
        "uq_business_param_house",
        "business_param",
        ["tenant_id", "key", "effective_from"],
        unique=True,
        sqlite_where=sa.text("project_id IS NULL"),
        postgresql_where=sa.text("project_id IS NULL"),
    )
    op.create_index(
        "uq_business_param_project",
        "business_param",
        ["tenant_id", "project_id", "key", "effective_from"],
        unique=True,
        sqlite_where=sa.text("project_id IS NOT NULL"),
        postgresql_where=sa.text("project_id IS NOT NULL"),
    )

    op.create_table(
        "sales_group",
        *owned(),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_sales_group_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sales_group")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_sales_group_tenant_id_code")),
    )

    op.create_table(
        "commission_scheme",
        *owned(),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("tiers", sa.JSON(), nullable=False),
        sa.Column("release_sign", sa.String(length=16), nullable=False),
        sa.Column("override_rate", sa.String(length=16), nullable=True),
        sa.Column("referral_fen", sa.BigInteger(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *stamped(),
        sa.CheckConstraint("basis IN ('deal_fen', 'received_fen')", name=op.f("ck_commission_scheme_basis")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_commission_scheme_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_scheme")),
        sa.UniqueConstraint(
            "tenant_id", "code", "valid_from", name=op.f("uq_commission_scheme_tenant_id_code_valid_from")
        ),
    )

    op.create_table(
        "commission_period",
        *owned(),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_commission_period_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_period")),
        sa.UniqueConstraint("tenant_id", "month", name=op.f("uq_commission_period_tenant_id_month")),
    )

    op.create_table(
        "salesperson",
        *owned(),
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("gender", sa.String(length=1), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("employee_no", sa.String(length=32), nullable=True),
        sa.Column("group_id", KEY, nullable=True),
        sa.Column("scheme_id", KEY, nullable=True),
        sa.Column("extension", sa.String(length=16), nullable=True),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("pin_hash", sa.String(length=160), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        *stamped(),
        sa.CheckConstraint("role IN ('seller', 'manager', 'leader')", name=op.f("ck_salesperson_role")),
        sa.CheckConstraint("state IN ('on', 'leave', 'left')", name=op.f("ck_salesperson_state")),
        sa.ForeignKeyConstraint(["group_id"], ["sales_group.id"], name=op.f("fk_salesperson_group_id_sales_group")),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["commission_scheme.id"], name=op.f("fk_salesperson_scheme_id_commission_scheme")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_salesperson_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_salesperson")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_salesperson_tenant_id_code")),
    )
    op.create_index(op.f("ix_salesperson_group_id"), "salesperson", ["group_id"], unique=False)

    op.create_table(
        "room_assignment",
        *owned(),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("group_id", KEY, nullable=True),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *stamped(),
        sa.CheckConstraint("(seller_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_room_assignment_subject")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_room_assignment_building_id_building")),
        sa.ForeignKeyConstraint(["group_id"], ["sales_group.id"], name=op.f("fk_room_assignment_group_id_sales_group")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_room_assignment_project_id_project")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_assignment_room_id_room")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["salesperson.id"], name=op.f("fk_room_assignment_seller_id_salesperson")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_room_assignment_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_assignment")),
    )
    op.create_index(
        op.f("ix_room_assignment_group_id_project_id"), "room_assignment", ["group_id", "project_id"], unique=False
    )
    op.create_index(
        op.f("ix_room_assignment_seller_id_project_id"), "room_assignment", ["seller_id", "project_id"], unique=False
    )

    op.create_table(
        "account",
        *owned(),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("bank", sa.String(length=64), nullable=True),
        sa.Column("bank_no", sa.String(length=160), nullable=True),
        sa.Column("opening_fen", sa.BigInteger(), nullable=False),
        sa.Column("opening_date", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        *stamped(),
        sa.CheckConstraint("kind IN ('cash', 'bank', 'wallet')", name=op.f("ck_account_kind")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_account_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_account_tenant_id_code")),
    )

    op.create_table(
        "media",
        *owned(),
        sa.Column("owner", sa.String(length=16), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("cover", sa.Boolean(), nullable=False),
        *stamped(),
        sa.CheckConstraint("kind IN ('photo', 'plan', 'video', 'vr')", name=op.f("ck_media_kind")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_media_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
    )
    op.create_index(op.f("ix_media_owner_owner_id_position"), "media", ["owner", "owner_id", "position"], unique=False)


def downgrade() -> None:
    op.drop_table("media")
    op.drop_table("account")
    op.drop_table("room_assignment")
    op.drop_table("salesperson")
    op.drop_table("commission_period")
    op.drop_table("commission_scheme")
    op.drop_table("sales_group")
    op.drop_table("business_param")
    op.drop_table("custom_field")
    op.drop_table("code_item")
    op.drop_table("code_table")
    op.drop_table("number_sequence")
    op.drop_table("outbox")
    op.drop_table("audit_log")
    op.drop_table("audit_chain")
