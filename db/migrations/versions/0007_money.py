"""Money: receivables, receipts, invoices, mortgages, commission."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

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
        "receivable",
        *owned(),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("no", sa.String(length=32), nullable=True),
        sa.Column("fee_type", sa.String(length=16), nullable=False),
        sa.Column("fee_group", one_of("fee_group", "price", "collected"), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=True),
        sa.Column("milestone", sa.String(length=32), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("paid_fen", sa.BigInteger(), nullable=False),
        sa.Column(
            "state", one_of("state", "planned", "active", "partial", "paid", "cancelled", "adjusted"), nullable=False
        ),
        sa.Column("adjusts_id", KEY, nullable=True),
        sa.Column("approval_id", KEY, nullable=True),
        sa.Column("dunning", one_of("dunning", "none", "level1", "level2", "legal", "settled"), nullable=False),
        sa.Column("dunned_on", sa.Date(), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("amount_fen >= 0 OR adjusts_id IS NOT NULL", name=op.f("ck_receivable_amount")),
        sa.CheckConstraint(
            "paid_fen >= 0 AND (paid_fen <= amount_fen OR paid_fen = 0)", name=op.f("ck_receivable_paid")
        ),
        sa.ForeignKeyConstraint(["adjusts_id"], ["receivable.id"], name=op.f("fk_receivable_adjusts_id_receivable")),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_receivable_approval_id_approval")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_receivable_deal_id_deal")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_receivable_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receivable")),
        sa.UniqueConstraint("deal_id", "seq", name=op.f("uq_receivable_deal_id_seq")),
    )
    op.create_index(op.f("ix_receivable_deal_id_due_date"), "receivable", ["deal_id", "due_date"], unique=False)
    op.create_index(op.f("ix_receivable_state_due_date"), "receivable", ["state", "due_date"], unique=False)

    op.create_table(
        "invoice",
        *owned(),
        sa.Column("no", sa.String(length=32), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("title", sa.String(length=128), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", one_of("state", "issued", "void", "red"), nullable=False),
        sa.Column("red_of_id", KEY, nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_invoice_deal_id_deal")),
        sa.ForeignKeyConstraint(["red_of_id"], ["invoice.id"], name=op.f("fk_invoice_red_of_id_invoice")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_invoice_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoice")),
        sa.UniqueConstraint("red_of_id", name=op.f("uq_invoice_red_of_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_invoice_tenant_id_no")),
    )
    op.create_index(op.f("ix_invoice_deal_id"), "invoice", ["deal_id"], unique=False)

    op.create_table(
        "receipt",
        *owned(),
        sa.Column("no", sa.String(length=32), nullable=False),
        sa.Column("kind", one_of("kind", "receipt", "refund", "transfer"), nullable=False),
        sa.Column("state", one_of("state", "draft", "posted", "reversed"), nullable=False),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("payer", sa.String(length=64), nullable=True),
        sa.Column("deal_id", KEY, nullable=True),
        sa.Column("hold_id", KEY, nullable=True),
        sa.Column("presubscription_id", KEY, nullable=True),
        sa.Column("fee_type", sa.String(length=16), nullable=False),
        sa.Column("method", sa.String(length=16), nullable=False),
        sa.Column("account_id", KEY, nullable=True),
        sa.Column("bank_no", sa.String(length=160), nullable=True),
        sa.Column("bank_hash", sa.String(length=64), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("pair", sa.String(length=32), nullable=True),
        sa.Column("reverses_id", KEY, nullable=True),
        sa.Column("invoice_id", KEY, nullable=True),
        sa.Column("approval_id", KEY, nullable=True),
        sa.Column("cashier", sa.String(length=64), nullable=True),
        sa.Column("printed_count", sa.Integer(), nullable=False),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint(
            "kind <> 'refund' OR amount_fen < 0 OR reverses_id IS NOT NULL", name=op.f("ck_receipt_refund")
        ),
        sa.CheckConstraint("kind <> 'transfer' OR pair IS NOT NULL", name=op.f("ck_receipt_pair")),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_receipt_amount")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_receipt_account_id_account")),
        sa.ForeignKeyConstraint(["approval_id"], ["approval.id"], name=op.f("fk_receipt_approval_id_approval")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_receipt_customer_id_customer")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_receipt_deal_id_deal")),
        sa.ForeignKeyConstraint(["hold_id"], ["hold.id"], name=op.f("fk_receipt_hold_id_hold")),
        sa.ForeignKeyConstraint(["invoice_id"], ["invoice.id"], name=op.f("fk_receipt_invoice_id_invoice")),
        sa.ForeignKeyConstraint(
            ["presubscription_id"], ["presubscription.id"], name=op.f("fk_receipt_presubscription_id_presubscription")
        ),
        sa.ForeignKeyConstraint(["reverses_id"], ["receipt.id"], name=op.f("fk_receipt_reverses_id_receipt")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_receipt_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_receipt")),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_receipt_reverses_id")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_receipt_tenant_id_no")),
    )
    op.create_index(op.f("ix_receipt_account_id_date"), "receipt", ["account_id", "date"], unique=False)
    op.create_index(op.f("ix_receipt_customer_id_date"), "receipt", ["customer_id", "date"], unique=False)
    op.create_index(op.f("ix_receipt_deal_id"), "receipt", ["deal_id"], unique=False)
    op.create_index(op.f("ix_receipt_hold_id"), "receipt", ["hold_id"], unique=False)
    op.create_index(op.f("ix_receipt_pair"), "receipt", ["pair"], unique=False)
    op.create_index(op.f("ix_receipt_tenant_id_date"), "receipt", ["tenant_id", "date"], unique=False)

    op.create_table(
        "allocation",
        *owned(),
        sa.Column("receipt_id", KEY, nullable=False),
        sa.Column("receivable_id", KEY, nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        *stamped(),
        sa.CheckConstraint("amount_fen <> 0", name=op.f("ck_allocation_amount")),
        sa.ForeignKeyConstraint(["receipt_id"], ["receipt.id"], name=op.f("fk_allocation_receipt_id_receipt")),
        sa.ForeignKeyConstraint(
            ["receivable_id"], ["receivable.id"], name=op.f("fk_allocation_receivable_id_receivable")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_allocation_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_receipt_id"), "allocation", ["receipt_id"], unique=False)
    op.create_index(op.f("ix_allocation_receivable_id"), "allocation", ["receivable_id"], unique=False)

    op.create_table(
        "mortgage",
        *owned(),
        sa.Column("no", sa.String(length=32), nullable=True),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("kind", one_of("kind", "commercial", "provident", "combined"), nullable=False),
        sa.Column("bank", sa.String(length=32), nullable=False),
        sa.Column("loan_fen", sa.BigInteger(), nullable=False),
        sa.Column("provident_fen", sa.BigInteger(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("annual", sa.String(length=16), nullable=False),
        sa.Column("provident_annual", sa.String(length=16), nullable=True),
        sa.Column(
            "method",
            sa.Enum("equal_instalment", "equal_principal", name="method", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column(
            "state",
            one_of("state", "docs_pending", "eligible", "submitted", "approved", "disbursed", "rejected", "cancelled"),
            nullable=False,
        ),
        sa.Column("state_since", sa.Date(), nullable=False),
        sa.Column("docs", sa.JSON(), nullable=False),
        sa.Column("docs_complete", sa.Boolean(), nullable=False),
        sa.Column("submitted", sa.Date(), nullable=True),
        sa.Column("approved", sa.Date(), nullable=True),
        sa.Column("disbursed", sa.Date(), nullable=True),
        sa.Column("rejected", sa.Date(), nullable=True),
        sa.Column("first_due", sa.Date(), nullable=True),
        sa.Column("reason", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("loan_fen > 0 AND provident_fen BETWEEN 0 AND loan_fen", name=op.f("ck_mortgage_loan")),
        sa.CheckConstraint("months BETWEEN 1 AND 360", name=op.f("ck_mortgage_months")),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_mortgage_deal_id_deal")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_mortgage_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mortgage")),
    )
    op.create_index(op.f("ix_mortgage_deal_id"), "mortgage", ["deal_id"], unique=False)
    op.create_index(op.f("ix_mortgage_state_state_since"), "mortgage", ["state", "state_since"], unique=False)
    op.create_index(
        "one_live_mortgage",
        "mortgage",
        ["deal_id"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('rejected', 'cancelled')"),
        postgresql_where=sa.text("state NOT IN ('rejected', 'cancelled')"),
    )

    op.create_table(
        "commission_line",
        *owned(),
        sa.Column("seller_id", KEY, nullable=False),
        sa.Column("deal_id", KEY, nullable=False),
        sa.Column("kind", one_of("kind", "sale", "override", "referral", "clawback"), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("base_fen", sa.BigInteger(), nullable=False),
        sa.Column("cum_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("released_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", one_of("state", "open", "frozen"), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(["deal_id"], ["deal.id"], name=op.f("fk_commission_line_deal_id_deal")),
        sa.ForeignKeyConstraint(
            ["seller_id"], ["salesperson.id"], name=op.f("fk_commission_line_seller_id_salesperson")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_commission_line_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commission_line")),
        sa.UniqueConstraint(
            "deal_id", "seller_id", "kind", "month", name=op.f("uq_commission_line_deal_id_seller_id_kind_month")
        ),
    )
    op.create_index(
        op.f("ix_commission_line_tenant_id_month_seller_id"),
        "commission_line",
        ["tenant_id", "month", "seller_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_table("commission_line")
    op.drop_table("mortgage")
    op.drop_table("allocation")
    op.drop_table("receipt")
    op.drop_table("invoice")
    op.drop_table("receivable")
