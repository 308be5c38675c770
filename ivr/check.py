"""Everything that forbids publishing a flow, in the administrator's words: which step, what is wrong, what to do.

A document without problems can be loaded and walked whatever the caller does (proved in tests/ivr/test_check.py).
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from ivr import graph
from ivr.fields import NOTE, build
from ivr.flow import END, FORMAT
from ivr.step import KINDS, Step
from ivr.walk import PROMPTS

LANGUAGES = {"zh": ("Mandarin", "中文"), "en": ("English", "英文")}
NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
TOP = ("flow", "format", "start", "trouble", "steps", NOTE)


class Entry(Protocol):
    """A prompt as the catalogue knows it."""

    @property
    def words(self) -> Mapping[str, str]: ...

    @property
    def slots(self) -> Collection[str]: ...


Catalogue = Mapping[str, Entry]


@dataclass(frozen=True, slots=True)
class Problem:
    """step: the step it concerns, "" = the whole document; field: the field of it, "" = the step itself."""

    step: str
    field: str
    text_en: str
    text_zh: str

    def __str__(self) -> str:
        where = " ".join(word for word in (self.step, self.field) if word)
        return f"{where}: {self.text_en}" if where else self.text_en


class Twice(dict[str, Any]):
    """A JSON object in which a name stands more than once; plain JSON readers keep the last one and say nothing."""

    names: tuple[str, ...] = ()


def parse(text: str) -> tuple[Any, list[Problem]]:
    """The document written in `text`, or None and where its JSON is broken."""
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_refuse), []
    except json.JSONDecodeError as broken:
        where = f"line {broken.lineno}, column {broken.colno}"
        en = f"this is not JSON: {broken.msg} at {where}; look for a missing comma, quote or bracket just before it"
        zh = f"第 {broken.lineno} 行第 {broken.colno} 列不是合法的 JSON；请检查前面是否缺少逗号、引号或括号"
        return None, [Problem("", "", en, zh)]
    except (ValueError, RecursionError) as broken:
        return None, [Problem("", "", f"this is not JSON: {broken}", f"不是合法的 JSON：{broken}")]


def check(document: Any, catalogue: Catalogue) -> list[Problem]:
    """All problems of a document as `parse` gave it; none: it may be published."""
    if not isinstance(document, dict) or not isinstance(document.get("steps"), dict):
        en = 'a flow is an object with "flow", "format", "start" and "steps"; write it like the shipped main.json'
        return [Problem("", "", en, "流程文件须包含 flow、format、start 和 steps，请参照自带的 main.json")]
    found = list(_top(document))
    steps: dict[str, Step] = {}
    for name, box in document["steps"].items():
        step, problems = _step(name, box)
        found += problems
        if step is not None:
            steps[name] = step
            found += _leads(name, step, box, document["steps"])
            found += _prompts(name, step, catalogue)
    found += _prompts_of_the_way(catalogue)
    found += _ways(document, steps, sound=not found)
    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = Twice(pairs)
    if len(made) < len(pairs):
        names = [name for name, _ in pairs]
        made.names = tuple(name for name in made if names.count(name) > 1)
        return made
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number; write one in digits")


def _twice(step: str, field: str, value: Any) -> Iterator[Problem]:
    if isinstance(value, Twice):
        for name in value.names:
            en = f"“{name}” stands here more than once; only one of them would count, so remove the others"
            yield Problem(step, field, en, f"“{name}”重复出现，只有一个会生效，请删除多余的")
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _twice(step, f"{field}.{name}".strip("."), part)


def _top(document: dict[str, Any]) -> Iterator[Problem]:
    yield from _twice("", "", {name: part for name, part in document.items() if name != "steps"})
    if isinstance(document, Twice):
        yield from _twice("", "", Twice(document) if not document.names else _only_names(document))
    if isinstance(document["steps"], Twice):
        for name in document["steps"].names:
            yield Problem(
                name, "", "two steps have this name; rename one of them", "有两个步骤同名，请修改其中一个的名称"
            )
    for name in document:
        if name not in TOP:
            yield Problem(
                "", name, f"unknown; a flow has: {', '.join(TOP)}", f"未知字段，流程可用字段：{'、'.join(TOP)}"
            )
    flow = document.get("flow")
    if not isinstance(flow, str) or not NAME.fullmatch(flow):
        yield Problem("", "flow", *_naming("the flow needs a name", "流程需要名称"))
    if document.get("format") != FORMAT or isinstance(document.get("format"), bool):
        yield Problem("", "format", f"must be {FORMAT}, the only format there is", f"须为 {FORMAT}（目前唯一的格式）")
    for field in ("start", "trouble"):
        target = document.get(field)
        if field == "trouble" and target is None:
            continue
        if not isinstance(target, str) or target not in document["steps"]:
            en = f"the flow's “{field}” must be the name of one of its steps, and “{target}” is none"
            yield Problem("", field, en, f"流程的 {field} 须为某个步骤的名称，“{target}”不存在")


def _only_names(document: Twice) -> Twice:
    bare = Twice()
    bare.names = document.names
    return bare


def _naming(en: str, zh: str) -> tuple[str, str]:
    return (
        f"{en}: small letters, digits and _, beginning with a letter, at most 40",
        f"{zh}：须以小写字母开头，只含小写字母、数字和下划线，最多 40 个字符",
    )


def _step(name: str, box: Any) -> tuple[Step | None, list[Problem]]:
    problems = list(_twice(name, "", box))
    if not NAME.fullmatch(name) or name == END:
        problems.append(Problem(name, "", *_naming("a step needs another name", "步骤需要换一个名称")))
    if not isinstance(box, dict):
        return None, [*problems, Problem(name, "", "a step is an object with a “kind”", "步骤须为含有 kind 的对象")]
    kind = box.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        kinds = ", ".join(sorted(KINDS))
        en = f"there is no kind of step “{kind}”; the kinds are: {kinds}"
        return None, [*problems, Problem(name, "kind", en, f"没有“{kind}”这种步骤，可用的有：{kinds}")]
    values = {field: value for field, value in box.items() if field not in ("kind", "leads")}
    step, faults = build(KINDS[kind], values)
    problems += [Problem(name, fault.field, fault.en, fault.zh) for fault in faults]
    return step, problems


def _leads(name: str, step: Step, box: dict[str, Any], steps: Collection[str]) -> Iterator[Problem]:
    leads = box.get("leads", {})
    if not isinstance(leads, dict):
        yield Problem(name, "leads", 'must be like {"done": "root"}', '格式如 {"done": "root"}')
        return
    exits = tuple(dict.fromkeys(step.exits()))
    for exit in exits:
        if exit not in leads:
            en = f'nothing follows the exit “{exit}”; add "{exit}": a step, or "{END}"'
            yield Problem(name, f"leads.{exit}", en, f'出口“{exit}”没有去向，请为它指定一个步骤或 "{END}"')
    for exit, target in leads.items():
        if exit not in exits:
            known = ", ".join(exits) or "none"
            en = f"this step has no exit “{exit}”; its exits are: {known}"
            yield Problem(name, f"leads.{exit}", en, f"该步骤没有出口“{exit}”，它的出口有：{known}")
        if not isinstance(target, str) or (target != END and target not in steps):
            en = f"“{exit}” leads to “{target}”, which does not exist; correct the name or add that step"
            yield Problem(name, f"leads.{exit}", en, f"出口“{exit}”通往的步骤“{target}”不存在，请改正名称或添加该步骤")


def _prompts(name: str, step: Step, catalogue: Catalogue) -> Iterator[Problem]:
    for prompt, slots in step.prompts().items():
        yield from _prompt(name, prompt, slots, catalogue)


def _prompts_of_the_way(catalogue: Catalogue) -> Iterator[Problem]:
    for prompt in PROMPTS:
        yield from _prompt("", prompt, (), catalogue)


def _prompt(step: str, prompt: str, slots: Collection[str], catalogue: Catalogue) -> Iterator[Problem]:
    entry = catalogue.get(prompt)
    if entry is None:
        en = f"there is no prompt “{prompt}”; correct the name or add it to the catalogue in both languages"
        yield Problem(step, prompt, en, f"没有提示音“{prompt}”，请改正名称，或在提示音目录中补上中英文")
        return
    for lang, (en_name, zh_name) in LANGUAGES.items():
        if not entry.words.get(lang):
            en = f"the prompt “{prompt}” is missing in {en_name}; add its words to the catalogue"
            yield Problem(step, prompt, en, f"提示音“{prompt}”缺少{zh_name}，请在提示音目录中补上")
    for slot in sorted(set(entry.slots) - set(slots)):
        en = f"the prompt “{prompt}” needs {{{slot}}}, which this step does not fill; choose another prompt"
        zh = f"提示音“{prompt}”需要 {{{slot}}}，该步骤无法提供，请换一个提示音"
        if step and slot in ("company", "project"):
            en += f', or, in a “play” step, write "slots": ["{slot}"]'
            zh += f'，或在 play 步骤中写 "slots": ["{slot}"]'
        yield Problem(step, prompt, en, zh)


def _ways(document: dict[str, Any], steps: Mapping[str, Step], *, sound: bool) -> Iterator[Problem]:
    """What is wrong with the ways between the steps; the finer questions only once everything else is sound."""
    begins = [document.get("start"), document.get("trouble")]
    reached = graph.reached(begins, {name: _targets(box) for name, box in document["steps"].items()})
    for name in document["steps"]:
        if name not in reached:
            en = "no caller can reach this step; let an exit lead to it, or remove it"
            yield Problem(name, "", en, "没有任何途径到达该步骤，请让某个出口通往它，或将其删除")
    if not sound:
        return
    leads = {name: dict(box.get("leads", {})) for name, box in document["steps"].items()}
    hasty = {name: [leads[name][exit] for exit in step.hasty()] for name, step in steps.items()}
    quiet = {name: [leads[name][exit] for exit in step.quiet()] for name, step in steps.items()}
    if circle := graph.circle(hasty):
        way = " → ".join((*circle, circle[0]))
        en = f"goes round without ever waiting for the caller: {way}; put a menu or a message into this circle"
        yield Problem(circle[0], "", en, f"形成了不等待来电者的循环：{way}；请在其中加入菜单或留言等步骤")
    elif circle := graph.circle(quiet):
        way = " → ".join((*circle, circle[0]))
        en = f"a caller who says nothing goes round for ever: {way}; let “gave up” lead out of it"
        yield Problem(circle[0], "", en, f"来电者不按键时会一直循环：{way}；请让出口“gave up”通往循环之外")
    ends = {name for name, step in steps.items() if not step.exits() or END in leads[name].values()}
    for name in sorted(graph.lost(leads, ends) & reached):
        en = 'from here the call can never come to an end; let some way lead to a “bye” step or to "end"'
        yield Problem(name, "", en, '从这里开始通话永远无法结束，请让某条路径通往 bye 步骤或 "end"')


def _targets(box: Any) -> list[Any]:
    leads = box.get("leads") if isinstance(box, dict) else None
    return list(leads.values()) if isinstance(leads, dict) else []
