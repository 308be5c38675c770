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

    op.create_table(
        "ticket_draft",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("about", sa.String(length=16), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ticket_draft_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_ticket_draft")),
    )
    op.create_index(op.f("ix_ticket_draft_at"), "ticket_draft", ["at"])
    op.create_index(op.f("ix_ticket_tenant_id_phone"), "ticket", ["tenant_id", "phone"])
    op.create_index("one_ticket_per_recording", "ticket", ["call_id", "recording"], unique=True)


def downgrade() -> None:
    op.drop_index("one_ticket_per_recording", "ticket")
    op.drop_index(op.f("ix_ticket_tenant_id_phone"), "ticket")
    op.drop_table("ticket_draft")
    op.drop_table("order_claim")
