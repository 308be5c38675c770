"""一房一价表 into the house: all of it or nothing, or with `skip_bad` the good lines of it.

New rooms come in as not released. Prices go into a draft price list, a new version for each building, which then goes
its usual way (submitted, approved, effective). Rooms that are there already are faults, unless `update` is said; then
their data is changed too, except area and price of a room that is sold (S4-89).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from admin.right import Right
from sales.services.desk import Desk
from sales.sheets.fault import Fault, refused
from sales.sheets.room_check import Checked, RoomCheck
from sales.sheets.room_store import store
from sales.sheets.sheet import Parsed


@dataclass(frozen=True, slots=True)
class Imported:
    """new, changed, same: rooms; lists: draft price lists; faults: of lines left out; saved: False of a dry run."""

    new: int
    changed: int
    same: int
    faults: Sequence[Fault]
    lists: Sequence[int] = ()
    saved: bool = False


def import_rooms(
    desk: Desk, project: int, parsed: Parsed, *, dry_run: bool = False, skip_bad: bool = False, update: bool = False
) -> Imported:
    """Check every line, then save.

    dry_run   only tell what would happen, every fault with it
    skip_bad  leave lines with faults out, instead of refusing the sheet
    update    rooms that are there already are changed, instead of being faults

    Raises Refused: E_PERM, E_NOT_FOUND (the project), E_VALIDATION with all faults in `details`.
    """
    desk.must(Right.ROOM_EDIT)
    desk.must(Right.PRICE_EDIT)
    check = RoomCheck(desk, project, update=update)
    good: list[Checked] = [room for record in parsed.records if (room := check.room(record)) is not None]
    faults = sorted([*parsed.faults, *check.faults], key=lambda fault: fault.line)
    bad = {fault.line for fault in faults}
    good = [room for room in good if room.record.line not in bad]
    done = Imported(
        new=sum(room.there is None for room in good),
        changed=sum(room.there is not None and bool(room.changes) for room in good),
        same=sum(room.there is not None and not room.changes for room in good),
        faults=faults,
    )
    if dry_run:
        return done
    if faults and not skip_bad:
        raise refused(faults)
    lists = store(desk, project, good)
    told: dict[str, Any] = {"new": done.new, "changed": done.changed, "lines_left_out": sorted(bad), "lists": lists}
    desk.note("room.import", "project", project, None, told)
    return replace(done, lists=lists, saved=True)
