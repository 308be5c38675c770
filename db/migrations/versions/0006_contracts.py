"""Contracts and their numbers, renames, refunds, exchanges."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def owned() -> list[sa.Column[Any]]:
    return [sa.Column("id", KEY, nullable=False), sa.Column("tenant_id", KEY, nullable=False)]


def stamped() -> list[sa.Column[Any]]:
    return [
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
    ]


def one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=16)


def upgrade() -> None:
    op.create_table(
        "contract_no",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("no", sa.String(length=32), nullable=False),
        sa.Column("batch", sa.String(length=32), nullable=True),
        sa.Column("state", one_of("state", "unused", "in_use", "used", "void"), nullable=False),
        sa.Column("bound_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_contract_no_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_contract_no_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_no")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_contract_no_tenant_id_no")),
    )
    op.create_index(
        "ix_contract_no_unused",
        "contract_no",
        ["project_id", "no"],
        unique=False,
        sqlite_where=sa.text("state = 'unused'"),
        postgresql_where=sa.text("state = 'unused'"),
    )

    op.create_table(
        "contract",
        *owned(),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("contract_no_id", KEY, nullable=False),
        sa.Column(
            "state", one_of("state", "draft", "signed", "formal", "archived", "voided", "cancelled"), nullable=False
        ),
        sa.Column("price_fen", sa.BigInteger(), nullable=False),
        sa.Column("sign_date", sa.Date(), nullable=True),
        sa.Column("formal_due", sa.Date(), nullable=True),
        sa.Column("formal_date", sa.Date(), nullable=True),
        sa.Column("filing_no", sa.String(length=64), nullable=True),
        sa.Column("archived_date", sa.Date(), nullable=True),
        sa.Column("archive_no", sa.String(length=64), nullable=True),
        sa.Column("end_date", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=255), nullable=True),
        sa.Column("scan_file", sa.String(length=255), nullable=True),
        sa.Column("scan_sha256", sa.String(length=64), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(
            ["contract_no_id"], ["contract_no.id"], name=op.f("fk_contract_contract_no_id_contract_no")
        ),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_contract_deal_id_deal")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_contract_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("contract_no_id", name=op.f("uq_contract_contract_no_id")),
    )
    op.create_index(op.f("ix_contract_deal_id"), "contract", ["deal_id"], unique=False)
    op.create_index(op.f("ix_contract_state_sign_date"), "contract", ["state", "sign_date"], unique=False)
    op.create_index(
        "one_live_contract",
        "contract",
        ["deal_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('draft', 'signed', 'formal', 'archived')"),
        postgresql_where=sa.text("state IN ('draft', 'signed', 'formal', 'archived')"),
    )

    op.create_table(
        "deal_rename",
        *owned(),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("from_customer_id", KEY, nullable=False),
        sa.Column("to_customer_id", KEY, nullable=False),
        sa.Column("relation", sa.String(length=32), nullable=True),
        sa.Column("fee_fen", sa.BigInteger(), nullable=False),
        sa.Column("approval_id", KEY, nullable=True),
        sa.Column("old_contract_id", KEY, nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("fee_fen >= 0", name=op.f("ck_deal_rename_fee")),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_deal_rename_approval_id_approval")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_rename_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["from_customer_id"], ["customer.id"], name=op.f("fk_deal_rename_from_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(
            ["old_contract_id"], ["contract.id"], name=op.f("fk_deal_rename_old_contract_id_contract")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deal_rename_tenant_id_tenant")),
        sa.ForeignKeyConstraint(
            ["to_customer_id"], ["customer.id"], name=op.f("fk_deal_rename_to_customer_id_customer")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_rename")),
    )
    op.create_index(op.f("ix_deal_rename_deal_id"), "deal_rename", ["deal_id"], unique=False)

    op.create_table(
        "deal_refund",
        *owned(),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column("penalty_fen", sa.BigInteger(), nullable=False),
        sa.Column("refund_fen", sa.BigInteger(), nullable=False),
        sa.Column("approver", sa.String(length=64), nullable=True),
        sa.Column("approval_id", KEY, nullable=True),
        sa.Column("cancellation_no", sa.String(length=64), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("paid_fen >= 0 AND penalty_fen >= 0", name=op.f("ck_deal_refund_parts")),
        sa.CheckConstraint(
            "refund_fen = paid_fen - penalty_fen AND refund_fen >= 0", name=op.f("ck_deal_refund_money")
        ),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_deal_refund_approval_id_approval")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_deal_refund_deal_id_deal")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deal_refund_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_refund")),
        sa.UniqueConstraint("deal_id", name=op.f("uq_deal_refund_deal_id")),
    )

    op.create_table(
        "deal_exchange",
        *owned(),
        sa.Column("old_deal_id", KEY, nullable=False),
        sa.Column("new_deal_id", KEY, nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=255), nullable=False),
        sa.Column("moved_fen", sa.BigInteger(), nullable=False),
        sa.Column("diff_fen", sa.BigInteger(), nullable=False),
        sa.Column("approval_id", KEY, nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("moved_fen >= 0", name=op.f("ck_deal_exchange_moved")),
        sa.CheckConstraint("old_deal_id <> new_deal_id", name=op.f("ck_deal_exchange_deals")),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_deal_exchange_approval_id_approval")),
        sa.ForeignKeyConstraint(["new_deal_id"], ["deal.id"], name=op.f("fk_deal_exchange_new_deal_id_deal")),
        sa.ForeignKeyConstraint(["old_deal_id"], ["deal.id"], name=op.f("fk_deal_exchange_old_deal_id_deal")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_deal_exchange_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deal_exchange")),
        sa.UniqueConstraint("new_deal_id", name=op.f("uq_deal_exchange_new_deal_id")),
        sa.UniqueConstraint("old_deal_id", name=op.f("uq_deal_exchange_old_deal_id")),
    )


def downgrade() -> None:
    op.drop_table("deal_exchange")
    op.drop_table("deal_refund")
    op.drop_table("deal_rename")
    op.drop_table("contract")
    op.drop_table("contract_no")
