"""Questions somebody waits for: rooms by three conditions, the card of a number. How long, and by an index?"""

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.orm import Session

from bench.stock import LAYOUTS, NOW, ORIENTATIONS, Stock
from db.tenant import HOME
from db.work import Database
from sales.models import RoomState
from sales.queries import Page, Range, RoomOrder, RoomWish, card_of, quick_search, search_rooms

BIG = ("room", "customer", "customer_phone", "deal", "deal_buyer", "receivable", "hold", "ticket", "call")
PAGE = Page(20)
WARM = 20  # questions that are not timed: statements are compiled, pages come into memory
FOR_SALE = (RoomState.AVAILABLE,)

Question = Callable[[Session], object]


def searches(chance: random.Random) -> Iterator[tuple[str, Question]]:
    """Endless wishes of three conditions each, by their shape."""

    def ask(wish: RoomWish, order: RoomOrder = RoomOrder.CODE) -> Question:
        return lambda session: search_rooms(session, HOME, wish, PAGE, order)

    while True:
        code, bedrooms, area = chance.choice(LAYOUTS)
        floor = chance.randrange(1, 27)
        floors = Range(floor, floor + 3)
        price = chance.randrange(60_000_000, 300_000_000)
        prices = Range(price - price // 10, price)
        areas = Range(area - 150, area + 150)
        facing = (chance.choice(ORIENTATIONS),)
        yield "layout, floors, price", ask(RoomWish(layouts=(code,), floors=floors, total_fen=prices, states=FOR_SALE))
        yield (
            "bedrooms, orientation, price",
            ask(
                RoomWish(bedrooms=(bedrooms,), orientations=facing, total_fen=prices, states=FOR_SALE), RoomOrder.PRICE
            ),
        )
        yield "area, floors, state", ask(RoomWish(built_x100=areas, floors=floors, states=FOR_SALE), RoomOrder.AREA)
        yield "orientation, floors, price", ask(RoomWish(orientations=facing, floors=floors, total_fen=prices))


def cards(stock: Stock, chance: random.Random) -> Iterator[tuple[str, Question]]:
    while True:
        phone = chance.choice(stock.phones)
        yield "card", lambda session, phone=phone: card_of(session, HOME, phone, NOW)  # type: ignore[misc]


def names(stock: Stock, chance: random.Random) -> Iterator[tuple[str, Question]]:
    """The end of a number, eight digits of it."""
    while True:
        part = chance.choice(stock.phones)[-8:]
        yield "end of a number", lambda session, part=part: quick_search(session, HOME, part, PAGE)  # type: ignore[misc]


async def waits(db: Database, questions: Iterator[tuple[str, Question]], count: int) -> dict[str, list[float]]:
    """Milliseconds of each question, by its shape, as whoever asked has waited."""
    for _ in range(WARM):
        await db.read(next(questions)[1])
    waited: dict[str, list[float]] = {}
    for _ in range(count):
        shape, question = next(questions)
        began = time.perf_counter()
        await db.read(question)
        waited.setdefault(shape, []).append((time.perf_counter() - began) * 1000)
    return waited


def p95(waited: list[float]) -> float:
    return sorted(waited)[int(len(waited) * 0.95)]


async def scans(db: Database, questions: Iterator[tuple[str, Question]], count: int) -> list[str]:
    """Statements of these questions whose plan reads a whole big table, each as "shape: what the plan says"."""
    found: set[str] = set()
    for _ in range(count):
        shape, question = next(questions)
        found |= {f"{shape}: {line}" for line in await db.read(_whole_tables, question)}
    return sorted(found)


def _whole_tables(session: Session, question: Question) -> list[str]:
    connection = session.connection()
    asked: list[tuple[str, Any]] = []

    def note(_: Connection, __: Any, statement: str, values: Any, *___: Any) -> None:
        asked.append((statement, values))

    event.listen(connection, "before_cursor_execute", note)
    try:
        question(session)
    finally:
        event.remove(connection, "before_cursor_execute", note)
    lines = []
    for statement, values in asked:
        explain = "EXPLAIN QUERY PLAN " if connection.dialect.name == "sqlite" else "EXPLAIN "
        for row in connection.exec_driver_sql(explain + statement, values):
            line = str(row[-1]).strip()
            if _reads_all(line):
                lines.append(line)
    return lines


def _reads_all(line: str) -> bool:
    """ "SCAN room" of SQLite, also when it reads all by an index, or by one that only tells tenants apart;
    "->  Seq Scan on room  (cost=…" of PostgreSQL."""
    words = line.replace("->", "").replace('"', "").split()
    match words:
        case ["SCAN", table, *_] | ["Seq", "Scan", "on", table, *_]:
            return table in BIG
        case ["SEARCH", table, *_, "(tenant_id=?)" | "(project_id=?)"]:
            return table in BIG
        case _:
            return False
