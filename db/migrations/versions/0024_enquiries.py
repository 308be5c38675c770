"""What enquiries by telephone need: where a number is advertised and who came by it, where a project's data are, what a
text was before it was edited."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW_COLUMNS = (
    ("did", "channel", sa.String(length=32), sa.text("''")),
    ("project", "host", sa.String(length=255), sa.text("''")),
    ("project_text", "version", sa.Integer(), sa.text("1")),
)


def upgrade() -> None:
    for table, name, kind, default in NEW_COLUMNS:
        op.add_column(table, sa.Column(name, kind, nullable=False, server_default=default))
        with op.batch_alter_table(table) as changed:
            changed.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
    op.create_table(
        "project_text_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("text_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("zh", sa.Text(), nullable=True),
        sa.Column("en", sa.Text(), nullable=True),
        *_stamps(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_project_text_version_tenant_id_tenant")),
        sa.ForeignKeyConstraint(
            ["text_id"], ["project_text.id"], name=op.f("fk_project_text_version_text_id_project_text")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_text_version")),
        sa.UniqueConstraint("text_id", "version", name=op.f("uq_project_text_version_text_id_version")),
    )
    op.create_table(
        "enquirer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("did", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_enquirer_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_enquirer_customer_id_customer")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquirer")),
        sa.UniqueConstraint("tenant_id", "phone", name=op.f("uq_enquirer_tenant_id_phone")),
    )
    op.create_index(op.f("ix_enquirer_customer_id"), "enquirer", ["customer_id"])


def downgrade() -> None:
    op.drop_table("enquirer")
    op.drop_table("project_text_version")
    for table, name, _, _ in reversed(NEW_COLUMNS):
        op.drop_column(table, name)


def _stamps() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
