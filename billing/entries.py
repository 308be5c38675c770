"""Facts and records as rows, and back: pure."""

from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any

from calls.facts import KINDS, Fact, KeyPressed
from calls.record import CallRecord, whole_seconds
from db.work import clean, to_json
from dialplan.numbers import e164

MASK = "•"  # what is stored of a secret key
Values = dict[str, Any]


def _reader(kind: type[Fact]) -> Callable[[Fact], tuple[Any, ...]]:
    names = _names(kind)
    match len(names):
        case 0:
            return lambda fact: ()
        case 1:
            read = attrgetter(names[0])
            return lambda fact: (read(fact),)
        case _:
            return attrgetter(*names)


def _names(kind: type[Fact]) -> tuple[str, ...]:
    return tuple(name for name in kind.__dataclass_fields__ if name not in ("call", "at"))


# a fact's own fields, found once per kind: `dataclasses.fields` for each fact would cost more than storing it
_FIELDS = {kind: (_names(kind), _reader(kind)) for kind in KINDS.values()}


def event(fact: Fact, tenant: int) -> Values:
    """The row of `call_event`."""
    names, read = _FIELDS[type(fact)]
    data = dict(zip(names, read(fact), strict=True))
    if isinstance(fact, KeyPressed) and fact.private:
        data["key"] = MASK
    text = to_json(data)
    name = f"{fact.at.timestamp()} {fact.kind} {text}"
    return {
        "tenant_id": tenant,
        "call_id": fact.call,
        "digest": int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), "big", signed=True),
        "ts": fact.at,
        "kind": fact.kind,
        "data": text,
    }


def fact(call_id: str, kind: str, ts: datetime, data: Values) -> Fact | None:
    """The fact a row was made of; None if this code knows no such kind or shape (a newer one wrote it)."""
    known = KINDS.get(kind)
    if known is None:
        return None
    try:
        return known(call=call_id, at=ts, **{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})
    except TypeError:
        return None


def call(record: CallRecord, tenant: int) -> Values:
    """The row of `call`."""
    return {
        "tenant_id": tenant,
        "call_id": record.call_id,
        "linkedid": record.linkedid,
        "channel": record.channel,
        "exchange": record.exchange,
        "controller": record.controller,
        "direction": "in",
        "caller": clean(record.caller, 64),
        "caller_norm": e164(record.caller) or clean(record.caller, 64),
        "caller_name": clean(record.name, 128),
        "callee": clean(record.callee, 64),
        "callee_norm": e164(record.callee) or clean(record.callee, 64),
        "service": record.service,
        "flow": record.flow,
        "flow_version": record.version,
        "customer_id": record.customer,
        "lang": record.lang[:2],
        "started": record.started,
        "answered": record.answered,
        "ended": record.ended,
        "duration_s": record.duration_s if record.ended else None,
        "billsec": record.billsec if record.ended else None,
        "disposition": record.disposition if record.ended else None,
        "result": record.result,
        "last_node": record.last_node[:64],
        "cause": record.cause,
        "ended_by": record.by[:32] if record.ended else None,
        "keys": record.keys,
        "helps": record.helps,
        "invalids": record.invalids,
    }


def legs(record: CallRecord, tenant: int) -> Iterator[Values]:
    """The rows of `call_leg`."""
    for leg in record.legs:
        yield {
            "tenant_id": tenant,
            "call_id": record.call_id,
            "uniqueid": leg.uniqueid[:64],
            "role": leg.role,
            "number": clean(leg.number, 64),
            "started": leg.started,
            "answered": leg.answered,
            "ended": leg.ended,
            "cause": leg.cause,
            "dialstatus": leg.status,
        }


def cdrs(record: CallRecord, tenant: int) -> Iterator[Values]:
    """The rows of `cdr`: one per leg that has ended. A party is called from the number dialled by the caller."""
    for leg in record.legs:
        if leg.ended is None:
            continue
        inbound = leg.role == "caller"
        yield {
            "tenant_id": tenant,
            "call_id": record.call_id,
            "uniqueid": leg.uniqueid[:64],
            "direction": "in" if inbound else "out",
            "caller": clean(record.caller if inbound else record.callee, 64),
            "callee": clean(record.callee if inbound else leg.number, 64),
            "started": leg.started,
            "answered": leg.answered,
            "ended": leg.ended,
            "duration_s": whole_seconds(leg.started, leg.ended),
            "billsec": whole_seconds(leg.answered, leg.ended),
            "disposition": _DISPOSITION.get(leg.status, "failed"),
            "seat": leg.number[:16] if leg.role == "seat" else None,
        }


_DISPOSITION = {"answered": "answered", "busy": "busy", "rejected": "busy"} | dict.fromkeys(
    ("noanswer", "gaveup", ""), "no_answer"
)


def recordings(record: CallRecord, tenant: int) -> Iterator[Values]:
    """The rows of `recording`."""
    for made in record.recordings:
        yield {
            "tenant_id": tenant,
            "call_id": record.call_id,
            "name": made.name,
            "file": made.file,
            "seconds": made.seconds,
            "ended_by": made.ended,
            "made_at": made.at,
            "notice_played": False,
        }
