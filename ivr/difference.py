"""What differs between two documents of a flow, in words for whoever is not a programmer. Pure.

root: key 4 leads to boards, before: nowhere
root: key 3 is off (传真资料，请按3。)
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ivr.check import Catalogue
from ivr.flow import END, Document

Line = tuple[str, str]  # Mandarin, English
FIELDS = {"say": ("提示音", "prompt"), "help": ("帮助提示", "help"), "note": ("备注", "note")}
TOP = {"start": ("起始步骤", "first step"), "trouble": ("故障时的步骤", "step in trouble"), "note": ("备注", "note")}


def difference(old: Document, new: Document, catalogue: Catalogue) -> list[Line]:
    """A line for each difference, in the order of the new document; none: callers will notice nothing."""
    return list(_Compared(old, new, catalogue).lines())


class _Compared:
    def __init__(self, old: Document, new: Document, catalogue: Catalogue) -> None:
        self._old, self._new, self._catalogue = old, new, catalogue

    def lines(self) -> Iterator[Line]:
        for field, (zh, en) in TOP.items():
            was, now = self._old.get(field), self._new.get(field)
            if was != now:
                old, new = _quoted(was), _quoted(now)
                yield f"{zh}改为{new[0]}，原为{old[0]}", f"{en} is now {new[1]}, before: {old[1]}"
        before, after = self._old["steps"], self._new["steps"]
        for name, box in after.items():
            if name not in before:
                yield f"新增步骤 {name}（{box['kind']}）", f"new step {name} ({box['kind']})"
            elif box != before[name] or _order(box) != _order(before[name]):
                yield from self._step(name, before[name], box)
        for name in before:
            if name not in after:
                yield f"删除步骤 {name}", f"step {name} is gone"

    def _step(self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Line]:
        if old["kind"] != new["kind"]:
            yield (
                f"{name}：类型由 {old['kind']} 改为 {new['kind']}",
                f"{name}: is now of the kind {new['kind']}, before: {old['kind']}",
            )
        for field in dict.fromkeys((*old, *new)):
            if field not in ("kind", "leads", "options"):
                zh, en = FIELDS.get(field, (field, field))
                yield from self._value(name, zh, en, old.get(field), new.get(field))
        yield from self._options(name, old, new)
        keyed = {option["exit"] for box in (old, new) for option in box.get("options", {}).values()}
        for exit in dict.fromkeys((*old.get("leads", {}), *new.get("leads", {}))):
            was, now = old.get("leads", {}).get(exit), new.get("leads", {}).get(exit)
            if exit not in keyed and was != now:
                yield (
                    f"{name}：出口“{exit}”通往{_place(now)[0]}，原为{_place(was)[0]}",
                    f"{name}: “{exit}” leads to {_place(now)[1]}, before: {_place(was)[1]}",
                )

    def _options(self, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Line]:
        before, after = old.get("options", {}), new.get("options", {})
        for key in dict.fromkeys((*before, *after)):
            was, now = before.get(key), after.get(key)
            if now is None:
                yield (
                    f"{name}：取消按键 {key}（{self._words(was)[0]}）",
                    f"{name}: key {key} is gone ({self._words(was)[1]})",
                )
                continue
            target, (zh, en) = _place(_target(new, now)), self._words(now)
            if was is None:
                off = ("，目前停用", ", switched off") if not now.get("enabled", True) else ("", "")
                yield (
                    f"{name}：新增按键 {key}，通往{target[0]}（{zh}）{off[0]}",
                    f"{name}: new key {key} leads to {target[1]} ({en}){off[1]}",
                )
                continue
            if _target(old, was) != _target(new, now):
                source = _place(_target(old, was))
                yield (
                    f"{name}：按键 {key} 通往{target[0]}，原为{source[0]}",
                    f"{name}: key {key} leads to {target[1]}, before: {source[1]}",
                )
            if was["say"] != now["say"]:
                yield (
                    f"{name}：按键 {key} 的提示改为“{zh}”，原为“{self._words(was)[0]}”",
                    f"{name}: key {key} is offered as “{en}”, before: “{self._words(was)[1]}”",
                )
            if was.get("enabled", True) != now.get("enabled", True):
                on = now.get("enabled", True)
                yield (
                    f"{name}：按键 {key} 已{'启用' if on else '停用'}（{zh}）",
                    f"{name}: key {key} is switched {'on' if on else 'off'} ({en})",
                )
            if was.get("feature") != now.get("feature"):
                yield from self._value(
                    name, f"按键 {key} 所属功能", f"feature of key {key}", was.get("feature"), now.get("feature")
                )
        common = [key for key in before if key in after], [key for key in after if key in before]
        if common[0] != common[1]:
            keys = " ".join(after)
            yield f"{name}：按键播报顺序改为 {keys}", f"{name}: the keys are offered in another order: {keys}"

    def _value(self, name: str, zh: str, en: str, was: Any, now: Any) -> Iterator[Line]:
        if was == now:
            return
        old, new = self._words_of(was), self._words_of(now)
        yield f"{name}：{zh}改为{new[0]}，原为{old[0]}", f"{name}: {en} is now {new[1]}, before: {old[1]}"

    def _words(self, option: Mapping[str, Any]) -> Line:
        return self._spoken(option["say"])

    def _spoken(self, prompt: str) -> Line:
        entry = self._catalogue.get(prompt)
        return (entry.words.get("zh", prompt), entry.words.get("en", prompt)) if entry else (prompt, prompt)

    def _words_of(self, value: Any) -> Line:
        """A value of a field, as it is read aloud where it is a prompt."""
        if isinstance(value, str) and value in self._catalogue:
            zh, en = self._spoken(value)
            return f"“{zh}”", f"“{en}”"
        return _quoted(value)


def _quoted(value: Any) -> Line:
    match value:
        case None:
            return "（无）", "nothing"
        case bool():
            return ("是", "yes") if value else ("否", "no")
        case list():
            text = ", ".join(map(str, value))
        case _:
            text = str(value)
    return f"“{text}”", f"“{text}”"


def _target(box: Mapping[str, Any], option: Mapping[str, Any]) -> str | None:
    target: str | None = box.get("leads", {}).get(option["exit"])
    return target


def _place(target: str | None) -> Line:
    if target is None:
        return "（无）", "nowhere"
    return ("通话结束", "the end of the call") if target == END else (f" {target} ", target)


def _order(box: Mapping[str, Any]) -> list[str]:
    return list(box.get("options", {}))
