"""Asterisk's own description of its REST interface, read from a running server, and what does not agree with it.

Nothing of it is kept here: the server is asked each time (`GET /api-docs/resources.json` and the documents it names).
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp

from asterisk.ari.address import Address

WHOLE: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "long": (int,),
    "string": (str,),
    "boolean": (bool,),
    "double": (int, float),
    "Date": (str,),
    "object": (dict, list),
}


@dataclass(frozen=True, slots=True)
class Operation:
    path: frozenset[str]
    query: frozenset[str]
    body: bool
    answer: str  # the model of what it answers


@dataclass(frozen=True, slots=True)
class Description:
    """operations: ("POST", "/channels/{channelId}/play") → its parameters; models: name → fields."""

    operations: Mapping[tuple[str, str], Operation]
    models: Mapping[str, Mapping[str, Any]]
    events: frozenset[str]

    def fields(self, model: str) -> dict[str, Any]:
        """Of a model, those it inherits included."""
        described = self.models[model]
        parents = [name for name, other in self.models.items() if model in other.get("subTypes", ())]
        inherited = [self.fields(parent) for parent in parents]
        return {name: field for part in (*inherited, described["properties"]) for name, field in part.items()}

    def unlike_operation(self, method: str, path: str, query: Iterable[str], body: bool) -> list[str]:
        """What is wrong with using this operation so."""
        known = self.operations.get((method, path))
        if known is None:
            return [f"{method} {path} does not exist"]
        wrong = [f"{method} {path} has no parameter {name}" for name in query if name not in known.query]
        named = set(re.findall(r"\{(\w+)\}", path))
        wrong += [f"{method} {path}: {name} is not part of the path" for name in sorted(named ^ known.path)]
        return wrong + ([f"{method} {path} takes no body"] if body and not known.body else [])

    def unlike_model(self, model: str, value: object, where: str = "") -> list[str]:
        """What is wrong with this JSON as a value of that model."""
        where = where or model
        if model.startswith("List["):
            if not isinstance(value, list):
                return [f"{where} is no list"]
            return [wrong for one in value for wrong in self.unlike_model(model[5:-1], one, f"{where}[]")]
        if model in WHOLE:
            right = isinstance(value, WHOLE[model]) and not (model in ("int", "long") and isinstance(value, bool))
            return [] if right else [f"{where} is no {model}: {value!r}"]
        if model not in self.models:
            return []  # a "containers" and the like: anything goes
        if not isinstance(value, dict):
            return [f"{where} is no {model}: {value!r}"]
        fields = self.fields(model)
        wrong = [
            f"{where} lacks {name}" for name, field in fields.items() if field.get("required") and name not in value
        ]
        for name, inner in value.items():
            if name in fields:
                wrong += self.unlike_model(fields[name]["type"], inner, f"{where}.{name}")
            else:
                wrong.append(f"{where} has no {name}")
        return wrong


async def describe(address: Address) -> Description:
    """Ask a running exchange."""
    async with aiohttp.ClientSession(headers=address.headers) as session:

        async def get(path: str) -> Any:
            async with session.get(f"{address.url}{path}") as answer:
                assert answer.status == 200, (path, answer.status)
                return await answer.json()

        named = [api["path"].replace("{format}", "json") for api in (await get("/api-docs/resources.json"))["apis"]]
        documents = [await get(path) for path in named]
    operations: dict[tuple[str, str], Operation] = {}
    models: dict[str, Any] = {}
    for document in documents:
        models |= document.get("models", {})
        for api in document["apis"]:
            for one in api["operations"]:
                operations[one["httpMethod"], api["path"]] = _operation(one)
    events = frozenset(_below("Event", models))
    return Description(operations, models, events)


def _operation(raw: Mapping[str, Any]) -> Operation:
    parameters = raw.get("parameters", [])

    def named(kind: str) -> frozenset[str]:
        return frozenset(one["name"] for one in parameters if one["paramType"] == kind)

    return Operation(named("path"), named("query"), bool(named("body")), raw["responseClass"])


def _below(model: str, models: Mapping[str, Any]) -> set[str]:
    direct = models[model].get("subTypes", [])
    return {*direct, *(name for one in direct for name in _below(one, models))}
