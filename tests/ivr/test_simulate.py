"""`./run flow try`: the same engine in a terminal."""

from calls.facts import KeyPressed
from ivr.simulate import Rehearsal
from tests.ivr.desk import CATALOGUE, MAIN, SERVICE, House, Stage, welcome, words


def rehearsal(house: House | None = None, lang: str = "") -> Rehearsal:
    return Rehearsal(Stage("", MAIN, house).desk, SERVICE, CATALOGUE, lang=lang)


async def test_the_transcript_of_a_script() -> None:
    lines = await rehearsal().run(MAIN, " 1 1 4 020201#")
    assert lines[:4] == [
        "@ welcome",
        f"< {welcome()}",
        "@ lang",
        f"< {words('lang_1')} {words('lang_2', 'en')}",
    ]
    assert lines[-3] == "@ room_say"
    assert "总价八十九万元" in lines[-2]
    assert lines[-1] == "= hung up"


async def test_a_person_at_the_terminal() -> None:
    typed, shown = iter(["2", "", "1"]), list[str]()
    asked: list[int] = []

    def read(question: str) -> str:
        asked.append(len(shown))
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    rehearse = rehearsal()
    await rehearse.talk(MAIN, read, shown.append)
    steps = [line for line in shown if line.startswith("@")]
    assert steps == ["@ welcome", "@ lang", "@ root", "@ query"]
    assert any(words("help_root", "en") in line for line in shown)  # the empty line was silence
    assert len(asked) == 4
    assert asked == sorted(asked)  # what was said is shown before the next line is asked for
    assert shown[-1] == "= hung up"


async def test_nothing_is_stored_and_nobody_hears_of_it() -> None:
    house = House(is_open=False)
    stage = Stage("", MAIN, house)
    rehearse = Rehearsal(stage.desk, SERVICE, CATALOGUE)
    lines = await rehearse.run(MAIN, " 1 2 1 ,,,#1")
    assert "= recorded 3 s, ended by key" in lines
    assert house.kept == []
    assert stage.facts == []
    assert len([fact for fact in rehearse.facts if isinstance(fact, KeyPressed)]) == 5


async def test_a_caller_whose_language_is_known() -> None:
    lines = await rehearsal(lang="en").run(MAIN, " 1")
    assert "@ lang" not in lines
    assert lines[1] == f"< {welcome('en')}"
