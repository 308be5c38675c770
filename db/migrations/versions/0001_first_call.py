"""The first call: services and numbers, projects, rooms and prices, customers, calls and their records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "call",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("linkedid", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("exchange", sa.String(length=128), nullable=False),
        sa.Column("controller", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("caller_norm", sa.String(length=64), nullable=False),
        sa.Column("caller_name", sa.String(length=128), nullable=False),
        sa.Column("callee", sa.String(length=64), nullable=False),
        sa.Column("callee_norm", sa.String(length=64), nullable=False),
        sa.Column("service", sa.String(length=32), nullable=False),
        sa.Column("flow", sa.String(length=64), nullable=False),
        sa.Column("flow_version", sa.String(length=16), nullable=False),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("duration_s", sa.Integer(), nullable=True),
        sa.Column("billsec", sa.Integer(), nullable=True),
        sa.Column("disposition", sa.String(length=16), nullable=True),
        sa.Column("result", sa.String(length=16), nullable=True),
        sa.Column("last_node", sa.String(length=64), nullable=False),
        sa.Column("cause", sa.Integer(), nullable=True),
        sa.Column("ended_by", sa.String(length=32), nullable=True),
        sa.Column("keys", sa.Integer(), nullable=False),
        sa.Column("helps", sa.Integer(), nullable=False),
        sa.Column("invalids", sa.Integer(), nullable=False),
        sa.CheckConstraint("(ended IS NULL) = (result IS NULL)", name=op.f("ck_call_one_end")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint("call_id", name=op.f("uq_call_call_id")),
    )
    op.create_index(
        "ix_call_open",
        "call",
        ["exchange"],
        unique=False,
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.create_index(op.f("ix_call_started"), "call", ["started"], unique=False)
    op.create_table(
        "call_event",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("digest", sa.BigInteger(), nullable=False),
        sa.Column("ts", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_event")),
        sa.UniqueConstraint("call_id", "digest", name=op.f("uq_call_event_call_id_digest")),
    )
    op.create_table(
        "call_leg",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("uniqueid", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("number", sa.String(length=64), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cause", sa.Integer(), nullable=True),
        sa.Column("dialstatus", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_leg")),
        sa.UniqueConstraint("call_id", "uniqueid", name=op.f("uq_call_leg_call_id_uniqueid")),
    )
    op.create_table(
        "cdr",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("uniqueid", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=8), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("callee", sa.String(length=64), nullable=False),
        sa.Column("number_class", sa.String(length=16), nullable=True),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended", sa.DateTime(timezone=True), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("billsec", sa.Integer(), nullable=False),
        sa.Column("disposition", sa.String(length=16), nullable=False),
        sa.Column("seat", sa.String(length=16), nullable=True),
        sa.Column("department", sa.String(length=32), nullable=True),
        sa.Column("account_code", sa.String(length=32), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cdr")),
        sa.UniqueConstraint("call_id", "uniqueid", name=op.f("uq_cdr_call_id_uniqueid")),
    )
    op.create_index(op.f("ix_cdr_started"), "cdr", ["started"], unique=False)
    op.create_table(
        "flow_version",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("version", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_by", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_flow_version")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_flow_version_name_version")),
    )
    op.create_table(
        "recording",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", sa.BigInteger(), nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("ended_by", sa.String(length=16), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("policy", sa.String(length=32), nullable=True),
        sa.Column("notice_played", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("call_id", "name", name=op.f("uq_recording_call_id_name")),
    )
    op.create_table(
        "tenant",
        sa.Column("id", KEY, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("feature_switches", sa.JSON(), nullable=False),
        sa.Column("max_seats", sa.Integer(), nullable=True),
        sa.Column("max_channels", sa.Integer(), nullable=True),
        sa.Column("contract_start", sa.Date(), nullable=True),
        sa.Column("contract_end", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("kind IN ('owner', 'leased')", name=op.f("ck_tenant_kind")),
        sa.CheckConstraint("state IN ('active', 'suspended')", name=op.f("ck_tenant_state")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tenant")),
        sa.UniqueConstraint("code", name=op.f("uq_tenant_code")),
    )
    op.create_table(
        "calendar",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_calendar_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_calendar_tenant_id_code")),
    )
    op.create_table(
        "customer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("no", sa.String(length=16), nullable=True),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("gender", sa.String(length=1), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=False),
        sa.Column("lang", sa.String(length=2), nullable=False),
        sa.Column("registered", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("lang IN ('', 'zh', 'en')", name=op.f("ck_customer_lang")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_customer_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customer")),
        sa.UniqueConstraint("no", name=op.f("uq_customer_no")),
    )
    op.create_index(op.f("ix_customer_tenant_id_phone"), "customer", ["tenant_id", "phone"], unique=False)
    op.create_table(
        "developer",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("licence_no", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_developer_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_developer")),
        sa.UniqueConstraint("tenant_id", "name_zh", name=op.f("uq_developer_tenant_id_name_zh")),
    )
    op.create_table(
        "extension",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('seat', 'phone', 'conf', 'bulletin', 'mailbox', 'fax')", name=op.f("ck_extension_kind")
        ),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_extension_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("tenant_id", "number", name=op.f("uq_extension_tenant_id_number")),
    )
    op.create_table(
        "message",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("call_id", sa.String(length=26), nullable=False),
        sa.Column("recording", sa.String(length=128), nullable=False),
        sa.Column("mailbox", sa.String(length=32), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('new', 'saved', 'deleted')", name=op.f("ck_message_state")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_message_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message")),
        sa.UniqueConstraint("call_id", "recording", name=op.f("uq_message_call_id_recording")),
    )
    op.create_index(
        op.f("ix_message_tenant_id_mailbox_state"), "message", ["tenant_id", "mailbox", "state"], unique=False
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("calendar_id", KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=True),
        sa.Column("closes", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(opens IS NULL) = (closes IS NULL)", name=op.f("ck_calendar_day_both")),
        sa.CheckConstraint(
            "opens BETWEEN 0 AND 1439 AND closes BETWEEN 0 AND 1440", name=op.f("ck_calendar_day_minutes")
        ),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_day_calendar_id_calendar")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_calendar_day_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("calendar_id", "day", "opens", name=op.f("uq_calendar_day_calendar_id_day_opens")),
    )
    op.create_table(
        "calendar_hours",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("calendar_id", KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "opens BETWEEN 0 AND 1439 AND closes BETWEEN 0 AND 1440", name=op.f("ck_calendar_hours_minutes")
        ),
        sa.CheckConstraint("weekday BETWEEN 1 AND 7", name=op.f("ck_calendar_hours_weekday")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_hours_calendar_id_calendar")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_calendar_hours_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_hours")),
        sa.UniqueConstraint(
            "calendar_id", "weekday", "opens", name=op.f("uq_calendar_hours_calendar_id_weekday_opens")
        ),
    )
    op.create_table(
        "project",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("developer_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name_zh", sa.String(length=64), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("address_zh", sa.String(length=128), nullable=True),
        sa.Column("address_en", sa.String(length=128), nullable=True),
        sa.Column("district", sa.String(length=32), nullable=True),
        sa.Column("lat", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("lng", sa.Numeric(precision=9, scale=6), nullable=True),
        sa.Column("green_rate", sa.String(length=12), nullable=True),
        sa.Column("plot_ratio", sa.String(length=12), nullable=True),
        sa.Column("delivery_date", sa.Date(), nullable=True),
        sa.Column("property_fee_fen_m2", sa.BigInteger(), nullable=True),
        sa.Column("sales_office_phone", sa.String(length=32), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["developer_id"], ["developer.id"], name=op.f("fk_project_developer_id_developer")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_project_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("tenant_id", "code", name=op.f("uq_project_tenant_id_code")),
    )
    op.create_index(op.f("ix_project_developer_id"), "project", ["developer_id"], unique=False)
    op.create_table(
        "service",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("company_zh", sa.String(length=64), nullable=False),
        sa.Column("company_en", sa.String(length=64), nullable=False),
        sa.Column("flow", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=16), nullable=False),
        sa.Column("calendar_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_service_calendar_id_calendar")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_service_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "building",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=2), nullable=False),
        sa.Column("name_zh", sa.String(length=32), nullable=False),
        sa.Column("name_en", sa.String(length=32), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("floors", sa.Integer(), nullable=False),
        sa.Column("structure", sa.String(length=32), nullable=True),
        sa.Column("progress", sa.String(length=32), nullable=True),
        sa.Column("progress_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_building_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_building_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_building")),
        sa.UniqueConstraint("project_id", "code", name=op.f("uq_building_project_id_code")),
    )
    op.create_table(
        "did",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("number", sa.String(length=32), nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_did_service_id_service")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_did_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_did")),
        sa.UniqueConstraint("number", name=op.f("uq_did_number")),
    )
    op.create_index(op.f("ix_did_service_id"), "did", ["service_id"], unique=False)
    op.create_table(
        "layout",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("name_zh", sa.String(length=32), nullable=False),
        sa.Column("name_en", sa.String(length=64), nullable=False),
        sa.Column("bedrooms", sa.Integer(), nullable=False),
        sa.Column("halls", sa.Integer(), nullable=False),
        sa.Column("baths", sa.Integer(), nullable=False),
        sa.Column("kitchens", sa.Integer(), nullable=False),
        sa.Column("balconies", sa.Integer(), nullable=False),
        sa.Column("built_x100", sa.BigInteger(), nullable=False),
        sa.Column("inner_x100", sa.BigInteger(), nullable=False),
        sa.Column("base_unit_fen", sa.BigInteger(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_layout_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_layout_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layout")),
        sa.UniqueConstraint("project_id", "code", name=op.f("uq_layout_project_id_code")),
    )
    op.create_table(
        "project_text",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("topic", sa.String(length=32), nullable=False),
        sa.Column("zh", sa.Text(), nullable=True),
        sa.Column("en", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_text_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_project_text_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_text")),
        sa.UniqueConstraint("project_id", "topic", name=op.f("uq_project_text_project_id_topic")),
    )
    op.create_table(
        "service_project",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("service_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_service_project_project_id_project")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_project_service_id_service")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_service_project_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_project")),
        sa.UniqueConstraint("service_id", "project_id", name=op.f("uq_service_project_service_id_project_id")),
    )
    op.create_index(op.f("ix_service_project_project_id"), "service_project", ["project_id"], unique=False)
    op.create_table(
        "price_list",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "approved",
                "effective",
                "superseded",
                "rejected",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.String(length=255), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_price_list_building_id_building")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_price_list_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_list")),
        sa.UniqueConstraint("building_id", "version", name=op.f("uq_price_list_building_id_version")),
    )
    op.create_index(
        "uq_price_list_effective",
        "price_list",
        ["building_id"],
        unique=True,
        sqlite_where=sa.text("state = 'effective'"),
        postgresql_where=sa.text("state = 'effective'"),
    )
    op.create_table(
        "room",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("project_id", KEY, nullable=False),
        sa.Column("building_id", KEY, nullable=False),
        sa.Column("layout_id", KEY, nullable=False),
        sa.Column("unit_no", sa.Integer(), nullable=False),
        sa.Column("floor", sa.Integer(), nullable=False),
        sa.Column("door", sa.String(length=4), nullable=False),
        sa.Column("room_code", sa.String(length=6), nullable=False),
        sa.Column("usage", sa.String(length=16), nullable=False),
        sa.Column("house_class", sa.String(length=16), nullable=True),
        sa.Column("orientation", sa.String(length=2), nullable=False),
        sa.Column("decoration", sa.String(length=16), nullable=True),
        sa.Column("built_x100", sa.BigInteger(), nullable=False),
        sa.Column("inner_x100", sa.BigInteger(), nullable=False),
        sa.Column("unit_fen", sa.BigInteger(), nullable=False),
        sa.Column("list_fen", sa.BigInteger(), nullable=False),
        sa.Column("filed_unit_fen", sa.BigInteger(), nullable=True),
        sa.Column("permit_no", sa.String(length=32), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "not_released",
                "not_for_sale",
                "available",
                "reserved",
                "booked",
                "subscribed",
                "contracted",
                "sold",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("state_since", sa.Date(), nullable=True),
        sa.Column("handover_date", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("built_x100 > 0 AND inner_x100 <= built_x100", name=op.f("ck_room_area")),
        sa.CheckConstraint("floor BETWEEN -5 AND 99", name=op.f("ck_room_floor")),
        sa.ForeignKeyConstraint(["building_id"], ["building.id"], name=op.f("fk_room_building_id_building")),
        sa.ForeignKeyConstraint(["layout_id"], ["layout.id"], name=op.f("fk_room_layout_id_layout")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_room_project_id_project")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_room_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_room")),
        sa.UniqueConstraint("project_id", "room_code", name=op.f("uq_room_project_id_room_code")),
    )
    op.create_index(op.f("ix_room_building_id"), "room", ["building_id"], unique=False)
    op.create_index(op.f("ix_room_layout_id"), "room", ["layout_id"], unique=False)
    op.create_table(
        "price_item",
        sa.Column("id", KEY, nullable=False),
        sa.Column("tenant_id", KEY, nullable=False),
        sa.Column("price_list_id", KEY, nullable=False),
        sa.Column("room_id", KEY, nullable=False),
        sa.Column("unit_fen", sa.BigInteger(), nullable=False),
        sa.Column("list_fen", sa.BigInteger(), nullable=False),
        sa.Column("factors", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=True),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["price_list_id"], ["price_list.id"], name=op.f("fk_price_item_price_list_id_price_list")
        ),
        sa.ForeignKeyConstraint(["room_id"], ["room.id"], name=op.f("fk_price_item_room_id_room")),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.id"], name=op.f("fk_price_item_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_price_item")),
        sa.UniqueConstraint("price_list_id", "room_id", name=op.f("uq_price_item_price_list_id_room_id")),
    )
    op.create_index(op.f("ix_price_item_room_id"), "price_item", ["room_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_price_item_room_id"), table_name="price_item")
    op.drop_table("price_item")
    op.drop_index(op.f("ix_room_layout_id"), table_name="room")
    op.drop_index(op.f("ix_room_building_id"), table_name="room")
    op.drop_table("room")
    op.drop_index(
        "uq_price_list_effective",
        table_name="price_list",
        sqlite_where=sa.text("state = 'effective'"),
        postgresql_where=sa.text("state = 'effective'"),
    )
    op.drop_table("price_list")
    op.drop_index(op.f("ix_service_project_project_id"), table_name="service_project")
    op.drop_table("service_project")
    op.drop_table("project_text")
    op.drop_table("layout")
    op.drop_index(op.f("ix_did_service_id"), table_name="did")
    op.drop_table("did")
    op.drop_table("building")
    op.drop_table("service")
    op.drop_index(op.f("ix_project_developer_id"), table_name="project")
    op.drop_table("project")
    op.drop_table("calendar_hours")
    op.drop_table("calendar_day")
    op.drop_index(op.f("ix_message_tenant_id_mailbox_state"), table_name="message")
    op.drop_table("message")
    op.drop_table("extension")
    op.drop_table("developer")
    op.drop_index(op.f("ix_customer_tenant_id_phone"), table_name="customer")
    op.drop_table("customer")
    op.drop_table("calendar")
    op.drop_table("tenant")
    op.drop_table("recording")
    op.drop_table("flow_version")
    op.drop_index(op.f("ix_cdr_started"), table_name="cdr")
    op.drop_table("cdr")
    op.drop_table("call_leg")
    op.drop_table("call_event")
    op.drop_index(op.f("ix_call_started"), table_name="call")
    op.drop_index(
        "ix_call_open",
        table_name="call",
        sqlite_where=sa.text("ended IS NULL"),
        postgresql_where=sa.text("ended IS NULL"),
    )
    op.drop_table("call")
