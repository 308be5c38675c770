"""Queues, seats, and the log of what seats did; a service may send its callers into a queue."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "queue",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("strategy", sa.String(length=16), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("ring_s", sa.Integer(), nullable=False),
        sa.Column("overflow_s", sa.Integer(), nullable=False),
        sa.Column("wrapup_s", sa.Integer(), nullable=False),
        sa.Column("by_language", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "strategy IN ('longest idle', 'round robin', 'least calls')", name=op.f("ck_queue_strategy")
        ),
        sa.CheckConstraint("most BETWEEN 1 AND 1000", name=op.f("ck_queue_most")),
        sa.CheckConstraint("overflow_s BETWEEN 10 AND 3600", name=op.f("ck_queue_overflow_s")),
        sa.CheckConstraint("ring_s BETWEEN 5 AND 120", name=op.f("ck_queue_ring_s")),
        sa.CheckConstraint("wrapup_s BETWEEN 0 AND 3600", name=op.f("ck_queue_wrapup_s")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_queue_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_queue_tenant_id_code")),
    )
    op.create_table(
        "seat",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("idle_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.Column("leg", sa.String(length=64), nullable=False),
        sa.Column("wanted", sa.String(length=16), nullable=False),
        sa.Column("wanted_reason", sa.String(length=32), nullable=False),
        sa.Column("calls", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state IN ('offline', 'ready', 'not_ready', 'ringing', 'talking', 'wrapup')", name=op.f("ck_seat_state")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_seat_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_seat_tenant_id_number")),
    )
    op.create_index(
        "one_seat_a_phone",
        "seat",
        ["tenant_id", "phone"],
        unique=True,
        sqlite_where=sa.text("phone <> ''"),
        postgresql_where=sa.text("phone <> ''"),
    )
    op.create_table(
        "seat_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("seat_id", KEY, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=False),
        sa.Column("began", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("call", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_log_seat_id_seat")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat_log")),
    )
    op.create_index(op.f("ix_seat_log_began"), "seat_log", ["began"], unique=False)
    op.create_index(op.f("ix_seat_log_seat_id_began"), "seat_log", ["seat_id", "began"], unique=False)
    op.create_table(
        "seat_queue",
        sa.Column("seat_id", KEY, autoincrement=False, nullable=False),
        sa.Column("queue_id", KEY, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_seat_queue_queue_id_queue")),
        sa.ForeignKeyConstraint(["seat_id"], ["seat.id"], name=op.f("fk_seat_queue_seat_id_seat")),
        sa.PrimaryKeyConstraint("seat_id", "queue_id", name=op.f("pk_seat_queue")),
    )
    with op.batch_alter_table("service") as service:
        service.add_column(sa.Column("queue", sa.String(length=32), server_default="", nullable=False))
    with op.batch_alter_table("service") as service:
        service.alter_column("queue", existing_type=sa.String(32), existing_nullable=False, server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("service") as service:
        service.drop_column("queue")
    for table in ("seat_log", "seat_queue", "seat", "queue"):
        op.drop_table(table)
