"""What the database itself refuses: a room held and sold at once (SPEC §2.3), and a changed line of a log."""

from alembic import op

revision = "0009"
down_revision = "0008"

LOGS = ("audit_log", "room_state_log")
_LIVE = "state IN ('subscribed', 'contracted', 'sold')"
LIVE = f"NEW.{_LIVE}"
HELD = "EXISTS (SELECT 1 FROM hold WHERE hold.room_id = NEW.room_id AND hold.state = 'active')"
SOLD = f"EXISTS (SELECT 1 FROM deal WHERE deal.room_id = NEW.room_id AND deal.{_LIVE})"
FOREIGN = (
    "NEW.hold_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM hold WHERE hold.id = NEW.hold_id"
    " AND hold.room_id = NEW.room_id AND hold.state = 'converted'"
    " AND (hold.customer_id = NEW.customer_id OR hold.kind = 'manager'))"
)
SAY_HELD = "the room has an active hold: convert it before the deal"
SAY_SOLD = "the room has a live deal: it cannot be held"
SAY_FOREIGN = "the hold of a deal is converted, of the same room and of the same customer"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _postgres()
    else:
        _sqlite()


def _sqlite() -> None:
    def trigger(name: str, when: str, condition: str, say: str) -> None:
        op.execute(f"CREATE TRIGGER {name} BEFORE {when} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{say}'); END")

    for table in LOGS:
        for event in ("UPDATE", "DELETE"):
            trigger(f"{table}_no_{event.lower()}", f"{event} ON {table}", "1", f"{table} is only ever added to")
    trigger("deal_held_insert", "INSERT ON deal", f"{LIVE} AND {HELD}", SAY_HELD)
    trigger("deal_held_update", "UPDATE OF state, room_id ON deal", f"{LIVE} AND {HELD}", SAY_HELD)
    trigger("deal_hold_insert", "INSERT ON deal", FOREIGN, SAY_FOREIGN)
    trigger("deal_hold_update", "UPDATE OF hold_id, room_id ON deal", FOREIGN, SAY_FOREIGN)
    trigger("hold_sold_insert", "INSERT ON hold", f"NEW.state = 'active' AND {SOLD}", SAY_SOLD)
    trigger("hold_sold_update", "UPDATE OF state, room_id ON hold", f"NEW.state = 'active' AND {SOLD}", SAY_SOLD)


def _postgres() -> None:
    # as a breach of integrity (class 23), so that both engines raise the same error
    def function(name: str, body: str) -> None:
        op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")

    def refuse(condition: str, say: str) -> str:
        return f"IF {condition} THEN RAISE EXCEPTION '{say}' USING ERRCODE = 'restrict_violation'; END IF; "

    # two transactions see each other's rows only if they wait for each other: for the room
    lock = "PERFORM 1 FROM room WHERE room.id = NEW.room_id FOR NO KEY UPDATE; "
    function("only_added", "RAISE EXCEPTION '% is only ever added to', TG_TABLE_NAME USING ERRCODE = '23001';")
    for table in LOGS:
        op.execute(
            f"CREATE TRIGGER {table}_only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION only_added()"
        )
    function("deal_held", f"IF {LIVE} THEN {lock} {refuse(HELD, SAY_HELD)} END IF; RETURN NEW;")
    function("deal_hold", f"{refuse(FOREIGN, SAY_FOREIGN)} RETURN NEW;")
    function("hold_sold", f"IF NEW.state = 'active' THEN {lock} {refuse(SOLD, SAY_SOLD)} END IF; RETURN NEW;")
    for name, table, columns in (
        ("deal_held", "deal", "state, room_id"),
        ("deal_hold", "deal", "hold_id, room_id"),
        ("hold_sold", "hold", "state, room_id"),
    ):
        op.execute(
            f"CREATE TRIGGER {name} BEFORE INSERT OR UPDATE OF {columns} ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION {name}()"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, table in (("deal_held", "deal"), ("deal_hold", "deal"), ("hold_sold", "hold")):
            op.execute(f"DROP TRIGGER {name} ON {table}")
            op.execute(f"DROP FUNCTION {name}()")
        for table in LOGS:
            op.execute(f"DROP TRIGGER {table}_only_added ON {table}")
        op.execute("DROP FUNCTION only_added()")
        return
    for table in LOGS:
        for event in ("update", "delete"):
            op.execute(f"DROP TRIGGER {table}_no_{event}")
    for name in ("deal_held", "deal_hold", "hold_sold"):
        for event in ("insert", "update"):
            op.execute(f"DROP TRIGGER {name}_{event}")
