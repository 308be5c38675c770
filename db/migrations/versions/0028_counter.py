"""Tickets, registrations, orders and calls back by telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "order_claim",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_order_claim_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_claim")),
    )
    op.create_index(op.f("ix_order_claim_tenant_id_at"), "order_claim", ["tenant_id", "at"])
    op.create_index(op.f("ix_order_claim_tenant_id_phone_at"), "order_claim", ["tenant_id", "phone", "at"])


def downgrade() -> None:
    op.drop_table("order_claim")
