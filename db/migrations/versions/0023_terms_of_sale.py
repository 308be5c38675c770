"""Payment plans have versions, a room has one permit, and who introduced a buyer has commission lines, too."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FOLLOWS = "fk_payment_plan_follows_id_payment_plan"
REFERRER = "fk_commission_line_referrer_id_customer"
COVERED = sa.text("room_id IS NOT NULL")


def upgrade() -> None:
    with op.batch_alter_table("payment_plan") as plan:
        plan.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
        plan.add_column(sa.Column("follows_id", KEY, nullable=True))
        plan.create_foreign_key(op.f(FOLLOWS), "payment_plan", ["follows_id"], ["id"])
        plan.drop_constraint(op.f("uq_payment_plan_project_id_code"), type_="unique")
        plan.create_unique_constraint(
            op.f("uq_payment_plan_project_id_code_version"), ["project_id", "code", "version"]
        )
    with op.batch_alter_table("payment_plan") as plan:
        plan.alter_column("version", existing_type=sa.Integer(), existing_nullable=False, server_default=None)
    # of two permits that named one room, the first one counts
    op.execute(
        "DELETE FROM permit_cover WHERE room_id IS NOT NULL AND id NOT IN"
        " (SELECT MIN(id) FROM permit_cover WHERE room_id IS NOT NULL GROUP BY room_id)"
    )
    op.create_index(
        "one_permit", "permit_cover", ["room_id"], unique=True, sqlite_where=COVERED, postgresql_where=COVERED
    )
    with op.batch_alter_table("commission_line") as line:
        line.alter_column("seller_id", existing_type=KEY, nullable=True)
        line.add_column(sa.Column("referrer_id", KEY, nullable=True))
        line.create_foreign_key(op.f(REFERRER), "customer", ["referrer_id"], ["id"])
        line.create_check_constraint(op.f("ck_commission_line_whose"), "(seller_id IS NULL) <> (referrer_id IS NULL)")
        line.create_unique_constraint(
            op.f("uq_commission_line_deal_id_referrer_id_kind_month"), ["deal_id", "referrer_id", "kind", "month"]
        )
    op.create_index(op.f("ix_commission_line_referrer_id"), "commission_line", ["referrer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_commission_line_referrer_id"), table_name="commission_line")
    op.execute("DELETE FROM commission_line WHERE seller_id IS NULL")
    with op.batch_alter_table("commission_line") as line:
        line.drop_constraint(op.f("uq_commission_line_deal_id_referrer_id_kind_month"), type_="unique")
        line.drop_constraint(op.f("ck_commission_line_whose"), type_="check")
        line.drop_constraint(op.f(REFERRER), type_="foreignkey")
        line.drop_column("referrer_id")
        line.alter_column("seller_id", existing_type=KEY, nullable=False)
    op.drop_index("one_permit", table_name="permit_cover")
    # without versions a code is told apart by its number
    op.execute("UPDATE payment_plan SET code = substr(code, 1, 12) || '.' || version WHERE version > 1")
    with op.batch_alter_table("payment_plan") as plan:
        plan.drop_constraint(op.f("uq_payment_plan_project_id_code_version"), type_="unique")
        plan.drop_constraint(op.f(FOLLOWS), type_="foreignkey")
        plan.create_unique_constraint(op.f("uq_payment_plan_project_id_code"), ["project_id", "code"])
        plan.drop_column("follows_id")
        plan.drop_column("version")
