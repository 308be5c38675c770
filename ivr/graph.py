"""Questions about the ways between steps. Pure; deterministic: the order of the document decides."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

Ways = Mapping[str, Collection[str]]


def reached(begins: Iterable[Any], ways: Ways) -> set[str]:
    """Every step a caller can come to from `begins`."""
    seen: set[str] = set()
    todo = list(begins)
    while todo:
        name = todo.pop()
        if isinstance(name, str) and name in ways and name not in seen:
            seen.add(name)
            todo.extend(ways[name])
    return seen


def circle(ways: Ways) -> tuple[str, ...]:
    """Some way that leads back to where it began, or ().

    >>> circle({"a": ["b"], "b": ["c", "end"], "c": ["b"]})
    ('b', 'c')
    """
    done: set[str] = set()
    for start in ways:
        path: list[str] = []
        todo = [(start, iter(ways[start]))]
        while todo:
            name, rest = todo[-1]
            if name not in path:
                path.append(name)
            for target in rest:
                if target in path:
                    return tuple(path[path.index(target) :])
                if target in ways and target not in done:
                    todo.append((target, iter(ways[target])))
                    break
            else:
                done.add(name)
                path.pop()
                todo.pop()
    return ()


def lost(leads: Mapping[str, Mapping[str, str]], ends: Collection[str]) -> set[str]:
    """Steps from which none of `ends` can be reached."""
    saved = set(ends)
    while True:
        more = {name for name, exits in leads.items() if name not in saved and saved & set(exits.values())}
        if not more:
            return set(leads) - saved
        saved |= more
