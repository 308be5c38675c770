"""What is being told by telephone, until it is a ticket; each recording makes one."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
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
