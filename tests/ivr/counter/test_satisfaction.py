"""How callers rate the talk with a person (S4-189): asked where the house wants it, kept with the call."""

from dataclasses import replace

import pytest

from calls.call import Answered, Busy
from calls.facts import CallRated, Fact
from calls.record import fold
from tests.ivr.desk import MAIN, SERVICE, Stage, words

ASKING = replace(SERVICE, off=frozenset())
TALKED = Answered(60.0)


async def act(script: str, *dials: object, asking: bool = True, lang: str = "zh") -> Stage:
    stage = Stage(script, MAIN, service=ASKING if asking else SERVICE, dials=dials)  # type: ignore[arg-type]
    return await stage.run(lang=lang)


@pytest.mark.parametrize("lang", ["zh", "en"])
async def test_five_is_kept_with_the_call(lang: str) -> None:
    stage = await act(" 2 5", TALKED, lang=lang)
    assert [fact.score for fact in stage.of(CallRated)] == [5]
    assert stage.said[-2:] == [words("satisfaction_thanks", lang), words("bye", lang)]
    assert fold(fact for fact in stage.facts if isinstance(fact, Fact)).csat == 5


async def test_nobody_is_asked_where_it_is_not_switched_on() -> None:
    stage = await act(" 2", TALKED, asking=False)
    assert words("satisfaction") not in stage.said
    assert "satisfaction" not in stage.nodes


async def test_nobody_is_asked_who_has_talked_with_nobody() -> None:
    stage = await act(" 2", Busy())
    assert words("satisfaction") not in stage.said


@pytest.mark.parametrize("script", [" 2 *", " 2 ....", " 2 9 9 9", " 2!"])
async def test_no_answer_is_no_score_and_the_call_ends(script: str) -> None:
    stage = await act(script, TALKED)
    assert stage.of(CallRated) == []
    assert stage.said.count(words("satisfaction")) <= 3


async def test_a_wrong_key_may_be_mended() -> None:
    stage = await act(" 2 7 4", TALKED)
    assert [fact.score for fact in stage.of(CallRated)] == [4]
