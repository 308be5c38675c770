"""Drafts of flows; which version is in force is a matter of turns, whichever door it came in by."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "flow_draft",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_draft")),
        sa.UniqueConstraint("name", name=op.f("uq_flow_draft_name")),
    )
    op.add_column("flow_version", sa.Column("turn", sa.Integer(), nullable=True))
    op.add_column("flow_version", sa.Column("door", sa.String(length=8), nullable=True))
    op.add_column("flow_version", sa.Column("source", sa.Text(), nullable=True))
    op.execute(
        "UPDATE flow_version SET source = '',"
        " door = CASE published_by WHEN 'shipped' THEN 'shipped' ELSE 'file' END,"
        " turn = (SELECT count(*) FROM flow_version o WHERE o.name = flow_version.name AND (o.published_at,"
        " o.number) <= (flow_version.published_at, flow_version.number))"
    )
    with op.batch_alter_table("flow_version") as table:
        table.alter_column("turn", existing_type=sa.Integer(), nullable=False)
        table.alter_column("door", existing_type=sa.String(length=8), nullable=False)
        table.alter_column("source", existing_type=sa.Text(), nullable=False)
        table.create_check_constraint(op.f("ck_flow_version_door"), "door IN ('shipped', 'file', 'command')")
        table.create_unique_constraint(op.f("uq_flow_version_name_turn"), ["name", "turn"])


def downgrade() -> None:
    with op.batch_alter_table("flow_version") as table:
        table.drop_constraint(op.f("uq_flow_version_name_turn"), type_="unique")
        table.drop_constraint(op.f("ck_flow_version_door"), type_="check")
        for name in ("turn", "door", "source"):
            table.drop_column(name)
    op.drop_table("flow_draft")
