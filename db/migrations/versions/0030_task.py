"""What callers were promised, and how they have rated the talk."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ONE = sa.text("state = 'open' AND kind = 'call_back'")


def upgrade() -> None:
    op.create_table(
        "task",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("result", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('call_back')", name=op.f("ck_task_kind")),
        sa.CheckConstraint("state IN ('open', 'done', 'cancelled')", name=op.f("ck_task_state")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_task_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_task_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    op.create_index(
        "one_open_call_back", "task", ["tenant_id", "phone"], unique=True, sqlite_where=ONE, postgresql_where=ONE
    )
    op.create_index(op.f("ix_task_tenant_id_state_opened_at"), "task", ["tenant_id", "state", "opened_at"])
    op.create_index(op.f("ix_task_customer_id"), "task", ["customer_id"])
    op.add_column("call", sa.Column("csat", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("call", "csat")
    op.drop_table("task")
