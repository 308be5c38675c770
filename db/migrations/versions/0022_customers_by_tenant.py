"""Customers are numbered per tenant."""

from alembic import op

revision = "0022"
down_revision = "0021"

OLD, NEW = "uq_customer_no", "uq_customer_tenant_id_no"


def upgrade() -> None:
    with op.batch_alter_table("customer") as customer:
        customer.drop_constraint(OLD, type_="unique")
        customer.create_unique_constraint(NEW, ["tenant_id", "no"])


def downgrade() -> None:
    with op.batch_alter_table("customer") as customer:
        customer.drop_constraint(NEW, type_="unique")
        customer.create_unique_constraint(OLD, ["no"])
