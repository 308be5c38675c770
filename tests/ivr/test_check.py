"""The check that guards publishing: one mistake, one problem that names the step and says what to do."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import ivr.graph
from calls.call import Answered, Busy, Dialled
from calls.facts import CallTroubled
from ivr.check import Problem, check, parse
from ivr.flow import END, load, version
from ivr.step import KINDS
from prompts.catalogue import Prompt
from tests.ivr.desk import CATALOGUE, TWO_PROJECTS, House, Stage, copy, document

Document = dict[str, Any]
Mistake = Callable[[Document], Any]


def problems(mistake: Mistake, name: str = "main") -> list[Problem]:
    made = copy(document(name))
    mistake(made["steps"] if mistake.__code__.co_varnames[0] == "steps" else made)
    return check(made, CATALOGUE)


@pytest.mark.parametrize("name", ["main", "default"])
def test_the_shipped_flows_may_be_published(name: str) -> None:
    assert check(document(name), CATALOGUE) == []


def put(**fields: Any) -> dict[str, Any]:
    return fields


# what is done to the shipped main.json -> (step, field) of the problem, and words it must contain
MISTAKES: dict[str, tuple[Mistake, str, str, str]] = {
    "unknown kind": (
        lambda steps: steps["root"].update(kind="menue"),
        "root", "kind", "there is no kind of step “menue”; the kinds are: ",
    ),
    "no kind": (lambda steps: steps["root"].pop("kind"), "root", "kind", "there is no kind of step “None”"),
    "unknown field": (
        lambda steps: steps["welcome"].update(volume=3),
        "welcome", "volume", "a “play” step has no field “volume”; it has: say, slots, interruptible",
    ),
    "missing field": (lambda steps: steps["root"].pop("help"), "root", "help", "field “help” is missing; add it"),
    "text expected": (lambda steps: steps["root"].update(help=7), "root", "help", "must be a text in quotes"),
    "empty text": (lambda steps: steps["root"].update(help=" "), "root", "help", "and not empty"),
    "number expected": (
        lambda steps: steps["root"].update(helps="2"), "root", "helps", "must be a whole number, without quotes",
    ),
    "yes or no expected": (
        lambda steps: steps["welcome"].update(interruptible="no"),
        "welcome", "interruptible", "must be true or false",
    ),
    "list expected": (
        lambda steps: steps["welcome"].update(slots="company"), "welcome", "slots", 'like ["company"]',
    ),
    "number out of range": (lambda steps: steps["root"].update(helps=9), "root", "helps", "must be 0, 1 or 2"),
    "options of the wrong shape": (
        lambda steps: steps["root"].update(options=["1"]), "root", "options", 'must be like {"1"',
    ),
    "an option of the wrong shape": (
        lambda steps: steps["root"]["options"].update({"1": "query"}), "root", "options.1", 'must be like {"say"',
    ),
    "an unknown field of an option": (
        lambda steps: steps["root"]["options"]["1"].update(colour="red"),
        "root", "options.1", "an option has no field “colour”; it has: say, exit, enabled",
    ),
    "an option without a prompt": (
        lambda steps: steps["root"]["options"]["1"].pop("say"), "root", "options.1", "must be a text in quotes",
    ),
    "no such key": (
        lambda steps: steps["root"]["options"].update({"A": put(say="root_1", exit="query")}),
        "root", "options.A", "“A” is no key; keys are 0–9, * and #",
    ),
    "prefix keys": (
        lambda steps: steps["root"]["options"].update({"12": put(say="root_1", exit="query")}),
        "root", "options", "key “1” is the beginning of key “12”",
    ),
    "nothing enabled": (
        lambda steps: [option.update(enabled=False) for option in steps["root"]["options"].values()],
        "root", "options", "no option is enabled; enable at least one",
    ),
    "unknown topic": (
        lambda steps: steps["developer"].update(topic="weather"),
        "developer", "topic", "“weather” is not known; it can be: developer, location",
    ),
    "unknown program": (
        lambda steps: steps["hours"].update(program="horoscope"),
        "hours", "program", "“horoscope” is not known; it can be: opening hours",
    ),
    "dangling exit": (
        lambda steps: steps["root"]["leads"].pop("query"),
        "root", "leads.query", "nothing follows the exit “query”; add",
    ),
    "an exit nobody has": (
        lambda steps: steps["root"]["leads"].update(fax="query"),
        "root", "leads.fax", "this step has no exit “fax”; its exits are: query, person, ",
    ),
    "missing target": (
        lambda steps: steps["query"]["leads"].update(room="x"),
        "query", "leads.room", "“room” leads to “x”, which does not exist; correct the name or add that step",
    ),
    "leads of the wrong shape": (
        lambda steps: steps["welcome"].update(leads="lang"), "welcome", "leads", 'must be like {"done": "root"}',
    ),
    "unreachable step": (
        lambda steps: steps.update(lonely=put(kind="bye", leads={})),
        "lonely", "", "no caller can reach this step; let an exit lead to it, or remove it",
    ),
    "missing prompt": (
        lambda steps: steps["query"]["options"]["1"].update(say="query_one"),
        "query", "query_one", "there is no prompt “query_one”; correct the name or add it",
    ),
    "missing help prompt": (
        lambda steps: steps["query"].update(help="help_me"), "query", "help_me", "there is no prompt “help_me”",
    ),
    "a slot nobody fills": (
        lambda steps: steps["welcome"].pop("slots"),
        "welcome", "welcome", 'needs {company}, which this step does not fill',
    ),
    "a step of another shape": (lambda steps: steps.update(root=[]), "root", "", "a step is an object with a “kind”"),
    "a step's name": (
        lambda steps: steps.update({"Bad Name": put(kind="bye", leads={})}),
        "Bad Name", "", "small letters, digits and _",
    ),
    "start missing": (
        lambda made: made.pop("start"), "", "start", "must be the name of one of its steps, and “None” is none",
    ),
    "start elsewhere": (lambda made: made.update(start="hall"), "", "start", "“hall” is none"),
    "trouble elsewhere": (lambda made: made.update(trouble="hall"), "", "trouble", "“hall” is none"),
    "unknown format": (lambda made: made.update(format=2), "", "format", "must be 1, the only format there is"),
    "name missing": (lambda made: made.pop("flow"), "", "flow", "the flow needs a name"),
    "unknown field of the flow": (
        lambda made: made.update(steos={}),
        "", "steos", "unknown; a flow has: flow, format, start, trouble, steps, note",
    ),
    "no steps": (lambda made: made.pop("steps"), "", "", "write it like the shipped main.json"),
}  # fmt: skip


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_told_with_its_step_and_what_to_do(kind: str) -> None:
    mistake, step, field, text = MISTAKES[kind]
    found = [problem for problem in problems(mistake) if (problem.step, problem.field) == (step, field)]
    assert found, problems(mistake)
    assert text in found[0].text_en
    assert any("一" <= letter <= "鿿" for letter in found[0].text_zh)


def test_s4_61_a_key_that_leads_to_a_missing_step_is_the_only_problem() -> None:
    found = problems(lambda steps: steps["query"]["leads"].update(developer="x"))
    assert [(problem.step, problem.field) for problem in found if problem.field] == [("query", "leads.developer")]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("prompt", ["query_1", "help_query", "invalid", "one_moment"])
def test_a_prompt_missing_in_one_language_forbids_publishing(lang: str, prompt: str) -> None:
    whole = CATALOGUE[prompt].words
    holed = {**CATALOGUE, prompt: Prompt(prompt, {other: text for other, text in whole.items() if other != lang})}
    found = check(document(), holed)
    assert found
    assert all(f"“{prompt}” is missing in {'Mandarin' if lang == 'zh' else 'English'}" in p.text_en for p in found)


def play(target: str) -> dict[str, Any]:
    return {"kind": "play", "say": "bye", "leads": {"done": target}}


def small(**steps: Any) -> Document:
    return {"flow": "small", "format": 1, "start": "a", "steps": steps}


def test_a_loop_that_never_waits() -> None:
    hours = {"kind": "hours", "leads": {"open": "a", "closed": END}}
    [problem] = check(small(a=play("b"), b=hours), CATALOGUE)
    assert problem.step == "a"
    assert problem.text_en.startswith("goes round without ever waiting for the caller: a → b → a; put a menu")


def test_a_loop_for_the_silent() -> None:
    code = {"kind": "digits", "say": "room_code", "help": "help_room_code"}
    [problem] = check(small(a={**code, "leads": {"done": END, "back": END, "gave up": "a"}}), CATALOGUE)
    assert problem.text_en.startswith("a caller who says nothing goes round for ever: a → a; let “gave up” lead out")


def test_no_way_out() -> None:
    menu = document()["steps"]["root"]
    leads = dict.fromkeys(menu["leads"], "a")
    found = check(
        small(a={**menu, "leads": {**leads, "gave up": "b"}}, b={**menu, "leads": {**leads, "gave up": "a"}}), CATALOGUE
    )
    assert {problem.step for problem in found if "can never come to an end" in problem.text_en} == {"a", "b"}


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ('{"flow": "main",\n "steps": {,}}', "line 2, column 12"),
        ("", "line 1, column 1"),
        ('{"flow": "main"', "line 1, column 16"),
    ],
)
def test_broken_json_is_told_with_its_line_and_column(text: str, where: str) -> None:
    made, found = parse(text)
    assert made is None
    assert where in found[0].text_en
    assert where.split(",")[0].split()[1] in found[0].text_zh


@pytest.mark.parametrize("text", ['{"a": NaN}', "[" * 100_000])
def test_json_that_python_would_take_or_choke_on(text: str) -> None:
    made, found = parse(text)
    assert made is None
    assert "this is not JSON" in found[0].text_en


@pytest.mark.parametrize(
    ("before", "after", "step", "text"),
    [
        (
            '"1": {"say": "root_1"',
            '"1": {"say": "root_2", "exit": "query"}, "1": {"say": "root_1"',
            "root",
            "“1” stands here",
        ),
        ('"bye": {', '"bye": {"kind": "bye", "leads": {}}, "bye": {', "bye", "two steps have this name"),
        ('"format": 1,', '"format": 1, "format": 1,', "", "“format” stands here more than once"),
        ('"say": "welcome"', '"say": "bye", "say": "welcome"', "welcome", "“say” stands here more than once"),
    ],
)
def test_a_name_that_stands_twice(before: str, after: str, step: str, text: str) -> None:
    plain = json.dumps(document(), ensure_ascii=False)
    assert before in plain
    made, found = parse(plain.replace(before, after, 1))
    assert not found
    [problem] = [problem for problem in check(made, CATALOGUE) if problem.step == step]
    assert text in problem.text_en


@pytest.mark.parametrize("thing", [None, [], "flow", 7, {}, {"steps": 1}, {"steps": {"": None}}])
def test_things_that_are_no_flow_at_all(thing: Any) -> None:
    assert check(thing, CATALOGUE)


def test_the_version_is_the_content_and_the_order_of_options_is_content() -> None:
    made = document()
    assert version(made) == version(copy(made))
    assert len(version(made)) == 8
    turned = copy(made)
    turned["steps"]["root"]["options"] = dict(reversed(made["steps"]["root"]["options"].items()))
    assert version(turned) != version(made)


def test_the_questions_about_ways() -> None:
    assert ivr.graph.circle({"a": ["b"], "b": ["c", "end"], "c": ["b"]}) == ("b", "c")
    assert ivr.graph.circle({"a": ["b", "c"], "b": ["c"], "c": []}) == ()
    assert ivr.graph.reached(["a"], {"a": ["b", "end"], "b": [], "c": ["a"]}) == {"a", "b"}
    assert ivr.graph.lost({"a": {"x": "b"}, "b": {"x": "a"}, "c": {}}, {"c"}) == {"a", "b"}


# -- whatever passes the check never breaks a call ---------------------------------------------------------------------

SHAPES: dict[str, dict[str, Any]] = {
    "play": {"say": "bye"},
    "menu": {
        "options": {"1": {"say": "root_1", "exit": "x"}, "2": {"say": "root_2", "exit": "y"}},
        "help": "help_root",
    },
    "digits": {"say": "room_code", "help": "help_room_code", "least": 2, "most": 3},
    "language": {"help": "help_lang"},
    "hours": {},
    "project": {"help": "help_project"},
    "room code": {"say": "room_code", "help": "help_room_code"},
    "room": {"help": "help_room_say", "fax": True, "mortgage": True},
    "layouts": {"help": "help_layouts"},
    "layout": {"help": "help_layout"},
    "room wish": {"asks": "budget", "say": "budget", "help": "help_budget"},
    "rooms found": {"help": "help_result", "fax": True},
    "mortgage": {"of": "room", "help": "help_mortgage_told"},
    "text": {"topic": "garden"},
    "person": {},
    "leave": {},
    "conference": {},
    "seat sign in": {},
    "seat state": {},
    "boards": {"help": "help_boards"},
    "board desk": {},
    "prompt desk": {},
    "mailbox number": {},
    "mailbox login": {},
    "mailbox counts": {},
    "messages": {"folder": "new"},
    "forward": {},
    "greeting": {},
    "new pin": {},
    "order": {},
    "order proof": {},
    "complaint": {"about": "repair"},
    "ticket progress": {},
    "call back": {},
    "viewing": {},
    "events": {},
    "registration": {"of": "presubscription"},
    "satisfaction": {},
    "extension number": {"mailbox": True, "board": True, "conference": True, "fax": True},
    "extension": {},
    "directory": {},
    "feature code": {"board": True, "conference": True, "fax": True},
    "outside line": {},
    "bye": {},
    "program": {"program": "opening hours"},
}
NAMES = ("a", "b", "c", "d", "e")


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """Whole documents of the right shape: every exit leads somewhere, unreachable steps are left out."""
    boxes: dict[str, Any] = {}
    for name in NAMES:
        kind = draw(st.sampled_from(sorted(SHAPES)))
        fields = SHAPES[kind]
        exits = KINDS[kind].exits(_built(kind))
        boxes[name] = {
            "kind": kind, **fields, "leads": {exit: draw(st.sampled_from((*NAMES, END, END))) for exit in exits},
        }  # fmt: skip
    seen = ivr.graph.reached(["a"], {name: list(box["leads"].values()) for name, box in boxes.items()})
    return small(**{name: box for name, box in boxes.items() if name in seen})


def _built(kind: str) -> Any:
    from ivr.fields import build

    step, faults = build(KINDS[kind], SHAPES[kind])
    assert step is not None, faults
    return step


def test_every_kind_takes_part() -> None:
    assert set(SHAPES) == set(KINDS)


async def _ride(made: Document, script: str, is_open: bool) -> Stage:
    dials: list[Dialled] = [Answered(5.0), Busy(), Busy()]
    return await Stage(script, load(made), House(is_open=is_open), service=TWO_PROJECTS, dials=dials).run()


@pytest.mark.slow
@settings(max_examples=500, deadline=None)
@given(documents(), st.text("0123456789*#., ", max_size=60), st.booleans())
async def test_a_flow_that_passes_the_check_never_breaks(made: Document, script: str, is_open: bool) -> None:
    if check(made, CATALOGUE):
        return
    stage = await _ride(made, script, is_open)
    assert stage.ends == 1
    assert stage.of(CallTroubled) == []


async def test_such_a_flow_by_hand() -> None:
    code = {
        "kind": "digits",
        "say": "room_code",
        "help": "help_room_code",
        "leads": {"done": "b", "back": "b", "gave up": "b"},
    }
    made = small(
        a=code,
        b={"kind": "hours", "leads": {"open": "c", "closed": END}},
        c={
            "kind": "person",
            "leads": dict.fromkeys(("done", "busy", "no answer", "absent", "congested", "cancelled", "overdue"), "d"),
        },
        d={"kind": "leave", "leads": dict.fromkeys(("sent", "cancelled", "silent", "failed"), END)},
    )
    assert check(made, CATALOGUE) == []
    stage = await _ride(made, " 12# ,,,#1", True)
    assert stage.nodes == ["a", "b", "c", "d"]
    assert stage.of(CallTroubled) == []


async def test_a_caller_going_round_in_circles_is_let_go() -> None:
    made = small(a=play("a"))  # would not pass the check
    stage = await _ride(made, ".", True)
    assert "more than 500 steps" in stage.of(CallTroubled)[0].what
    assert stage.ends == 1
