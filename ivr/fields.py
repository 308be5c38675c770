"""From what stands in a document to the fields of a step: each kind of field has one reader and one complaint."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from dialplan.functions import FUNCTIONS
from ivr.program import PROGRAMS
from ivr.step import Fault, Option, Options, ProgramName, Step

KEYS = frozenset("0123456789*#")
NOTE = "note"  # an administrator's own words; every step may have one


class Unreadable(Exception):
    """A value that is not of its field's kind. `where` is the path within the field."""

    def __init__(self, en: str, zh: str, where: str = "") -> None:
        super().__init__(en)
        self.en, self.zh, self.where = en, zh, where


def build(kind: type[Step], values: Mapping[str, Any]) -> tuple[Step | None, list[Fault]]:
    """A step of `kind` from its fields, or None and everything that is wrong with them."""
    hints = _hints(kind)
    faults, read = [], {}
    for name, value in values.items():
        if name == NOTE:
            continue
        if name not in hints:
            known = "、".join(hints) or "–"
            en = f"a “{kind.kind}” step has no field “{name}”; it has: {', '.join(hints) or 'none'}"
            faults.append(Fault(name, en, f"“{kind.title['zh']}”步骤没有字段“{name}”，可用字段：{known}"))
            continue
        try:
            read[name] = _read(hints[name], value)
        except Unreadable as wrong:
            faults.append(Fault(f"{name}{wrong.where}", wrong.en, wrong.zh))
    for field in fields(kind):  # type: ignore[arg-type]
        if field.name not in values and field.default is MISSING:
            faults.append(
                Fault(field.name, f"field “{field.name}” is missing; add it", f"缺少字段“{field.name}”，请补上")
            )
    if faults:
        return None, faults
    step = kind(**read)
    faults = list(step.faults())
    return (None if faults else step), faults


@cache
def _hints(kind: type[Step]) -> Mapping[str, Any]:
    hints = get_type_hints(kind)
    return {field.name: hints[field.name] for field in fields(kind)}  # type: ignore[arg-type]


def _read(hint: Any, value: Any) -> Any:
    if get_origin(hint) is Literal:
        return _one_of(get_args(hint), value)
    return READERS[hint](value)


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise Unreadable("must be a text in quotes, and not empty", "须为引号内的文字，且不能为空")
    return value


def _whole(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise Unreadable("must be a whole number, without quotes", "须为整数，不加引号")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unreadable("must be true or false, without quotes", "须为 true 或 false，不加引号")
    return value


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(text, str) and text for text in value):
        raise Unreadable('must be a list of texts, like ["company"]', '须为文字列表，例如 ["company"]')
    return tuple(value)


def _one_of(known: tuple[str, ...], value: Any) -> str:
    if value not in known:
        raise Unreadable(
            f"“{value}” is not known; it can be: {', '.join(known)}", f"“{value}”不存在，可选：{'、'.join(known)}"
        )
    return str(value)


def _options(value: Any) -> Options:
    if not isinstance(value, dict) or not value:
        raise Unreadable(
            'must be like {"1": {"say": "root_1", "exit": "query"}}', '格式如 {"1": {"say": "root_1", "exit": "query"}}'
        )
    return {key: _option(key, option) for key, option in value.items()}


def _option(key: str, value: Any) -> Option:
    where = f".{key}"
    if not key or not set(key) <= KEYS:
        raise Unreadable(f"“{key}” is no key; keys are 0–9, * and #", f"“{key}”不是按键，按键只能是 0–9、* 和 #", where)
    if not isinstance(value, dict):
        raise Unreadable(
            'must be like {"say": "root_1", "exit": "query"}', '格式如 {"say": "root_1", "exit": "query"}', where
        )
    for name in value:
        if name not in ("say", "exit", "enabled", "feature", NOTE):
            raise Unreadable(
                f"an option has no field “{name}”; it has: say, exit, enabled, feature",
                f"选项没有字段“{name}”，可用字段：say、exit、enabled、feature",
                where,
            )
    feature = ""
    if "feature" in value:
        try:
            feature = _one_of(tuple(FUNCTIONS), value["feature"])
        except Unreadable as wrong:
            raise Unreadable(wrong.en, wrong.zh, f"{where}.feature") from None
    try:
        return Option(_text(value.get("say")), _text(value.get("exit")), _flag(value.get("enabled", True)), feature)
    except Unreadable as wrong:
        raise Unreadable(
            f"“say”, “exit”, “enabled”: one of them {wrong.en}", f"say、exit 或 enabled {wrong.zh}", where
        ) from None


READERS: Mapping[Any, Callable[[Any], Any]] = {
    str: _text,
    int: _whole,
    bool: _flag,
    tuple[str, ...]: _texts,
    Options: _options,
    ProgramName: lambda value: _one_of(tuple(PROGRAMS), value),
}
