"""Rooms are searched by what is asked for them, whichever list says it; calls are found by their number."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"

ITEM = (
    "(SELECT i.{0}_fen FROM price_item i JOIN price_list l ON l.id = i.price_list_id"
    " WHERE i.room_id = {1}.id AND l.building_id = {1}.building_id AND l.state = 'effective')"
)
ASKED = ", ".join(
    f"{column} = COALESCE({ITEM.format(price, 'room')}, {price}_fen)"
    for column, price in (("asked_unit_fen", "unit"), ("asked_fen", "list"))
)
BEFORE = {
    "ix_room_project_id_state_layout_id": ["project_id", "state", "layout_id"],
    "ix_room_project_id_state_list_fen": ["project_id", "state", "list_fen"],
    "ix_room_project_id_state_built_x100": ["project_id", "state", "built_x100"],
    "ix_room_project_id_state_floor": ["project_id", "state", "floor"],
    "ix_room_project_id_state_orientation_list_fen": ["project_id", "state", "orientation", "list_fen"],
}
AFTER = {
    "ix_room_by_layout": ["project_id", "state", "layout_id", "asked_fen", "floor"],
    "ix_room_by_price": ["project_id", "state", "asked_fen", "floor"],
    "ix_room_by_area": ["project_id", "state", "built_x100", "floor"],
    "ix_room_by_floor": ["project_id", "state", "floor", "asked_fen"],
    "ix_room_by_orientation": ["project_id", "state", "orientation", "asked_fen", "floor"],
}
# an item of a draft asks nothing of anybody
OF_ROOM = (
    "id = {0}.room_id AND EXISTS (SELECT 1 FROM price_list l WHERE l.id = {0}.price_list_id AND l.state = 'effective')"
)
OLD, NEW = OF_ROOM.format("OLD"), OF_ROOM.format("NEW")
COUNTS = "'effective' IN (OLD.state, NEW.state) AND OLD.state <> NEW.state"
OWN = "OLD.unit_fen <> NEW.unit_fen OR OLD.list_fen <> NEW.list_fen OR OLD.building_id <> NEW.building_id"


def upgrade() -> None:
    for name in BEFORE:
        op.drop_index(op.f(name), table_name="room")
    for name in ("asked_unit_fen", "asked_fen"):
        op.add_column("room", sa.Column(name, sa.BigInteger(), nullable=True))
    op.execute(f"UPDATE room SET {ASKED}")
    with op.batch_alter_table("room") as room:
        for name in ("asked_unit_fen", "asked_fen"):
            room.alter_column(name, existing_type=sa.BigInteger(), nullable=False)
    for name, columns in AFTER.items():
        op.create_index(name, "room", columns)
    op.create_index(op.f("ix_customer_tenant_id_pinyin"), "customer", ["tenant_id", "pinyin"])
    op.create_index("ix_call_caller", "call", ["tenant_id", "caller_norm", "started"])
    if op.get_bind().dialect.name == "postgresql":
        _postgres()
    else:
        _sqlite()


def _sqlite() -> None:
    def trigger(name: str, when: str, *rooms: str) -> None:
        body = " ".join(f"UPDATE room SET {ASKED} WHERE {condition};" for condition in rooms)
        op.execute(f"CREATE TRIGGER {name} AFTER {when} BEGIN {body} END")

    trigger("asked_item_insert", "INSERT ON price_item", NEW)
    trigger("asked_item_update", "UPDATE ON price_item", OLD, NEW)
    trigger("asked_item_delete", "DELETE ON price_item", OLD)
    trigger("asked_list", f"UPDATE OF state ON price_list WHEN {COUNTS}", "building_id = NEW.building_id")
    trigger("asked_own", f"UPDATE OF unit_fen, list_fen, building_id ON room WHEN {OWN}", "id = NEW.id")


def _postgres() -> None:
    def function(name: str, body: str) -> None:
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

    function(
        "asked_item",
        f"IF TG_OP <> 'INSERT' THEN UPDATE room SET {ASKED} WHERE {OLD}; END IF; "
        f"IF TG_OP <> 'DELETE' THEN UPDATE room SET {ASKED} WHERE {NEW}; END IF; "
        "RETURN NULL;",
    )
    function("asked_list", f"UPDATE room SET {ASKED} WHERE building_id = NEW.building_id; RETURN NULL;")
    own = "; ".join(
        f"NEW.{column} = COALESCE({ITEM.format(price, 'NEW')}, NEW.{price}_fen)"
        for column, price in (("asked_unit_fen", "unit"), ("asked_fen", "list"))
    )
    function("asked_own", f"{own}; RETURN NEW;")
    op.execute(
        "CREATE TRIGGER asked_item AFTER INSERT OR UPDATE OR DELETE ON price_item"
        " FOR EACH ROW EXECUTE FUNCTION asked_item()"
    )
    op.execute(
        f"CREATE TRIGGER asked_list AFTER UPDATE OF state ON price_list FOR EACH ROW WHEN ({COUNTS})"
        " EXECUTE FUNCTION asked_list()"
    )
    op.execute(
        f"CREATE TRIGGER asked_own BEFORE UPDATE OF unit_fen, list_fen, building_id ON room FOR EACH ROW WHEN ({OWN})"
        " EXECUTE FUNCTION asked_own()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, table in (("asked_item", "price_item"), ("asked_list", "price_list"), ("asked_own", "room")):
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
    else:
        for name in ("asked_item_insert", "asked_item_update", "asked_item_delete", "asked_list", "asked_own"):
            op.execute(f"DROP TRIGGER {name}")
    op.drop_index(op.f("ix_customer_tenant_id_pinyin"), table_name="customer")
    op.drop_index("ix_call_caller", table_name="call")
    for name in AFTER:
        op.drop_index(name, table_name="room")
    with op.batch_alter_table("room") as room:
        for name in ("asked_unit_fen", "asked_fen"):
            room.drop_column(name)
    for name, columns in BEFORE.items():
        op.create_index(op.f(name), "room", columns)
