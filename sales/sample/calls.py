"""Two years of calls in the ledger's tables, by the hour of the day; the tables are known by their names only.

Inbound calls have one leg and one CDR for the caller, answered ones another for the seat; outbound calls have one. Of
what happened within a call (`call_event`) nothing is told.
"""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import insert

from db.base import Base
from db.tenant import HOME
from dialplan.numbers import e164
from sales.sample.chance import draw
from sales.sample.days import END
from sales.sample.house import LEASED, LEASED_SEATS, MAIN, SEATS
from sales.sample.market import Market
from sales.sample.stage import BY, Stage

INBOUND, OUTBOUND, OF_LEASED = 9_000, 3_500, 240
FIRST = date(2022, 4, 1)
# how many calls an hour brings, beside the others; 10, 15 and 20 o'clock are the peaks
HOURS = {9: 6, 10: 11, 11: 9, 12: 5, 13: 5, 14: 8, 15: 11, 16: 9, 17: 7, 18: 6, 19: 8, 20: 10}
RESULTS = {"ivr_only": 36, "answered": 52, "abandoned": 9}
MESSAGES = 250
CLASSES = {"local": 70, "ddd": 24, "hkmt": 3, "intl": 1, "mobile": 2}
KNOWN = 0.55
NODES = {"ivr_only": ("room", "intro", "route", "bye"), "abandoned": ("operator",), "answered": ("operator",)}
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
Row = dict[str, Any]


class Book:
    """The rows of all calls, by table."""

    def __init__(self) -> None:
        self.rows: dict[str, list[Row]] = {"call": [], "call_leg": [], "cdr": [], "message": []}

    def write(self, stage: Stage) -> None:
        for name, rows in self.rows.items():
            stage.session.connection().execute(insert(Base.metadata.tables[name]), rows)


def ring(stage: Stage, market: Market, leased: int) -> None:
    """Bulk rows: a call is no act of the desk."""
    book = Book()
    known = [(key, market.people[number].person.phones[0]) for number, key in sorted(market.customers.items())]
    stream = stage.chance.of("calls in")
    results = stage.chance.deck("results", RESULTS, INBOUND - MESSAGES) + ["message"] * MESSAGES
    stage.chance.of("results in order").shuffle(results)
    for at, result in zip(_moments(stage, stream, INBOUND), results, strict=True):
        customer, number = stream.choice(known) if stream.random() < KNOWN else (None, _stranger(stream))
        _inbound(book, stream, (at, result, HOME), (customer, number))
    stream = stage.chance.of("calls in, leased")
    for at in _moments(stage, stream, OF_LEASED):
        _inbound(book, stream, (at, draw(stream, RESULTS), leased), (None, _stranger(stream)))
    stream = stage.chance.of("calls out")
    for at in _moments(stage, stream, OUTBOUND):
        _outbound(book, stream, at, stream.choice(known))
    book.write(stage)


def _moments(stage: Stage, stream: random.Random, count: int) -> list[datetime]:
    days = (END - FIRST).days + 1
    drawn = sorted(
        (stream.randrange(days), hour, stream.randrange(3600))
        for hour in stream.choices(list(HOURS), list(HOURS.values()), k=count)
    )
    return [
        (stage.agenda.days.at(FIRST + timedelta(days=day), time(hour)) + timedelta(seconds=second)).astimezone(UTC)
        for day, hour, second in drawn
    ]


def _inbound(book: Book, stream: random.Random, what: tuple[datetime, str, int], who: tuple[int | None, str]) -> None:
    at, result, tenant = what
    customer, number = who
    called, seats = (MAIN, SEATS) if tenant == HOME else (LEASED, LEASED_SEATS)
    menu = stream.randint(8, 90) if result != "message" else stream.randint(25, 60)
    talk = 0
    if result == "answered":
        talk = min(15 + int(stream.expovariate(1 / 120)), 1_500)
    elif result == "message":
        talk = stream.randint(4, 60)
    ring = stream.randint(3, 14) if result in ("answered", "abandoned") else 0
    answered, ended = at + timedelta(seconds=1), at + timedelta(seconds=1 + menu + ring + talk)
    key = _ulid(at, stream)
    lang = "en" if stream.random() < 0.04 else "zh"
    node = "leave" if result == "message" else stream.choice(NODES[result])
    keys = stream.randint(1, 9)
    book.rows["call"].append(
        _call(key, at, tenant, direction="in", caller=number, callee=called)
        | {"service": "main" if tenant == HOME else "yunshan", "flow": "main" if tenant == HOME else "default",
           "customer_id": customer, "lang": lang, "answered": answered, "ended": ended, "result": result,
           "duration_s": (ended - at).seconds, "billsec": (ended - answered).seconds, "disposition": "answered",
           "last_node": node, "cause": 16, "ended_by": "caller", "keys": keys}
    )  # fmt: skip
    _leg(book, key, tenant, ("caller", number, called), (at, answered, ended), "answered")
    if ring:
        rung, seat = answered + timedelta(seconds=menu), stream.choice(seats)
        taken = rung + timedelta(seconds=ring) if talk else None
        _leg(book, key, tenant, ("seat", called, seat), (rung, taken, ended), "answered" if taken else "gaveup")
    if result == "message":
        book.rows["message"].append(
            {"tenant_id": tenant, "call_id": key, "recording": f"{key}-1", "mailbox": "8000", "seconds": float(talk),
             "state": draw(stream, {"new": 12, "saved": 70, "deleted": 18}), "created_at": ended, "created_by": BY,
             "updated_at": ended, "row_version": 1}
        )  # fmt: skip


def _outbound(book: Book, stream: random.Random, at: datetime, known: tuple[int, str]) -> None:
    """A seat calls: a customer, or somebody else near or far."""
    kind, seat = draw(stream, CLASSES), stream.choice(SEATS)
    customer: int | None
    customer, number = known
    if kind not in ("local", "mobile") or stream.random() > 0.7:
        customer, number = None, _number(stream, kind)
    talk = 0 if stream.random() < 0.22 else min(10 + int(stream.expovariate(1 / 90)), 1_200)
    ring = stream.randint(4, 25)
    answered = at + timedelta(seconds=ring) if talk else None
    ended = at + timedelta(seconds=ring + talk)
    key = _ulid(at, stream)
    result = "answered" if talk else stream.choice(("no_answer", "busy"))
    book.rows["call"].append(
        _call(key, at, HOME, direction="out", caller=seat, callee=number)
        | {"customer_id": customer, "answered": answered, "ended": ended, "result": result,
           "duration_s": (ended - at).seconds, "billsec": talk, "disposition": "answered" if talk else "no_answer",
           "cause": 16 if talk else 19, "ended_by": "seat"}
    )  # fmt: skip
    _leg(book, key, HOME, ("seat", seat, number), (at, answered, ended), "answered" if talk else "noanswer", kind)


def _call(key: str, at: datetime, tenant: int, *, direction: str, caller: str, callee: str) -> Row:
    return {
        "tenant_id": tenant, "call_id": key, "linkedid": key, "channel": f"PJSIP/{key[-8:]}", "exchange": BY,
        "controller": "one", "direction": direction, "caller": caller, "caller_norm": e164(caller) or caller,
        "caller_name": "", "callee": callee, "callee_norm": e164(callee) or callee, "service": "", "flow": "",
        "flow_version": "", "lang": "", "started": at, "last_node": "", "keys": 0, "helps": 0, "invalids": 0,
    }  # fmt: skip


def _leg(
    book: Book, key: str, tenant: int, who: tuple[str, str, str], when: tuple[datetime, datetime | None, datetime],
    status: str, kind: str | None = None,
) -> None:  # fmt: skip
    """A leg and its CDR. who: role, caller, callee."""
    role, caller, callee = who
    started, answered, ended = when
    outgoing = kind is not None
    unique = f"{key}.{role}"
    seat = (caller if outgoing else callee) if role == "seat" else None
    book.rows["call_leg"].append(
        {"tenant_id": tenant, "call_id": key, "uniqueid": unique, "role": role,
         "number": callee if role == "seat" and not outgoing else caller, "started": started, "answered": answered,
         "ended": ended, "cause": 16, "dialstatus": status}
    )  # fmt: skip
    book.rows["cdr"].append(
        {"tenant_id": tenant, "call_id": key, "uniqueid": unique, "direction": "in" if role == "caller" else "out",
         "caller": caller, "callee": callee, "number_class": kind, "started": started, "answered": answered,
         "ended": ended, "duration_s": (ended - started).seconds,
         "billsec": (ended - answered).seconds if answered else 0,
         "disposition": "answered" if answered else "no_answer", "seat": seat, "department": None,
         "account_code": None}
    )  # fmt: skip


def _stranger(stream: random.Random) -> str:
    return f"138000{stream.randrange(10_000, 100_000)}"


def _number(stream: random.Random, kind: str) -> str:
    digits = f"{stream.randrange(10**7):07d}"
    match kind:
        case "ddd":
            return stream.choice(("0755", "0757", "010", "021")) + f"8{digits}"
        case "hkmt":
            return f"008522{digits}"
        case "intl":
            return f"001212{digits}"
        case "mobile":
            return _stranger(stream)
        case _:
            return f"3{digits}"


def _ulid(at: datetime, stream: random.Random) -> str:
    number = int(at.timestamp() * 1000) << 80 | stream.getrandbits(80)
    return "".join(CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))
