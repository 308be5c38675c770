"""Bulletin boards and prompts recorded by telephone."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "phone_pin",
        *_row("phone_pin"),
        sa.Column("door", sa.String(length=16), nullable=False),
        sa.Column("pin", sa.String(length=128), nullable=False),
        sa.UniqueConstraint("tenant_id", "door", name=op.f("uq_phone_pin_tenant_id_door")),
    )
    op.create_table(
        "board",
        *_row("board"),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("position BETWEEN 1 AND 9", name=op.f("ck_board_position")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_board_tenant_id_number")),
    )
    op.create_table(
        "take",
        *_row("take"),
        sa.Column("subject", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("board_id", KEY, nullable=True),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("listens", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("lang IN ('zh', 'en')", name=op.f("ck_take_lang")),
        sa.ForeignKeyConstraint(["board_id"], ["board.id"], name=op.f("fk_take_board_id_board")),
        sa.UniqueConstraint(
            "tenant_id", "subject", "lang", "number", name=op.f("uq_take_tenant_id_subject_lang_number")
        ),
    )
    op.create_index(op.f("ix_take_board_id"), "take", ["board_id"])


def _row(table: str) -> tuple[sa.Column[object] | sa.Constraint, ...]:
    return (
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f(f"fk_{table}_tenant_id_tenant")),
    )


def downgrade() -> None:
    for table in ("take", "board", "phone_pin"):
        op.drop_table(table)
