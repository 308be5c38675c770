"""The rules of sale: permits, factors of prices, payment plans, discounts, taxes, rates, approvals."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

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
        "presale_permit",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("no", sa.String(length=32), nullable=False),
        sa.Column("issued", sa.Date(), nullable=True),
        sa.Column("area_x100", sa.BigInteger(), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_presale_permit_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_presale_permit_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_presale_permit")),
        sa.UniqueConstraint("project_id", "no", name=op.f("uq_presale_permit_project_id_no")),
    )

    op.create_table(
        "permit_cover",
        *owned(),
        sa.Column("permit_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=False),
        sa.Column("room_id", KEY, nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_permit_cover_building_id_building")),
        sa.ForeignKeyConstraint(
            ["permit_id"], ["presale_permit.id"], name=op.f("fk_permit_cover_permit_id_presale_permit")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_permit_cover_room_id_room")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_permit_cover_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permit_cover")),
    )
    op.create_index(
        op.f("ix_permit_cover_building_id_room_id"), "permit_cover", ["building_id", "room_id"], unique=False
    )
    op.create_index(op.f("ix_permit_cover_permit_id"), "permit_cover", ["permit_id"], unique=False)
    op.create_index(op.f("ix_permit_cover_room_id"), "permit_cover", ["room_id"], unique=False)

    op.create_table(
        "price_factor",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("mode", sa.String(length=16), nullable=False),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("rate", sa.String(length=16), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        *stamped(),
        sa.CheckConstraint(
            "(mode = 'pct') = (rate IS NOT NULL) AND (mode = 'pct') = (value_fen IS NULL)",
            name=op.f("ck_price_factor_value"),
        ),
        sa.CheckConstraint(
            "kind IN ('layout', 'floor', 'orientation', 'view', 'custom')", name=op.f("ck_price_factor_kind")
        ),
        sa.CheckConstraint("mode IN ('add_unit', 'pct', 'add_total')", name=op.f("ck_price_factor_mode")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_price_factor_building_id_building")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_price_factor_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_price_factor_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_factor")),
    )
    op.create_index(
        op.f("ix_price_factor_project_id_position"), "price_factor", ["project_id", "position"], unique=False
    )

    op.create_table(
        "payment_plan",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("kind", one_of("kind", "lump_sum", "instalment", "mortgage"), nullable=False),
        sa.Column("loan_kind", one_of("loan_kind", "commercial", "provident", "combined"), nullable=True),
        sa.Column("deposit_fen", sa.BigInteger(), nullable=True),
        sa.Column("min_down", sa.String(length=16), nullable=True),
        sa.Column("loan_round_fen", sa.BigInteger(), nullable=True),
        sa.Column("provident_cap_fen", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_payment_plan_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_payment_plan_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plan")),
        sa.UniqueConstraint("project_id", "code", name=op.f("uq_payment_plan_project_id_code")),
    )

    op.create_table(
        "payment_plan_line",
        *owned(),
        sa.Column("plan_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("fee_type", sa.String(length=16), nullable=False),
        sa.Column("percent", sa.String(length=16), nullable=True),
        sa.Column("due_from", sa.String(length=16), nullable=False),
        sa.Column("due_days", sa.Integer(), nullable=False),
        sa.Column("milestone", sa.String(length=32), nullable=True),
        *stamped(),
        sa.CheckConstraint(
            "due_from IN ('subscription', 'signing', 'milestone')", name=op.f("ck_payment_plan_line_due_from")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["payment_plan.id"], name=op.f("fk_payment_plan_line_plan_id_payment_plan")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_payment_plan_line_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_plan_line")),
        sa.UniqueConstraint("plan_id", "seq", name=op.f("uq_payment_plan_line_plan_id_seq")),
    )

    op.create_table(
        "discount_rule",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("plan_id", KEY, nullable=True),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("rate", sa.String(length=16), nullable=True),
        sa.Column("value_fen", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("authority", sa.String(length=16), nullable=False),
        sa.Column("stackable", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        *stamped(),
        sa.CheckConstraint(
            "(kind = 'rate') = (rate IS NOT NULL) AND (kind = 'rate') = (value_fen IS NULL)",
            name=op.f("ck_discount_rule_value"),
        ),
        sa.CheckConstraint("authority IN ('seller', 'manager', 'leader')", name=op.f("ck_discount_rule_authority")),
        sa.CheckConstraint("kind IN ('rate', 'total_off', 'unit_off', 'special')", name=op.f("ck_discount_rule_kind")),
        sa.ForeignKeyConstraint(["plan_id"], ["payment_plan.id"], name=op.f("fk_discount_rule_plan_id_payment_plan")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_discount_rule_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_discount_rule_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_discount_rule")),
    )
    op.create_index(
        op.f("ix_discount_rule_project_id_position"), "discount_rule", ["project_id", "position"], unique=False
    )

    op.create_table(
        "tax_rule",
        *owned(),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("usage", sa.String(length=16), nullable=False),
        sa.Column("home", sa.Integer(), nullable=False),
        sa.Column("max_built_x100", sa.BigInteger(), nullable=True),
        sa.Column("rate", sa.String(length=16), nullable=True),
        sa.Column("unit_fen", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        *stamped(),
        sa.CheckConstraint(
            "(kind = 'fund') = (unit_fen IS NOT NULL) AND (kind = 'fund') = (rate IS NULL)",
            name=op.f("ck_tax_rule_value"),
        ),
        sa.CheckConstraint("kind IN ('stamp', 'deed', 'fund')", name=op.f("ck_tax_rule_kind")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_tax_rule_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tax_rule")),
    )
    op.create_index(
        op.f("ix_tax_rule_tenant_id_kind_valid_from"), "tax_rule", ["tenant_id", "kind", "valid_from"], unique=False
    )

    op.create_table(
        "mortgage_rate",
        *owned(),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("bank", sa.String(length=32), nullable=False),
        sa.Column("min_months", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("annual", sa.String(length=16), nullable=False),
        *stamped(),
        sa.CheckConstraint("kind IN ('commercial', 'provident')", name=op.f("ck_mortgage_rate_kind")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_mortgage_rate_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mortgage_rate")),
        sa.UniqueConstraint(
            "tenant_id",
            "kind",
            "bank",
            "min_months",
            "valid_from",
            name=op.f("uq_mortgage_rate_tenant_id_kind_bank_min_months_valid_from"),
        ),
    )

    op.create_table(
        "approval_rule",
        *owned(),
        sa.Column(
            "kind",
            one_of(
                "kind",
                "discount",
                "refund",
                "exchange",
                "rename",
                "adjust",
                "void",
                "price_list",
                "extend",
                "deferral",
                "late_fee",
            ),
            nullable=False,
        ),
        sa.Column("project_id", KEY, nullable=True),
        sa.Column("from_fen", sa.BigInteger(), nullable=False),
        sa.Column("from_rate", sa.String(length=16), nullable=True),
        sa.Column("steps", sa.JSON(), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_approval_rule_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_approval_rule_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_rule")),
    )
    op.create_index(op.f("ix_approval_rule_tenant_id_kind"), "approval_rule", ["tenant_id", "kind"], unique=False)

    op.create_table(
        "approval",
        *owned(),
        sa.Column(
            "kind",
            one_of(
                "kind",
                "discount",
                "refund",
                "exchange",
                "rename",
                "adjust",
                "void",
                "price_list",
                "extend",
                "deferral",
                "late_fee",
            ),
            nullable=False,
        ),
        sa.Column("state", one_of("state", "pending", "approved", "rejected", "withdrawn"), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=False),
        sa.Column("entity_id", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("requested_by", sa.String(length=64), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_approval_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
    )
    op.create_index(
        op.f("ix_approval_entity_entity_id_kind"), "approval", ["entity", "entity_id", "kind"], unique=False
    )
    op.create_index(op.f("ix_approval_tenant_id_state"), "approval", ["tenant_id", "state"], unique=False)

    op.create_table(
        "approval_step",
        *owned(),
        sa.Column("approval_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=True),
        sa.Column("decided_by", sa.String(length=64), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("verdict IN ('approved', 'rejected')", name=op.f("ck_approval_step_verdict")),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_approval_step_approval_id_approval")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_approval_step_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval_step")),
        sa.UniqueConstraint("approval_id", "seq", name=op.f("uq_approval_step_approval_id_seq")),
    )


def downgrade() -> None:
    op.drop_table("approval_step")
    op.drop_table("approval")
    op.drop_table("approval_rule")
    op.drop_table("mortgage_rate")
    op.drop_table("tax_rule")
    op.drop_table("discount_rule")
    op.drop_table("payment_plan_line")
    op.drop_table("payment_plan")
    op.drop_table("price_factor")
    op.drop_table("permit_cover")
    op.drop_table("presale_permit")
