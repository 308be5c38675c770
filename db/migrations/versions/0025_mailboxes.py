"""Mailboxes and their messages: what was left for the operator is in a mailbox like any other."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
NEW_COLUMNS = (
    ("file", sa.Text(), "''"),
    ("sha256", sa.String(length=64), "''"),
    ("sender", sa.String(length=64), "''"),
    ("internal", sa.Boolean(), sa.false()),
    ("urgent", sa.Boolean(), sa.false()),
    ("touched_by", sa.String(length=26), "''"),
    ("touched_in", sa.String(length=8), "''"),
)
# Messages for "operator" were for whoever sits at the operator's phone of the tenant's first service.
OF_OPERATOR = "(SELECT s.operator FROM service s WHERE s.tenant_id = message.tenant_id ORDER BY s.id LIMIT 1)"
RECORDED = "(SELECT r.{0} FROM recording r WHERE r.call_id = message.call_id AND r.name = message.recording)"
CALLER = "(SELECT c.caller FROM call c WHERE c.call_id = message.call_id)"


def upgrade() -> None:
    op.create_table(
        "mailbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("pin", sa.String(length=128), nullable=False),
        sa.Column("quota", sa.Integer(), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("greeting_seconds", sa.Float(), nullable=False),
        sa.Column("mail", sa.String(length=254), nullable=False),
        sa.Column("may_distribute", sa.Boolean(), nullable=False),
        *_stamps(),
        sa.CheckConstraint("kind IN ('personal', 'group', 'bulletin')", name=op.f("ck_mailbox_kind")),
        sa.CheckConstraint("quota BETWEEN 1 AND 10000", name=op.f("ck_mailbox_quota")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_mailbox_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_mailbox_tenant_id_number")),
    )
    op.create_table(
        "mailbox_owner",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("mailbox_id", KEY, nullable=False),
        sa.Column("extension", sa.String(length=16), nullable=False),
        *_stamps(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_mailbox_owner_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["mailbox_id"], ["mailbox.id"], name=op.f("fk_mailbox_owner_mailbox_id_mailbox")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_owner")),
        sa.UniqueConstraint("mailbox_id", "extension", name=op.f("uq_mailbox_owner_mailbox_id_extension")),
    )
    op.create_index(op.f("ix_mailbox_owner_tenant_id_extension"), "mailbox_owner", ["tenant_id", "extension"])
    op.create_table(
        "message_draft",
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("mailbox", sa.String(length=32), nullable=False),
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("internal", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_message_draft_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("call_id", name=op.f("pk_message_draft")),
    )
    op.create_index(op.f("ix_message_draft_at"), "message_draft", ["at"])
    op.create_table(
        "pin_failure",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("mailbox", sa.String(length=32), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_pin_failure_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_failure")),
    )
    op.create_index(op.f("ix_pin_failure_tenant_id_at"), "pin_failure", ["tenant_id", "at"])
    _messages()


def _messages() -> None:
    for name, kind, default in NEW_COLUMNS:
        text = default if not isinstance(default, str) else sa.text(default)
        op.add_column("message", sa.Column(name, kind, nullable=False, server_default=text))
    for name in ("heard_at", "deleted_at"):
        op.add_column("message", sa.Column(name, sa.DateTime(timezone=True), nullable=True))
    op.execute(f"UPDATE message SET mailbox = COALESCE({OF_OPERATOR}, mailbox) WHERE mailbox = 'operator'")
    op.execute(
        f"UPDATE message SET file = COALESCE({RECORDED.format('file')}, ''),"
        f" sha256 = COALESCE({RECORDED.format('sha256')}, ''), sender = COALESCE({CALLER}, '')"
    )
    op.execute("UPDATE message SET deleted_at = updated_at WHERE state = 'deleted'")
    with op.batch_alter_table("message") as message:
        for name, kind, _ in NEW_COLUMNS:
            message.alter_column(name, existing_type=kind, existing_nullable=False, server_default=None)
        message.drop_constraint(op.f("uq_message_call_id_recording"), type_="unique")
        message.create_unique_constraint(
            op.f("uq_message_call_id_recording_mailbox"), ["call_id", "recording", "mailbox"]
        )


def downgrade() -> None:
    # a message forwarded or sent to many is one row again
    op.execute(
        "DELETE FROM message WHERE EXISTS (SELECT 1 FROM message m WHERE m.call_id = message.call_id"
        " AND m.recording = message.recording AND m.id < message.id)"
    )
    with op.batch_alter_table("message") as message:
        message.drop_constraint(op.f("uq_message_call_id_recording_mailbox"), type_="unique")
        message.create_unique_constraint(op.f("uq_message_call_id_recording"), ["call_id", "recording"])
        for name in (*(column[0] for column in NEW_COLUMNS), "heard_at", "deleted_at"):
            message.drop_column(name)
    for table in ("pin_failure", "message_draft", "mailbox_owner", "mailbox"):
        op.drop_table(table)


def _stamps() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    )
