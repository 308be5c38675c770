"""The voice of the house: `ivr.desk.Voice` over catalogue, recordings, pack, cache and studio."""

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from calls.bus import Bus
from calls.call import Utterance
from calls.clock import Clock
from calls.facts import Alarm
from prompts import recorded, sound
from prompts.cache import SUFFIX, Cache, utterance
from prompts.catalogue import Catalogue
from prompts.pack import Damaged, Pack
from prompts.say import LANGUAGES, sentence
from prompts.speech import engines
from prompts.speech.engine import Engine, Line
from prompts.speech.worker import write
from prompts.studio import Studio

log = logging.getLogger(__name__)

APOLOGY = "host_unavailable"
SILENCE = 0.2  # seconds, where there is nothing else to play
REMEMBERED = 8192  # lines
LONGEST_WAIT = 12.0  # seconds until a sentence that is still not rendered becomes an apology


class Speech:
    """Words on their way to becoming sound (`ivr.desk.Sentence`)."""

    def __init__(self, house: "HouseVoice", lang: str, lines: Sequence[Line], name: str = "") -> None:
        self._house, self._lang, self._lines, self._name = house, lang, lines, name
        self._until = asyncio.get_running_loop().time() + LONGEST_WAIT

    @property
    def ready(self) -> Sequence[Utterance] | None:
        """What to play; None while a line is still missing; an apology when it failed or took too long."""
        found = [self._house.find(line, self._name) for line in self._lines]
        words = [utterance for utterance in found if utterance is not None]
        if words and len(words) == len(found):
            return words
        missing = [line for line, utterance in zip(self._lines, found, strict=True) if utterance is None]
        late = asyncio.get_running_loop().time() > self._until
        if late or not missing or any(self._house.studio.lost(line) for line in missing):
            return [self._house.prompt(self._lang, APOLOGY)]
        for line in missing:
            self._house.studio.want(line)
        return None


@dataclass(frozen=True, slots=True)
class Equipment:
    """What the house speaks with. `rendered_by` is whose sounds are looked for, even where it cannot speak itself
    (`voice` None): the pack was made with it."""

    pack: Pack = field(default_factory=Pack)
    rendered_by: Engine = field(default_factory=engines.spokesman)
    voice: Engine | None = field(default_factory=engines.kokoro)
    stand_in: Engine = field(default_factory=engines.stand_in)


class HouseVoice:
    """Prompt names and data in, sounds out. `home` is `<LOUPAN_HOME>/sounds`."""

    def __init__(
        self, home: Path, catalogue: Catalogue, bus: Bus, clock: Clock, equipment: Equipment | None = None
    ) -> None:
        self.home = home
        self.catalogue = catalogue
        self._bus, self._clock = bus, clock
        equipment = equipment or Equipment()
        self._pack = equipment.pack
        self._looked_for = (equipment.rendered_by, equipment.stand_in)
        self.cache = Cache(home / "cache")
        self.studio = Studio(self.cache, equipment.voice, equipment.stand_in, bus, clock)
        self._recorded: Mapping[tuple[str, str], str] = {}
        self._dictated: Mapping[tuple[str, str], str] = {}
        # what never changes for a line or a name is worked out once: these are asked for with every step of every call
        self._places = lru_cache(REMEMBERED)(self._work_out_places)
        self._line = lru_cache(REMEMBERED)(self._work_out_line)
        self._missed: set[tuple[str, str]] = set()

    # -- opening and closing ---------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Unpack the shipped sounds (first start: some seconds), take in recordings, render what is missing."""
        await asyncio.to_thread(self.prepare)
        self.studio.start()
        self.render_ahead(
            prompt.line(lang)
            for prompt in self.catalogue.values()
            for lang in prompt.words
            if not prompt.slots and (lang, prompt.name) not in self._recorded
        )

    def prepare(self) -> int:
        """The part of `start` that needs no event loop: the sounds on disk. Returns how many were unpacked."""
        try:
            write(self._silence, sound.to_ulaw(sound.silence(SILENCE)))
            unpacked = self._pack.unpack(self.cache)
            self._recorded = recorded.take_in(self.home / "recorded", self.catalogue, self.cache)
        except (OSError, Damaged) as fault:
            self._alarm("voice.files", f"The prompts could not be laid out: {fault}")
            return 0
        return unpacked

    async def close(self) -> None:
        await self.studio.close()

    # -- ivr.desk.Voice --------------------------------------------------------------------------------------------

    def prompt(self, lang: str, name: str) -> Utterance:
        """A fixed prompt. If its sound is missing: the other language, else an apology, else silence; and an alarm."""
        for language in (lang, *(other for other in LANGUAGES if other != lang)):
            if (found := self._fixed(language, name)) is not None:
                if language == lang:
                    self._found_again(lang, name)
                    return found
                self._miss(lang, name)
                return found
        self._miss(lang, name)
        if name != APOLOGY:
            return self.prompt(lang, APOLOGY)
        return Utterance("", str(self._silence).removesuffix(SUFFIX), SILENCE)

    def say(self, lang: str, name: str, values: Mapping[str, object]) -> Speech:
        """A prompt of the catalogue with its slots filled. What cannot be filled is an alarm and an apology."""
        try:
            recording = (lang, name) in self._recorded or (lang, name) in self._dictated
            lines = [self.catalogue[name].line(lang, values)] if recording else self.lines(lang, name, values)
        except (KeyError, ValueError, TypeError) as fault:
            self._alarm(f"prompt.{lang}.{name}", f"The prompt {name} ({lang}) cannot be said: {fault!r}")
            lines = []
        return self._speech(lang, lines, name)

    def text(self, lang: str, text: str) -> Speech:
        """Free text, sentence by sentence. Text with nothing in it that can be spoken gives the apology."""
        return self._speech(lang, self.of_text(lang, text))

    def of_text(self, lang: str, text: str) -> list[Line]:
        """The lines of a free text."""
        return [Line(lang, piece) for piece in sentence.sentences(lang, text)]

    def can_say(self, lang: str, text: str) -> bool:
        """Can this free text be heard at once?"""
        return all(self.find(line) is not None for line in self.of_text(lang, text))

    # -- rendering ahead -------------------------------------------------------------------------------------------

    def lines(self, lang: str, name: str, values: Mapping[str, object]) -> list[Line]:
        """The lines `say` will ask for. Raises KeyError or ValueError for values that do not fit."""
        return self.catalogue[name].lines(lang, values)

    def render_ahead(self, lines: Iterable[Line]) -> int:
        """Data has changed: render these in the background. Returns how many are new.

        What the house's voice has spoken already, be it elsewhere, is not spoken again by a stand-in.
        """
        return self.studio.render_ahead(line for line in lines if not utterance(self._places(line)[0], line.text))

    def dictated(self, files: Mapping[tuple[str, str], Path]) -> None:
        """These recordings, made by telephone, are heard from now on instead of any other sound of their prompts."""
        self._dictated = recorded.dictated(files, self.cache)

    # -- finding ---------------------------------------------------------------------------------------------------

    def find(self, line: Line, name: str = "") -> Utterance | None:
        """The best sound there is for a line: a recording, the house's voice, the stand-in's."""
        recording = self._dictated.get((line.lang, name)) or self._recorded.get((line.lang, name))
        for place in (recording, *self._places(line)) if recording else self._places(line):
            if found := utterance(place, line.text, name):
                return found
        return None

    def _work_out_places(self, line: Line) -> tuple[str, ...]:
        return tuple(str(self.cache.of(line, engine)) for engine in self._looked_for)

    def _fixed(self, lang: str, name: str) -> Utterance | None:
        line = self._line(lang, name)
        return None if line is None else self.find(line, name)

    def _work_out_line(self, lang: str, name: str) -> Line | None:
        prompt = self.catalogue.get(name)
        return prompt.line(lang) if prompt and lang in prompt.words and not prompt.slots else None

    def _speech(self, lang: str, lines: Sequence[Line], name: str = "") -> Speech:
        return Speech(self, lang, lines, name)

    def _miss(self, lang: str, name: str) -> None:
        """A fixed prompt without a sound: said once, and rendered anew."""
        if (lang, name) in self._missed:
            return
        self._missed.add((lang, name))
        self._alarm(f"prompt.{lang}.{name}", f"The prompt {name} ({lang}) has no sound")
        if line := self._line(lang, name):
            self.studio.render_ahead([line])

    def _found_again(self, lang: str, name: str) -> None:
        if (lang, name) in self._missed:
            self._missed.discard((lang, name))
            text = f"The prompt {name} ({lang}) has its sound again"
            self._bus.publish(Alarm(key=f"prompt.{lang}.{name}", text=text, at=self._clock.now(), cleared=True))

    def _alarm(self, key: str, text: str) -> None:
        log.error("%s", text)
        self._bus.publish(Alarm(key=key, text=text, at=self._clock.now()))

    @property
    def _silence(self) -> Path:
        return self.home / f"silence{SUFFIX}"
