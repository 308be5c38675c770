"""Registrations by telephone: events, and each recording of a name makes one appointment."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("places", sa.Integer(), nullable=True),
        sa.Column("on", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("places > 0", name=op.f("ck_event_places")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_event_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_event_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index(op.f("ix_event_project_id_day"), "event", ["project_id", "day"])
    with op.batch_alter_table("appointment") as batch:
        batch.add_column(sa.Column("event_id", KEY, nullable=True))
        batch.create_foreign_key(op.f("fk_appointment_event_id_event"), "event", ["event_id"], ["id"])
        batch.create_index(op.f("ix_appointment_event_id"), ["event_id"])
        batch.create_index(op.f("ix_appointment_call_id"), ["call_id"])


def downgrade() -> None:
    with op.batch_alter_table("appointment") as batch:
        batch.drop_index(op.f("ix_appointment_call_id"))
        batch.drop_index(op.f("ix_appointment_event_id"))
        batch.drop_constraint(op.f("fk_appointment_event_id_event"), type_="foreignkey")
        batch.drop_column("event_id")
    op.drop_table("event")
