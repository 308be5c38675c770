"""Customers in full, with several telephone numbers each, and what happens with them before they buy."""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

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
        "customer_phone",
        *owned(),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("reversed", sa.String(length=20), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(length=16), nullable=True),
        *stamped(),
        sa.CheckConstraint("position >= 1", name=op.f("ck_customer_phone_position")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_customer_phone_customer_id_customer")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customer_phone_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_phone")),
        sa.UniqueConstraint("customer_id", "phone", name=op.f("uq_customer_phone_customer_id_phone")),
    )
    op.create_index(op.f("ix_customer_phone_tenant_id_phone"), "customer_phone", ["tenant_id", "phone"], unique=False)
    op.create_index(
        op.f("ix_customer_phone_tenant_id_reversed"), "customer_phone", ["tenant_id", "reversed"], unique=False
    )

    op.create_table(
        "customer_relation",
        *owned(),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("other_id", KEY, nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_relation_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["other_id"], ["customer.id"], name=op.f("fk_customer_relation_other_id_customer")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customer_relation_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_relation")),
        sa.UniqueConstraint("customer_id", "other_id", name=op.f("uq_customer_relation_customer_id_other_id")),
    )
    op.create_index(op.f("ix_customer_relation_other_id"), "customer_relation", ["other_id"], unique=False)

    op.create_table(
        "customer_stage_log",
        *owned(),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column(
            "from_stage",
            one_of(
                "from_stage",
                "lead",
                "registered",
                "visited",
                "reserved",
                "booked",
                "subscribed",
                "contracted",
                "sold",
                "owner",
                "lost",
            ),
            nullable=True,
        ),
        sa.Column(
            "to_stage",
            one_of(
                "to_stage",
                "lead",
                "registered",
                "visited",
                "reserved",
                "booked",
                "subscribed",
                "contracted",
                "sold",
                "owner",
                "lost",
            ),
            nullable=False,
        ),
        sa.Column("cause", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        *stamped(),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customer.id"], name=op.f("fk_customer_stage_log_customer_id_customer")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customer_stage_log_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer_stage_log")),
    )
    op.create_index(
        op.f("ix_customer_stage_log_customer_id_at"), "customer_stage_log", ["customer_id", "at"], unique=False
    )

    op.create_table(
        "interaction",
        *owned(),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("entity", sa.String(length=32), nullable=True),
        sa.Column("entity_id", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.String(length=255), nullable=True),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_interaction_customer_id_customer")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_interaction_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
    )
    op.create_index(op.f("ix_interaction_customer_id_at"), "interaction", ["customer_id", "at"], unique=False)

    op.create_table(
        "appointment",
        *owned(),
        sa.Column("no", sa.String(length=32), nullable=False),
        sa.Column("kind", one_of("kind", "viewing", "presubscription", "event"), nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("name", sa.String(length=64), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("made", sa.Date(), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("layout_id", KEY, nullable=True),
        sa.Column("budget_fen", sa.BigInteger(), nullable=True),
        sa.Column("visit_at", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=16), nullable=True),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("state", one_of("state", "made", "confirmed", "visited", "no_show", "cancelled"), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        sa.Column("recording", sa.String(length=255), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        *stamped(),
        sa.CheckConstraint("slot IN ('morning', 'afternoon', 'evening')", name=op.f("ck_appointment_slot")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_appointment_customer_id_customer")),
        sa.ForeignKeyConstraint(["layout_id"], ["layout.id"], name=op.f("fk_appointment_layout_id_layout")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_appointment_project_id_project")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_appointment_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_appointment_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
        sa.UniqueConstraint("tenant_id", "no", name=op.f("uq_appointment_tenant_id_no")),
    )
    op.create_index(op.f("ix_appointment_customer_id"), "appointment", ["customer_id"], unique=False)
    op.create_index(
        op.f("ix_appointment_project_id_visit_at_slot"), "appointment", ["project_id", "visit_at", "slot"], unique=False
    )
    op.create_index(op.f("ix_appointment_tenant_id_phone"), "appointment", ["tenant_id", "phone"], unique=False)

    op.create_table(
        "visit",
        *owned(),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("appointment_id", KEY, nullable=True),
        sa.Column("date", sa.Date(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(length=32), nullable=True),
        sa.Column("note", sa.String(length=1000), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_visit_appointment_id_appointment")
        ),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_visit_customer_id_customer")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_visit_project_id_project")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_visit_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_visit_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
    )
    op.create_index(op.f("ix_visit_customer_id_date"), "visit", ["customer_id", "date"], unique=False)
    op.create_index(op.f("ix_visit_project_id_date"), "visit", ["project_id", "date"], unique=False)

    op.create_table(
        "follow_up",
        *owned(),
        sa.Column("customer_id", KEY, nullable=False),
        sa.Column("seller_id", KEY, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.String(length=16), nullable=False),
        sa.Column("content", sa.String(length=2000), nullable=False),
        sa.Column("result", sa.String(length=32), nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("next_contact", sa.Date(), nullable=True),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_follow_up_customer_id_customer")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_follow_up_room_id_room")),
        sa.ForeignKeyConstraint(["seller_id"], ["salesperson.id"], name=op.f("fk_follow_up_seller_id_salesperson")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_follow_up_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
    )
    op.create_index(op.f("ix_follow_up_customer_id_at"), "follow_up", ["customer_id", "at"], unique=False)
    op.create_index(op.f("ix_follow_up_seller_id_at"), "follow_up", ["seller_id", "at"], unique=False)

    op.create_table(
        "ticket",
        *owned(),
        sa.Column("ticket_no", sa.String(length=32), nullable=False),
        sa.Column("kind", one_of("kind", "complaint", "suggestion", "repair", "enquiry"), nullable=False),
        sa.Column(
            "state",
            one_of("state", "new", "accepted", "assigned", "processing", "resolved", "feedback", "closed", "rejected"),
            nullable=False,
        ),
        sa.Column("customer_id", KEY, nullable=True),
        sa.Column("room_id", KEY, nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("subject", sa.String(length=128), nullable=False),
        sa.Column("content", sa.String(length=4000), nullable=True),
        sa.Column("via", sa.String(length=16), nullable=True),
        sa.Column("call_id", sa.String(length=26), nullable=True),
        sa.Column("recording", sa.String(length=255), nullable=True),
        sa.Column("department", sa.String(length=64), nullable=True),
        sa.Column("handler", sa.String(length=64), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolve_due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opinion", sa.String(length=2000), nullable=True),
        sa.Column("reject_reason", sa.String(length=255), nullable=True),
        sa.Column("reopened", sa.Integer(), nullable=False),
        sa.Column("escalation", sa.Integer(), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        *stamped(),
        sa.CheckConstraint("escalation BETWEEN 0 AND 2", name=op.f("ck_ticket_escalation")),
        sa.CheckConstraint("satisfaction BETWEEN 1 AND 5", name=op.f("ck_ticket_satisfaction")),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name=op.f("fk_ticket_customer_id_customer")),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_ticket_room_id_room")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ticket_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket")),
        sa.UniqueConstraint("tenant_id", "ticket_no", name=op.f("uq_ticket_tenant_id_ticket_no")),
    )
    op.create_index(op.f("ix_ticket_customer_id_state"), "ticket", ["customer_id", "state"], unique=False)
    op.create_index(
        op.f("ix_ticket_tenant_id_state_resolve_due"), "ticket", ["tenant_id", "state", "resolve_due"], unique=False
    )

    op.create_table(
        "ticket_step",
        *owned(),
        sa.Column("ticket_id", KEY, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("event", sa.String(length=16), nullable=False),
        sa.Column(
            "from_state",
            one_of(
                "from_state", "new", "accepted", "assigned", "processing", "resolved", "feedback", "closed", "rejected"
            ),
            nullable=True,
        ),
        sa.Column(
            "to_state",
            one_of(
                "to_state", "new", "accepted", "assigned", "processing", "resolved", "feedback", "closed", "rejected"
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(length=64), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=True),
        *stamped(),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_ticket_step_tenant_id_tenant")),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_step_ticket_id_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_step")),
    )
    op.create_index(op.f("ix_ticket_step_ticket_id_at"), "ticket_step", ["ticket_id", "at"], unique=False)


def downgrade() -> None:
    op.drop_table("ticket_step")
    op.drop_table("ticket")
    op.drop_table("follow_up")
    op.drop_table("visit")
    op.drop_table("appointment")
    op.drop_table("interaction")
    op.drop_table("customer_stage_log")
    op.drop_table("customer_relation")
    op.drop_table("customer_phone")
