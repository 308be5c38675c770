"""Holds and deals: at most one live of each per room; the log of what happened to a room."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

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


def one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    op.create_table(
        "hold",
        *owned(),
        sa.Column("no", sa.String(length=32), nullable=True),
        sa.Column("room_id", KEY, nullable=False),
        sa.Column("kind", one_of("kind", "reserve", "manager", "booking"), nullable=False),
        sa.Column("state", one_of("state", "active", "converted", "released", "expired"), nullable=False),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("money_fen", sa.BigInteger(), nullable=False),
        sa.Column("prev_hold_id", KEY, nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=255), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("kind = 'manager' OR customer_id IS NOT NULL", name=op.f("ck_hold_customer")),
        sa.CheckConstraint("kind = 'manager' OR expires_at IS NOT NULL", name=op.f("ck_hold_expiry")),
        sa.CheckConstraint("extensions >= 0", name=op.f("ck_hold_extensions")),
        sa.CheckConstraint("money_fen >= 0", name=op.f("ck_hold_money")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_hold_customer_id_customer")),
        sa.ForeignKeyConstraint(["prev_hold_id"], ["hold.id"], name=op.f("fk_hold_prev_hold_id_hold")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_hold_room_id_room")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_hold_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_hold_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_hold_tenant_id_no")),
    )
    op.create_index(op.f("ix_hold_customer_id_state"), "hold", ["customer_id", "state"], unique=False)
    op.create_index(
        "ix_hold_expiry",
        "hold",
        ["expires_at"],
        unique=False,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )
    op.create_index(op.f("ix_hold_room_id"), "hold", ["room_id"], unique=False)
    op.create_index(op.f("ix_hold_seller_id_state"), "hold", ["seller_id", "state"], unique=False)
    op.create_index(
        "one_live_hold",
        "hold",
        ["room_id"],
        unique=True,
        sqlite_where=sa.text("state = 'active'"),
        postgresql_where=sa.text("state = 'active'"),
    )

    op.create_table(
        "deal",
        *owned(),
        sa.Column("deal_no", sa.String(length=32), nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("room_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("hold_id", KEY, nullable=True),
        sa.Column(
            "state",
            one_of("state", "subscribed", "contracted", "sold", "refunded", "exchanged", "lapsed"),
            nullable=False,
        ),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("plan_kind", one_of("plan_kind", "lump_sum", "instalment", "mortgage"), nullable=False),
        sa.Column("loan_kind", one_of("loan_kind", "commercial", "provident", "combined"), nullable=True),
        sa.Column("plan_snapshot", sa.JSON(), nullable=False),
        sa.Column("list_fen", sa.BigInteger(), nullable=False),
        sa.Column("unit_fen", sa.BigInteger(), nullable=False),
        sa.Column("discounts", sa.JSON(), nullable=False),
        sa.Column("discount", sa.String(length=16), nullable=True),
        sa.Column("deal_fen", sa.BigInteger(), nullable=False),
        sa.Column("sub_date", sa.Date(), nullable=False),
        sa.Column("sign_due", sa.Date(), nullable=True),
        sa.Column("sign_date", sa.Date(), nullable=True),
        sa.Column("formal_due", sa.Date(), nullable=True),
        sa.Column("formal_date", sa.Date(), nullable=True),
        sa.Column("sold_date", sa.Date(), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=255), nullable=True),
        sa.Column("prev_deal_id", KEY, nullable=True),
        sa.Column("next_deal_id", KEY, nullable=True),
        sa.Column("gifts", sa.JSON(), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("timetable", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=1000), nullable=True),
        *stamped(),
        sa.CheckConstraint("deal_fen > 0 AND list_fen >= 0", name=op.f("ck_deal_money")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_deal_customer_id_customer")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_deal_hold_id_hold")),
        sa.ForeignKeyConstraint(["next_deal_id"], ["deal.id"], name=op.f("fk_deal_next_deal_id_deal")),
        sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_deal_plan_id_payment_plan")),
        sa.ForeignKeyConstraint(["prev_deal_id"], ["deal.id"], name=op.f("fk_deal_prev_deal_id_deal")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_deal_project_id_project")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_deal_room_id_room")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_deal_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deal_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal")),
        sa.UniqueConstraint("tenant_id", "deal_no", name=op.f("uq_deal_tenant_id_deal_no")),
    )
    op.create_index(op.f("ix_deal_customer_id"), "deal", ["customer_id"], unique=False)
    op.create_index(op.f("ix_deal_prev_deal_id"), "deal", ["prev_deal_id"], unique=False)
    op.create_index(op.f("ix_deal_project_id_state"), "deal", ["project_id", "state"], unique=False)
    op.create_index(op.f("ix_deal_project_id_sub_date"), "deal", ["project_id", "sub_date"], unique=False)
    op.create_index(op.f("ix_deal_room_id"), "deal", ["room_id"], unique=False)
    op.create_index(op.f("ix_deal_seller_id_sub_date"), "deal", ["seller_id", "sub_date"], unique=False)
    op.create_index(
        "ix_deal_sign_due",
        "deal",
        ["sign_due"],
        unique=False,
        sqlite_where=sa.text("state = 'subscribed'"),
        postgresql_where=sa.text("state = 'subscribed'"),
    )
    op.create_index(
        "one_live_deal",
        "deal",
        ["room_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('subscribed', 'contracted', 'sold')"),
        postgresql_where=sa.text("state IN ('subscribed', 'contracted', 'sold')"),
    )

    op.create_table(
        "deal_buyer",
        *owned(),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("share", sa.String(length=16), nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=True),
        *stamped(),
        sa.CheckConstraint("position BETWEEN 1 AND 4", name=op.f("ck_deal_buyer_position")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_deal_buyer_customer_id_customer")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_buyer_deal_id_deal")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deal_buyer_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_buyer")),
        sa.UniqueConstraint("deal_id", "customer_id", name=op.f("uq_deal_buyer_deal_id_customer_id")),
        sa.UniqueConstraint("deal_id", "position", name=op.f("uq_deal_buyer_deal_id_position")),
    )
    op.create_index(op.f("ix_deal_buyer_customer_id"), "deal_buyer", ["customer_id"], unique=False)

    op.create_table(
        "deal_seller",
        *owned(),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("share", sa.String(length=16), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_seller_deal_id_deal")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_deal_seller_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deal_seller_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_seller")),
        sa.UniqueConstraint("deal_id", "position", name=op.f("uq_deal_seller_deal_id_position")),
        sa.UniqueConstraint("deal_id", "seller_id", name=op.f("uq_deal_seller_deal_id_seller_id")),
    )
    op.create_index(op.f("ix_deal_seller_seller_id"), "deal_seller", ["seller_id"], unique=False)

    op.create_table(
        "room_state_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("room_id", KEY, nullable=False),
        sa.Column(
            "from_state",
            one_of(
                "from_state",
                "not_released",
                "not_for_sale",
                "available",
                "reserved",
                "booked",
                "subscribed",
                "contracted",
                "sold",
            ),
            nullable=False,
        ),
        sa.Column(
            "to_state",
            one_of(
                "to_state",
                "not_released",
                "not_for_sale",
                "available",
                "reserved",
                "booked",
                "subscribed",
                "contracted",
                "sold",
            ),
            nullable=False,
        ),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("hold_id", KEY, nullable=True),
        sa.Column("deal_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=True),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_room_state_log_deal_id_deal")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_room_state_log_hold_id_hold")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_room_state_log_room_id_room")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_room_state_log_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room_state_log")),
    )
    op.create_index(op.f("ix_room_state_log_room_id_id"), "room_state_log", ["room_id", "id"], unique=False)
    op.create_index(op.f("ix_room_state_log_tenant_id_at"), "room_state_log", ["tenant_id", "at"], unique=False)

    op.create_table(
        "alert",
        *owned(),
        sa.Column("type", sa.String(length=32), nullable=False),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("level", one_of("level", "yellow", "orange", "red"), nullable=False),
        sa.Column("state", one_of("state", "open", "acknowledged", "resolved", "expired"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.String(length=64), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_alert_customer_id_customer")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_alert_project_id_project")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_alert_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_alert_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
    )
    op.create_index(op.f("ix_alert_customer_id"), "alert", ["customer_id"], unique=False)
    op.create_index(op.f("ix_alert_tenant_id_state_due"), "alert", ["tenant_id", "state", "due"], unique=False)
    op.create_index(
        "one_open_alert",
        "alert",
        ["tenant_id", "type", "entity", "entity_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('open', 'acknowledged')"),
        postgresql_where=sa.text("state IN ('open', 'acknowledged')"),
    )

    op.create_table(
        "presubscription",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("batch", sa.String(length=16), nullable=False),
        sa.Column("queue_no", sa.Integer(), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("layout_id", KEY, nullable=True),
        sa.Column("money_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", one_of("state", "registered", "converted", "refunded", "lapsed"), nullable=False),
        sa.Column("registered", sa.Date(), nullable=False),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("deal_id", KEY, nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("money_fen >= 0", name=op.f("ck_presubscription_money")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_presubscription_customer_id_customer")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_presubscription_deal_id_deal")),
        sa.ForeignKeyConstraint(["layout_id"], ["layout.id"], name=op.f("fk_presubscription_layout_id_layout")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_presubscription_project_id_project")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["salesperson.id"], name=op.f("fk_presubscription_seller_id_salesperson")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_presubscription_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presubscription")),
        sa.UniqueConstraint(
            "project_id", "batch", "queue_no", name=op.f("uq_presubscription_project_id_batch_queue_no")
        ),
    )
    op.create_index(op.f("ix_presubscription_customer_id"), "presubscription", ["customer_id"], unique=False)


def downgrade() -> None:
    op.drop_table("presubscription")
    op.drop_table("alert")
    op.drop_table("room_state_log")
    op.drop_table("deal_seller")
    op.drop_table("deal_buyer")
    op.drop_table("deal")
    op.drop_table("hold")
