"""One caller's visit to a flow: the call, the place in the flow, and what both do together."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any, NoReturn

from calls.call import Call, Utterance
from calls.facts import Fact, Said
from ivr.desk import Desk, Project, Sentence, Service, Unavailable
from ivr.place import Place

Words = Sequence[Utterance | Sentence]

MOST_FILLERS = 8  # times "one moment, please" before we admit that the sentence will not come (about 20 s)
FILLER = "one_moment"


class Coming(Enum):
    """How the caller comes to this flow."""

    STRANGER = "a new call; the language must be asked"
    KNOWN = "a new call of somebody whose language we know (S4-13)"
    RESUMED = "taken up again in the middle: no question is counted twice"


@dataclass(slots=True)
class Visit:
    """What a step works with. `place` is its whole memory: nothing else survives the death of a controller."""

    call: Call
    desk: Desk
    service: Service
    place: Place
    coming: Coming = Coming.STRANGER
    _ahead: str = field(default="", init=False)
    _heard: bool = field(default=False, init=False)  # has the call been spoken or listened to in this process?

    @property
    def lang(self) -> str:
        return self.place.lang

    @property
    def resumed(self) -> bool:
        """Is this the step in which the call was taken up again?"""
        return self.coming is Coming.RESUMED

    @property
    def project(self) -> Project:
        """The project spoken of: the one chosen, else the first. Raises Unavailable if the service has none."""
        projects = self.service.projects
        if not projects:
            raise Unavailable(f"service {self.service.code} has no project")
        return next((project for project in projects if project.id == self.place.project), projects[0])

    def change(self, **changes: Any) -> None:
        """Move within the flow, and have the exchange remember it."""
        if changes:
            self.place = replace(self.place, **changes)
        self.call.mark(str(self.place))

    def tell(self, kind: type[Fact], **data: Any) -> None:
        self.desk.bus.publish(kind(call=self.call.id, at=self.desk.clock.now(), **data))

    # -- speaking and listening ---------------------------------------------------------------------------------

    def prompt(self, name: str) -> Utterance:
        return self.desk.voice.prompt(self.lang, name)

    def sentence(self, name: str, /, **values: object) -> Sentence:
        return self.desk.voice.say(self.lang, name, values)

    async def say(self, words: Words, *, interruptible: bool = True) -> str:
        """Say `words`; return the key that cut them short, or was there before they began, or "".

        While a sentence is still being rendered the caller hears what is ready, then a filler: never silence.
        Raises Unavailable if it does not become ready.
        """
        if interruptible and (key := await self._waiting()):
            return key
        for _ in range(MOST_FILLERS):
            ready, words = _ready(words)
            if not words:
                return await self._play(ready, interruptible)
            key = await self._play(ready or [self.prompt(FILLER)], interruptible)
            if key:
                return key
        raise Unavailable("a sentence was not rendered in time")

    async def key(self, patience: float) -> str:
        """The next key, put back or typed ahead or to come; "" after `patience` seconds without one."""
        if self._ahead:
            key, self._ahead = self._ahead[0], self._ahead[1:]
            return key
        self._heard = True
        return await self.call.key(patience)

    async def confer(self, room: str, *, muted: bool) -> str:
        """`Call.confer`; a key put back comes first."""
        if self._ahead:
            return await self.key(0.0)
        self._heard = True
        return await self.call.confer(room, muted=muted)

    def put_back(self, key: str) -> None:
        """A key that cut a prompt short but is meant for the next step."""
        self._ahead += key

    async def _waiting(self) -> str:
        """A key typed ahead: then the words are not said at all."""
        if self._ahead:
            return await self.key(0.0)
        if self.resumed and not self._heard:
            return ""  # the first words ride on those still being said; what was typed before is lost
        return await self.call.play(())

    async def leave(self, words: Sequence[Utterance]) -> NoReturn:
        """Say the last words and hang up."""
        self._said(words)
        await self.call.leave(words)

    async def _play(self, words: Sequence[Utterance], interruptible: bool) -> str:
        if not words:
            return ""
        self._said(words)
        self._heard = True
        return await self.call.play(words, interruptible=interruptible)

    def _said(self, words: Sequence[Utterance]) -> None:
        gap = "" if self.lang == "zh" else " "
        names = tuple(word.name for word in words if word.name)
        self.tell(Said, node=self.place.step, lang=self.lang, text=gap.join(word.text for word in words), names=names)


def _ready(words: Words) -> tuple[list[Utterance], Words]:
    """What can be played now, and the rest from the first sentence that is not ready."""
    # every sentence is looked at, because looking is what has it rendered
    sounds = [(word,) if isinstance(word, Utterance) else word.ready for word in words]
    ready: list[Utterance] = []
    for index, sound in enumerate(sounds):
        if sound is None:
            return ready, words[index:]
        ready.extend(sound)
    return ready, ()
