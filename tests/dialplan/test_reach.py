"""Whom to ring in turn: by hand, and for every tangle of forwards."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from dialplan.extension import Extension, Forwards, internal
from dialplan.reach import MOST, Reached, Ring, Tried, following

B, N, A, U, C = Reached.BUSY, Reached.NO_ANSWER, Reached.ABSENT, Reached.UNALLOCATED, Reached.CONGESTED


def _ext(number: str, **more: object) -> Extension:
    return Extension(1, number, number, **more)  # type: ignore[arg-type]


def _plan(*extensions: Extension) -> Mapping[str, Extension]:
    return {extension.number: extension for extension in extensions}


def _rung(plan: Mapping[str, Extension], wanted: str, *results: Reached) -> tuple[list[str], Reached | None]:
    """The numbers rung in turn with these results; what the caller is told (None: somebody is still to be rung)."""
    tried: list[Tried] = []
    for result in results:
        ring = following(plan.get, wanted, tried)
        assert isinstance(ring, Ring)
        tried.append(Tried(ring.number, result))
    last = following(plan.get, wanted, tried)
    return [each.number for each in tried] + ([last.number] if isinstance(last, Ring) else []), (
        None if isinstance(last, Ring) else last
    )


def test_a_plain_extension_is_rung_once() -> None:
    for result in Reached:
        assert _rung(_plan(_ext("8001")), "8001", result) == (["8001"], result)


def test_a_number_of_nobody_is_not_rung() -> None:
    assert _rung({}, "8999") == ([], U)


def test_who_does_not_want_to_be_disturbed_is_busy_and_nobody_else_is_rung_for_him() -> None:
    assert _rung(_plan(_ext("8001", dnd=True, follow=("8002",)), _ext("8002")), "8001") == ([], B)


def test_but_his_forward_for_a_busy_line_holds() -> None:
    plan = _plan(_ext("8001", dnd=True, forwards=Forwards(busy="8002")), _ext("8002"))
    assert _rung(plan, "8001", N) == (["8002"], B)


def test_the_forwards_each_for_its_case() -> None:
    plan = _plan(_ext("8001", forwards=Forwards(busy="8002", no_answer="8003")), _ext("8002"), _ext("8003"))
    assert _rung(plan, "8001", B)[0] == ["8001", "8002"]
    assert _rung(plan, "8001", N)[0] == ["8001", "8003"]
    assert _rung(plan, "8001", A)[0] == ["8001", "8003"]
    assert _rung(plan, "8001", C) == (["8001"], C)


def test_always_means_that_the_phone_itself_does_not_ring() -> None:
    plan = _plan(_ext("8001", forwards=Forwards(always="8002")), _ext("8002"))
    assert following(plan.get, "8001", []) == Ring("8002", by_forward=True)
    assert _rung(plan, "8001", B) == (["8002"], B)


def test_the_follow_me_list_is_rung_in_turn_and_the_first_result_is_told() -> None:
    plan = _plan(_ext("8001", follow=("8002", "913800000001")), _ext("8002"))
    assert following(plan.get, "8001", [Tried("8001", N)]) == Ring("8002")
    assert _rung(plan, "8001", N, B, U) == (["8001", "8002", "913800000001"], N)


def test_a_circle_of_forwards_ends() -> None:
    plan = _plan(_ext("8001", forwards=Forwards(always="8002")), _ext("8002", forwards=Forwards(always="8001")))
    assert _rung(plan, "8001") == ([], B)


NUMBERS = ["8001", "8002", "8003", "8004", "8999", "913800000001"]
WHERE = st.sampled_from(["", *NUMBERS])
EXTENSIONS = st.builds(
    lambda number, dnd, always, busy, no_answer, follow: _ext(
        number, dnd=dnd, forwards=Forwards(always, busy, no_answer), follow=tuple(follow)
    ),
    st.sampled_from(NUMBERS[:4]),
    st.booleans(),
    WHERE,
    WHERE,
    WHERE,
    st.lists(st.sampled_from(NUMBERS), max_size=5),
)


@given(st.lists(EXTENSIONS, max_size=6), st.data())
def test_whatever_the_forwards_it_ends_and_nobody_is_rung_twice(
    extensions: list[Extension], data: st.DataObject
) -> None:
    plan = _plan(*extensions)
    tried: list[Tried] = []
    while isinstance(ring := following(plan.get, "8001", tried), Ring):
        assert ring.number not in [each.number for each in tried]
        found = plan.get(ring.number)
        assert not internal(ring.number) or (found and not found.dnd and not found.forwards.always)
        tried.append(Tried(ring.number, data.draw(st.sampled_from(Reached))))
        assert len(tried) <= MOST
    assert isinstance(ring, Reached)
