"""Facts and records as rows, and back: pure."""

from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any
from zlib import crc32

from calls.facts import KINDS, CallOffered, Fact, KeyPressed
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
    return tuple(field.name for field in fields(kind) if field.name not in ("call", "at"))


# a fact's own fields, found once per kind: `dataclasses.fields` for each fact would cost more than storing it
_FIELDS = {kind: (_names(kind), _reader(kind), crc32(kind.kind.encode())) for kind in KINDS.values()}


EVENT = ("tenant_id", "call_id", "digest", "ts", "kind", "data")


def event(fact: Fact, tenant: int) -> tuple[Any, ...]:
    """The row of `call_event`, in the order of EVENT: the only kind of row that there is more than a few of."""
    names, read, seed = _FIELDS[type(fact)]
    data = dict(zip(names, read(fact), strict=True))
    if isinstance(fact, KeyPressed) and fact.private:
        data["key"] = MASK
    text = to_json(data)
    at = fact.at
    # 64 bits, signed: what and when. Facts of one call that agree in it are the same fact.
    digest = ((crc32(text.encode(), seed) << 32) | (int(at.timestamp() * 1e6) & 0xFFFFFFFF)) - (1 << 63)
    return tenant, fact.call, digest, at, fact.kind, text


def fact(call_id: str, kind: str, ts: datetime, data: Values) -> Fact | None:
    """The fact a row was made of; None if this code knows no such kind or shape (a newer one wrote it)."""
    known = KINDS.get(kind)
    if known is None:
        return None
    try:
        return known(call=call_id, at=ts, **{k: tuple(v) if isinstance(v, list) else v for k, v in data.items()})
    except TypeError:
        return None


def opening(offer: CallOffered, tenant: int) -> Values:
    """What the row of `call` begins with; the rest is filled in by `ending`."""
    caller, callee = clean(offer.caller, 64), clean(offer.callee, 64)
    return {
        "tenant_id": tenant,
        "call_id": offer.call,
        "linkedid": offer.linkedid[:64],
        "channel": offer.channel[:64],
        "exchange": offer.exchange,
        "controller": offer.controller,
        "direction": "in",
        "caller": caller,
        "caller_norm": e164(caller) or caller,
        "caller_name": clean(offer.name, 128),
        "callee": callee,
        "callee_norm": e164(callee) or callee,
        "service": "",
        "flow": "",
        "flow_version": "",
        "lang": "",
        "started": offer.at,
        "last_node": "",
        "keys": 0,
        "helps": 0,
        "invalids": 0,
    }


def beginning(record: CallRecord) -> CallOffered:
    """The offer of a call nobody heard being offered, as far as its record tells."""
    return CallOffered(
        call=record.call_id,
        at=record.started,
        channel=record.channel,
        linkedid=record.linkedid,
        caller=record.caller,
        callee=record.callee,
        name=record.name,
        exchange=record.exchange,
        controller=record.controller,
    )


def ending(record: CallRecord) -> Values:
    """What the end of a call fills in."""
    return {
        "call_id": record.call_id,
        "controller": record.controller,
        "service": record.service,
        "flow": record.flow,
        "flow_version": record.version,
        "customer_id": record.customer,
        "lang": record.lang[:2],
        "answered": record.answered,
        "ended": record.ended,
        "duration_s": record.duration_s,
        "billsec": record.billsec,
        "disposition": record.disposition,
        "result": record.result,
        "last_node": record.last_node[:64],
        "cause": record.cause,
        "ended_by": record.by[:32],
        "keys": record.keys,
        "helps": record.helps,
        "invalids": record.invalids,
        "csat": record.csat,
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
