"""Extensions: do not disturb, forwards, the follow-me list, and whom they may call outside."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW_COLUMNS = (
    ("dnd", sa.Boolean(), sa.false()),
    ("forward_always", sa.String(length=32), sa.text("''")),
    ("forward_busy", sa.String(length=32), sa.text("''")),
    ("forward_no_answer", sa.String(length=32), sa.text("''")),
    ("permission", sa.Integer(), sa.text("1")),
)


def upgrade() -> None:
    for name, kind, default in NEW_COLUMNS:
        op.add_column("extension", sa.Column(name, kind, nullable=False, server_default=default))
    with op.batch_alter_table("extension") as extension:
        for name, kind, _ in NEW_COLUMNS:
            extension.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        extension.create_check_constraint(op.f("ck_extension_permission"), "permission BETWEEN 0 AND 4")
    op.create_table(
        "follow_me",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("extension_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("position BETWEEN 1 AND 5", name=op.f("ck_follow_me_position")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_follow_me_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["extension_id"], ["extension.id"], name=op.f("fk_follow_me_extension_id_extension")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_me")),
        sa.UniqueConstraint("extension_id", "position", name=op.f("uq_follow_me_extension_id_position")),
    )


def downgrade() -> None:
    op.drop_table("follow_me")
    with op.batch_alter_table("extension") as extension:
        extension.drop_constraint(op.f("ck_extension_permission"), type_="check")
        for name, _, _ in NEW_COLUMNS:
            extension.drop_column(name)
