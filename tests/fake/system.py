"""The exchange itself and its applications. Statuses and messages are those of the real exchange."""

import re

from tests.fake.exchange import Exchange
from tests.fake.routes import DONE, Ask, Reply, Trouble, app_of, route


@route("GET", "/asterisk/ping")
async def ping(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, {"ping": "pong", "timestamp": exchange.stamp(), "asterisk_id": exchange.entity})


SHARED = re.compile(r"SHARED\((\w+),([^)]+)\)")


@route("GET", "/asterisk/info", "only")
async def info(exchange: Exchange, ask: Ask) -> Reply:
    setid = {"user": "", "group": ""}
    whole = {
        "build": {"os": "Linux", "kernel": "", "machine": "", "options": "", "date": "", "user": ""},
        "system": {"version": exchange.version, "entity_id": exchange.entity},
        "config": {"name": "fake", "default_language": "en", "setid": setid},
        "status": {"startup_time": exchange.startup, "last_reload_time": exchange.startup},
    }
    only = [one for one in ask.query.get("only", "").split(",") if one]
    return Reply(200, {part: value for part, value in whole.items() if not only or part in only})


@route("GET", "/asterisk/variable", "variable")
async def get_global(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, {"value": exchange.globals.get(ask.query["variable"], "")})


@route("POST", "/asterisk/variable", "variable", "value")
async def set_global(exchange: Exchange, ask: Ask) -> Reply:
    name, value = ask.query["variable"], ask.query.get("value", "")
    if shared := SHARED.fullmatch(name):  # a function that reaches a channel, and never waits for it
        if (channel := exchange.channels.get(shared[2])) is not None:
            channel.set(f"SHARED({shared[1]})", value)
    else:
        exchange.globals[name] = value
    return DONE


@route("GET", "/applications")
async def applications(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, [app.json() for app in exchange.apps.values()])


@route("GET", "/applications/{applicationName}")
async def application(exchange: Exchange, ask: Ask) -> Reply:
    return Reply(200, app_of(exchange, ask.path["applicationName"]).json())


@route("POST", "/applications/{applicationName}/subscription", "eventSource")
async def subscribe(exchange: Exchange, ask: Ask) -> Reply:
    app = app_of(exchange, ask.path["applicationName"])
    kind, _, id = ask.query["eventSource"].partition(":")
    if id not in (exchange.channels if kind == "channel" else exchange.bridges):
        raise Trouble(422, "Event source does not exist")
    if kind == "channel":
        app.watched.add(id)
    elif kind == "bridge":
        app.bridges.add(id)
    return Reply(200, app.json())


@route("DELETE", "/applications/{applicationName}/subscription", "eventSource")
async def unsubscribe(exchange: Exchange, ask: Ask) -> Reply:
    app = app_of(exchange, ask.path["applicationName"])
    kind, _, id = ask.query["eventSource"].partition(":")
    (app.watched if kind == "channel" else app.bridges).discard(id)
    return Reply(200, app.json())


@route("PUT", "/applications/{applicationName}/eventFilter", body=True)
async def filter_events(exchange: Exchange, ask: Ask) -> Reply:
    app = app_of(exchange, ask.path["applicationName"])
    app.allowed = list((ask.body or {}).get("allowed") or [])
    return Reply(200, app.json())


@route("POST", "/events/user/{eventName}", "application", "source", body=True)
async def user_event(exchange: Exchange, ask: Ask) -> Reply:
    app = app_of(exchange, ask.query["application"])
    said = dict((ask.body or {}).get("variables") or {})
    name = ask.path["eventName"]
    exchange.emit("ChannelUserevent", only=app, eventname=name, userevent={**said, "eventname": name})
    return DONE
