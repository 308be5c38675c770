"""A flow drawn as SVG: every step, every key, every exit (S4-187). Deterministic: the same flow, the same drawing.

Steps stand in columns by how many keys they are away from the start; each lists its keys and exits. A way to the next
column is a line; a way back or across is named in its row, so that the drawing stays readable. With the counts of real
calls, each step says how often it was entered, each key and exit how often it was taken; where nobody has been is pale.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from typing import Protocol

from ivr.check import Catalogue
from ivr.flow import END, Flow, Node
from ivr.step import Exit

WIDTH, GAP_X, GAP_Y = 300, 90, 18  # of a box, between columns, between boxes
HEAD, ROW, MARGIN = 46, 20, 24
STAYS = "↺"  # the target of a key that keeps the caller in the step
LETTERS = 33  # half-width letters that fit into a box
EXITS = {
    "zh": {
        "done": "完成", "back": "返回", "agent": "人工", "gave up": "无应答", "open": "营业中", "closed": "非营业时间",
        "found": "找到", "other": "其他房号", "busy": "忙", "no answer": "无人接听", "absent": "无法接通",
        "congested": "线路忙", "cancelled": "取消", "sent": "已发送",
        "opened": "已打开", "locked": "已锁定", "reply": "回复",
        "call back": "回电", "forward": "转发", "save": "保存", "help": "帮助",
        "the one before": "上一条", "header": "留言信息", "back 5 s": "后退五秒", "skip header": "跳过信息",
        "standard": "标准问候语",
        "again": "重听", "listen": "收听", "record again": "重录", "silent": "没有声音", "failed": "失败",
        "refused": "拒绝", "next": "下一条",
        "details": "详情", "none": "没有房源", "fax": "传真", "mortgage": "按揭计算",
        "record": "录制", "validity": "有效期", "position": "顺序",
        "on or off": "启停", "roll back": "恢复", "delete": "删除",
    },
    "en": {},
}  # fmt: skip
TITLES = {"zh": ("流程", "版本", "结束"), "en": ("Flow", "version", "end")}
COLOURS = {
    "menu": "#dbeafe", "language": "#dbeafe", "project": "#dbeafe", "digits": "#e0e7ff", "room code": "#e0e7ff",
    "room wish": "#e0e7ff", "layouts": "#dbeafe", "layout": "#dcfce7", "rooms found": "#dcfce7", "mortgage": "#e0e7ff",
    "text": "#dcfce7", "room": "#dcfce7", "program": "#dcfce7", "play": "#fef9c3", "hours": "#f3e8ff",
    "boards": "#dcfce7", "board desk": "#ffedd5", "person": "#ffedd5", "leave": "#ffedd5",
    "mailbox number": "#e0e7ff", "mailbox login": "#e0e7ff", "new pin": "#e0e7ff", "mailbox counts": "#fef9c3",
    "messages": "#ffedd5", "forward": "#ffedd5", "greeting": "#ffedd5", "bye": "#e5e7eb",
}  # fmt: skip


class Visited(Protocol):
    """What callers did in one step: how often it was entered, which keys they pressed, by which exits they left."""

    @property
    def visits(self) -> int: ...

    @property
    def keys(self) -> Mapping[str, int]: ...

    @property
    def exits(self) -> Mapping[Exit, int]: ...


Traffic = Mapping[str, Visited]


@dataclass(frozen=True, slots=True)
class Row:
    key: str  # "" = an exit without a key
    text: str
    target: str
    exit: Exit = ""


@dataclass(frozen=True, slots=True)
class Box:
    name: str
    kind: str
    title: str
    says: str
    rows: tuple[Row, ...]
    x: int
    y: int

    @property
    def height(self) -> int:
        return _height(self.rows)

    def port(self, index: int) -> tuple[int, int]:
        """Where the way of a row begins."""
        return self.x + WIDTH, self.y + HEAD + index * ROW + ROW // 2


def draw(flow: Flow, catalogue: Catalogue, lang: str = "zh", traffic: Traffic | None = None) -> str:
    """The SVG of `flow`, with the words of `catalogue`, labelled in `lang` ("zh" or "en"); traffic: by step."""
    boxes = _place(flow, catalogue, lang)
    children = _children(flow)
    width = max(box.x for box in boxes.values()) + WIDTH + MARGIN
    height = max(box.y + box.height for box in boxes.values()) + MARGIN
    name, version, _ = TITLES[lang]
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
            'font-family="Noto Sans CJK SC, WenQuanYi Micro Hei, Microsoft YaHei, sans-serif" font-size="12">'
        ),
        f"<title>{escape(f'{name} {flow.name} · {version} {flow.version}')}</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        (
            f'<text x="{MARGIN}" y="{MARGIN}" font-size="16" font-weight="bold">'
            f"{escape(f'{name} {flow.name} · {version} {flow.version}')}</text>"
        ),
    ]
    for box in boxes.values():
        lines += _ways(box, boxes, children)
    for box in boxes.values():
        lines += _box(box, lang, traffic)
    return "\n".join([*lines, "</svg>", ""])


# -- layout --------------------------------------------------------------------------------------------------------


def _children(flow: Flow) -> Mapping[str, list[str]]:
    """The tree of the ways on which each step is reached first; what only trouble reaches comes last."""
    children: dict[str, list[str]] = {}
    todo = [flow.start]
    for name in todo:
        children[name] = []
        for target in _targets(flow.nodes[name]):
            if target in flow.nodes and target not in todo:
                todo.append(target)
                children[name].append(target)
    for name in flow.nodes:
        if name not in children:
            children[name] = []
    return children


def _targets(node: Node) -> list[str]:
    return list(dict.fromkeys(row.target for row in _rows(node, {}, {})))


def _place(flow: Flow, catalogue: Catalogue, lang: str) -> dict[str, Box]:
    children = _children(flow)
    parents = {child: name for name, found in children.items() for child in found}
    made: dict[str, Box] = {}
    bottom = {0: 2 * MARGIN}  # of each column

    def put(name: str, column: int, top: int) -> int:
        """Place a step and everything that hangs on it; return where the next one may begin."""
        node = flow.nodes[name]
        rows = _rows(node, catalogue, EXITS[lang], lang)
        y = max(top, bottom.get(column, 2 * MARGIN))
        says = _says(node, catalogue, lang)
        title = node.step.title[lang]
        made[name] = Box(name, node.step.kind, title, says, rows, MARGIN + column * (WIDTH + GAP_X), y)
        bottom[column] = y + _height(rows) + GAP_Y
        below = y
        for child in children[name]:
            below = put(child, column + 1, below)
        return max(bottom[column], below)

    top = 2 * MARGIN
    for name in flow.nodes:
        if name not in parents:
            top = put(name, 0, top)
    return made


def _height(rows: Collection[Row]) -> int:
    return HEAD + max(len(rows), 1) * ROW + 6


def _rows(node: Node, catalogue: Catalogue, names: Mapping[Exit, str], lang: str = "zh") -> tuple[Row, ...]:
    """Keys first, then the exits that have none."""
    keys, options = node.step.keys(), getattr(node.step, "options", {})
    rows = [Row(key, names.get(what, what), STAYS) for key, what in node.step.stays().items()]
    for key, exit in keys.items():
        option = options.get(key)
        text = _words(catalogue, option.say, lang) if option else names.get(exit, exit)
        rows.append(Row(key, text, node.leads[exit], exit))
    free = [exit for exit in dict.fromkeys(node.step.exits()) if exit not in keys.values()]
    return (*rows, *(Row("", names.get(exit, exit), node.leads[exit], exit) for exit in free))


def _says(node: Node, catalogue: Catalogue, lang: str) -> str:
    for field in ("say", "topic", "program"):
        if value := getattr(node.step, field, ""):
            return _words(catalogue, value, lang) or str(value)
    return ""


def _words(catalogue: Catalogue, name: str, lang: str) -> str:
    entry = catalogue.get(name)
    return entry.words.get(lang, name) if entry else ""


# -- drawing -------------------------------------------------------------------------------------------------------


def _ways(box: Box, boxes: Mapping[str, Box], children: Mapping[str, list[str]]) -> Iterator[str]:
    drawn: set[str] = set()
    for index, row in enumerate(box.rows):
        if row.target in children[box.name] and row.target not in drawn:
            drawn.add(row.target)
            (x, y), target = box.port(index), boxes[row.target]
            to_x, to_y, middle = target.x, target.y + HEAD // 2, (x + target.x) // 2
            yield (
                f'<path d="M{x} {y} C{middle} {y} {middle} {to_y} {to_x - 6} {to_y}" fill="none" stroke="#64748b"/>'
                f'<path d="M{to_x} {to_y} l-7 -4 v8 z" fill="#64748b"/>'
            )


def _box(box: Box, lang: str, traffic: Traffic | None) -> Iterator[str]:
    x, y = box.x, box.y
    seen = traffic.get(box.name) if traffic is not None else None
    pale = ' opacity="0.45"' if traffic is not None and seen is None else ""
    yield f'<g id="{escape(box.name)}"{pale}>'
    yield (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{box.height}" rx="6" '
        f'fill="{COLOURS.get(box.kind, "#ffffff")}" stroke="#475569"/>'
    )
    yield (
        f'<text x="{x + 8}" y="{y + 17}"><tspan font-weight="bold">{escape(box.name)}</tspan>'
        f'<tspan fill="#475569"> · {escape(box.title)}</tspan></text>'
    )
    if traffic is not None:
        visits = seen.visits if seen else 0
        yield f'<text x="{x + WIDTH - 8}" y="{y + 17}" text-anchor="end" fill="#b91c1c">{visits}</text>'
    if box.says:
        yield f'<text x="{x + 8}" y="{y + 35}" fill="#334155">{escape(_cut(box.says, LETTERS + 8))}</text>'
    for index, row in enumerate(box.rows):
        top = y + HEAD + index * ROW
        target = f"→ {TITLES[lang][2] if row.target == END else row.target}"
        yield f'<line x1="{x}" y1="{top}" x2="{x + WIDTH}" y2="{top}" stroke="#cbd5e1"/>'
        if row.key:
            yield f'<text x="{x + 8}" y="{top + 14}" font-weight="bold">{escape(row.key)}</text>'
        if seen is not None and (count := _taken(row, seen)):
            target = f"{count} {target}"
        room = LETTERS + 2 - _breadth(target)
        yield f'<text x="{x + 34}" y="{top + 14}">{escape(_cut(row.text, room))}</text>'
        yield f'<text x="{x + WIDTH - 8}" y="{top + 14}" text-anchor="end" fill="#475569">{escape(target)}</text>'
    yield "</g>"


def _taken(row: Row, seen: Visited) -> int:
    """By how many visits: a single key by its own count, anything else by the exit's."""
    return seen.keys.get(row.key, 0) if len(row.key) == 1 else seen.exits.get(row.exit, 0)


def _breadth(text: str) -> int:
    return sum(1 if letter.isascii() else 2 for letter in text)


def _cut(text: str, room: int) -> str:
    if _breadth(text) <= room:
        return text
    kept = ""
    for letter in text:
        if _breadth(kept + letter) > room - 2:
            break
        kept += letter
    return kept + "…"
