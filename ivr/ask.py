"""Ask the caller something: the common rules of SPEC §4.1, in one place.

            silent                             wrong key
    1st     help, the question again           "invalid", the question again
    2nd     help, "press 0 for an agent"       "invalid", help
    3rd     given up                           given up

The counts belong to the caller, not to the question: who is silent at two questions running gets the second level at
the second. Any valid answer clears them. Any key stops a prompt and is the first key of the answer.
"""

from dataclasses import dataclass

from calls.facts import HelpGiven, WrongKeys
from ivr.keys import Rule, Verdict
from ivr.visit import Visit, Words

FIRST_KEY = 6.0  # T1: seconds of patience after the end of the prompt
NEXT_KEY = 3.0  # T2: seconds between two keys of an answer
LAST_KEY = 0.8  # seconds for the `#` of an answer that is whole without it
MOST_WRONG = 3
MOST_HELPS = 2

INVALID, HELP_AGENT = "invalid", "help_agent"
COMMON_PROMPTS = (INVALID, HELP_AGENT)


@dataclass(frozen=True, slots=True)
class Keyed:
    """A valid answer; an entry without its `#`."""

    keys: str


@dataclass(frozen=True, slots=True)
class Exhausted:
    """All help was in vain (SPEC §4.1, level 3)."""


@dataclass(frozen=True, slots=True)
class Wrong:
    keys: str


@dataclass(frozen=True, slots=True)
class Silence:
    pass


@dataclass(frozen=True, slots=True)
class Forgotten:
    """An entry begun before the call was taken up again, and not gone on with: nobody's fault."""


@dataclass(frozen=True, slots=True)
class Question:
    """words  what is asked
    rule   what is an answer
    help   what a silent caller is told
    again  what is said when it is asked again; empty: the whole question
    helps  how often a silent caller is helped before we give up
    wrong  what is said of a wrong answer; empty: "invalid"
    private  the answer is secret: its keys are written nowhere, and one begun before a resume is asked for anew
    """

    words: Words
    rule: Rule
    help: Words
    again: Words = ()
    helps: int = MOST_HELPS
    wrong: Words = ()
    private: bool = False


async def ask(visit: Visit, question: Question) -> Keyed | Exhausted:
    visit.call.private = question.private
    try:
        return await _ask(visit, question)
    finally:
        visit.call.private = False


async def _ask(visit: Visit, question: Question) -> Keyed | Exhausted:
    again = question.again or question.words
    words = question.words
    while True:
        match await _listen(visit, words, question):
            case Keyed(keys):
                visit.change(helps=0, wrongs=0, keyed="")
                return Keyed(keys.removesuffix("#") or keys)
            case Forgotten():
                words = again
            case Wrong(keys):
                time = visit.place.wrongs + 1
                told = "•" * len(keys) if question.private else keys
                visit.tell(WrongKeys, node=visit.place.step, keys=told, time=time)
                if time >= MOST_WRONG:
                    visit.change(wrongs=0, keyed="")
                    return Exhausted()
                visit.change(wrongs=time, keyed="")
                wrong = question.wrong or (visit.prompt(INVALID),)
                words = (*wrong, *(again if time == 1 else question.help))
            case Silence():
                level = visit.place.helps + 1
                if level > question.helps:
                    return Exhausted()
                visit.tell(HelpGiven, node=visit.place.step, level=level)
                visit.change(helps=level)
                words = (*question.help, *(again if level == 1 else (visit.prompt(HELP_AGENT),)))


async def _listen(visit: Visit, words: Words, question: Question) -> Keyed | Wrong | Silence | Forgotten:
    keyed = visit.place.keyed
    if keyed:  # the call was taken up in the middle of this entry: its next key goes on where the last one was
        key = await visit.key(FIRST_KEY)
        if not key:
            visit.change(keyed="")
            return Forgotten()
    else:
        key = await visit.say(words) or await visit.key(FIRST_KEY)
        if not key:
            return Silence()
    while True:
        keyed += key
        match question.rule(keyed):
            case Verdict.DONE:
                return Keyed(keyed)
            case Verdict.NEVER:
                return Wrong(keyed)
            case verdict:
                if not question.private:
                    visit.change(keyed=keyed)
                key = await visit.key(LAST_KEY if verdict is Verdict.WHOLE else NEXT_KEY)
                if not key:
                    return Wrong(keyed) if verdict is Verdict.MORE else Keyed(keyed)
