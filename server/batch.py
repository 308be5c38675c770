"""Rooms by the building from the command line: made of a template, copied by floor and building (S4-87, S4-91)."""

import re

from sqlalchemy import select

from db.refusal import Code, Refused
from sales.models import Building, Layout
from sales.money.amount import invalid
from sales.services.batch import Door, copy_building, copy_floor, generate
from sales.services.desk import Desk
from server.owner import building_of, work
from server.settings import Settings

ORIENTATIONS = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")
SPAN = re.compile(r"(-?[0-9]{1,2})(?:-(-?[0-9]{1,2}))?")  # one floor, or from one to another; -1 is below ground


def floors(words: str) -> list[int]:
    """
    >>> floors("1-3,5")
    [1, 2, 3, 5]

    Raises Refused for what is no floor.
    """
    wanted: list[int] = []
    for part in words.split(","):
        span = SPAN.fullmatch(part.strip())
        if span is None:
            raise invalid(f"“{part}”不是楼层，例如 1-18,20", f"“{part}” is no floor; write 1-18,20", floors=words)
        wanted += range(int(span[1]), int(span[2] or span[1]) + 1)
    return wanted


async def make_rooms(settings: Settings, place: tuple[str, str], levels: str, doors: str) -> int:
    """Floors × doors, e.g. "1-18" × "A:S,B:S,B:N,A:N" (layout:orientation, from door 01); how many rooms.

    place: codes of project and building. Raises Refused, HomeTaken.
    """

    def service(desk: Desk) -> int:
        building = building_of(desk, *place)
        return len(generate(desk, building, floors(levels), _doors(desk, building, doors)))

    return await work(settings, service)


async def repeat_floor(settings: Settings, place: tuple[str, str], floor: int, to: str) -> int:
    """How many rooms. Raises Refused, HomeTaken."""
    return await work(settings, lambda desk: len(copy_floor(desk, building_of(desk, *place), floor, floors(to))))


async def repeat_building(settings: Settings, place: tuple[str, str], to: str, names: tuple[str, str]) -> int:
    """A new building with the same rooms; how many. names: Chinese, English. Raises Refused, HomeTaken."""
    return await work(settings, lambda desk: len(copy_building(desk, building_of(desk, *place), to, *names)[1]))


def _doors(desk: Desk, building: int, words: str) -> list[Door]:
    project = select(Building.project_id).where(Building.id == building).scalar_subquery()
    wanted = select(Layout.code, Layout.id).where(Layout.project_id == project)
    layouts = dict(desk.session.execute(wanted).tuples().all())
    doors = []
    for number, word in enumerate(words.split(","), 1):
        code, _, orientation = word.strip().partition(":")
        if orientation not in ORIENTATIONS:
            raise invalid(
                f"“{word}”应为 户型:朝向，朝向为 {'、'.join(ORIENTATIONS)}",
                f"“{word}” should be layout:orientation, with {', '.join(ORIENTATIONS)}",
                doors=words,
            )
        if code not in layouts:
            raise Refused(Code.NOT_FOUND, f"没有户型 {code}。", f"There is no layout {code}.", layout=code)
        doors.append(Door(number, layouts[code], orientation))
    return doors
