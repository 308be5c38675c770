"""Words on their way to a caller's ear: one playback on a line, from its beginning to its end or to the first key."""

import asyncio
from collections.abc import Sequence
from time import monotonic

from asterisk import state
from asterisk.ari import verbs
from asterisk.ari.rest import Answer, NoAnswer
from asterisk.ari.verbs import Request
from asterisk.line import Line
from calls.call import Utterance

LATE = 5.0  # seconds a playback may take longer than its words are long
EARLY = 0.5  # share of its length a playback must last to be believed; a missing file ends at once


class Prompt:
    """`Prompt(line)`: what is being played on it, if anything."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._id = ""  # of the playback that runs now
        self._request: Request | None = None  # how it was started; None: by another controller
        self._started = False
        self._failed = ""
        self._interruptible = False
        self._key = ""

    @property
    def playing(self) -> bool:
        return bool(self._id)

    async def say(self, words: Sequence[Utterance], interruptible: bool) -> str:
        """Play the words in one go; the key that cut them short, or ""."""
        line, seconds = self._line, sum(word.seconds for word in words)
        if line.holding:
            line.holding = False
            line.send(verbs.stop_music(line.channel))
        name = line.fresh("p")
        line.write(state.PLAYING, (name,), seconds)
        request = verbs.play(line.channel, name, [f"sound:{word.sound}" for word in words], words[0].skip)
        line.send(request, self._answered)
        begun = monotonic()
        key = await self._hear(name, request, seconds, interruptible)
        if self._failed:
            line.trouble(f"a prompt could not be played ({self._failed}): {_names(words)}")
        elif not key and monotonic() - begun < seconds * EARLY - 0.1:
            line.trouble(f"a prompt ended too early, a file is missing or damaged: {_names(words)}")
        return key

    async def ride(self, name: str, words: Sequence[Utterance], interruptible: bool) -> str | None:
        """Hear to its end the playback another controller began. None: it is over, or it was not these words."""
        try:
            answer = await self._line.trunk.aside.ask(verbs.playback(name))
        except NoAnswer:
            self._line.send(verbs.stop_playback(name))
            return None
        if not answer.ok:
            return None
        media = _name(str(answer.json().get("media_uri", "")))
        seconds = max(60.0, sum(word.seconds for word in words))
        key = await self._hear(name, None, seconds, interruptible)
        return key if key or any(media == _name(word.sound) for word in words) else None

    async def _hear(self, name: str, request: Request | None, seconds: float, interruptible: bool) -> str:
        line = self._line
        self._id, self._request, self._started = name, request, request is None
        self._failed, self._interruptible, self._key = "", interruptible, ""
        try:
            if not await line.until(lambda: not self._id, seconds + LATE) and line.cause is None:
                self._failed = "it never ended"
                self.stop()
        except asyncio.CancelledError:
            if line.cause is None:
                self.stop()
            raise
        finally:
            self._id, self._interruptible = "", False
            line.done()
        line.check()
        return self._key

    def stop(self) -> None:
        """A stopped playback ends as "done", like one that was heard out: forget it first."""
        name, self._id = self._id, ""
        if name:
            self._line.send(verbs.stop_playback(name))

    # -- told by the mailbox -------------------------------------------------------------------------------------

    def key(self, key: str) -> bool:
        """True: this key has cut the words short (their end is on its way to the exchange already)."""
        if not (self._id and self._interruptible):
            return False
        self.stop()
        self._key = key
        self._line.wake()
        return True

    def finished(self, name: str, how: str) -> None:
        if name == self._id:
            self._id = ""
            if how == "failed":
                self._failed = "the exchange could not play it"
            self._line.wake()

    def _answered(self, answer: Answer) -> None:
        if answer.ok:
            self._started = True
        elif answer.gone:
            self._line.trunk.look(self._line, lambda: self._refused(answer))
        elif answer.status:
            self._refused(answer)

    def _refused(self, answer: Answer) -> None:
        if self._id and not self._started:
            self._id, self._failed = "", f"refused with {answer.status}"
            self._line.wake()

    async def reconcile(self) -> None:
        """After a gap in the link: has it ended meanwhile, or never begun?"""
        name, request = self._id, self._request
        if not name or (await self._line.trunk.aside.ask(verbs.playback(name))).ok or name != self._id:
            return
        if self._started or request is None:
            self.finished(name, "done")
        else:
            self._line.send(request, self._answered)


def _name(sound: str) -> str:
    """Files of sounds are named by what is in them; another controller keeps them in another place."""
    return sound.rpartition("/")[2]


def _names(words: Sequence[Utterance]) -> str:
    return " ".join(word.name or word.text[:20] for word in words)
