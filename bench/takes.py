"""`./run bench takes`: which Mandarin prompts are understood better with a breath in another place.

Each prompt that is misheard as it is shipped is spoken anew in several readings, and heard with noises that
`bench voice` does not use. A reading that is heard better is printed, as a line for `prompts/readings.toml`.
"""

import argparse
import re
from collections.abc import Iterator

from bench.judge import judge
from prompts import shipped, sound
from prompts.pack import Pack
from prompts.say import sentence
from prompts.speech import engines
from prompts.speech.ear import Ear, over_the_telephone

NOISES = (11, 12)  # others than those `bench voice` measures with
# where two syllables run into one another: a nasal before an h, a vowel before a vowel
JOINTS = (
    "星号",
    "井号",
    "返回",
    "录音",
    "语音",
    "密码",
    "布告栏",
    "信箱",
    "电话",
    "您的",
    "房号",
    "人工",
    "留言",
    "会议",
    "按",
)


def readings(spoken: str) -> Iterator[str]:
    """Ways to read it, as it is written first.

    >>> list(readings("返回，请按星号键。"))[:3]
    ['返回，请按星号键。', '返 回，请按星 号键。', '返回。请按星号键。']
    """
    yield spoken
    found = (
        re.sub("|".join(JOINTS), lambda joint: f"{joint[0][0]} {joint[0][1:]}", spoken),
        spoken.replace("，", "。"),
        " ".join(_words(spoken)),
    )
    yield from (one for one in dict.fromkeys(found) if one != spoken)


def _words(spoken: str) -> list[str]:
    import jieba

    jieba.setLogLevel(60)
    return [word for word in jieba.cut(spoken) if word.strip()]


class Studio:
    """Speaks and listens."""

    def __init__(self) -> None:
        from prompts.speech import kokoro_worker

        self._speak = kokoro_worker.speak
        self._voice = engines.VOICES["zh"]
        self._ear = Ear()

    def errors(self, text: str, samples: sound.Samples) -> list[int]:
        """Misheard syllables with each noise."""
        heard = (self._ear.hear(over_the_telephone(samples, sound.RATE, noise), sound.RATE, "zh") for noise in NOISES)
        return [judge("zh", text, one).errors for one in heard]

    def take(self, spoken: str) -> sound.Samples:
        return sound.master(*self._speak(spoken, "zh", self._voice, 1.0))


def main(words: list[str]) -> int:
    argparse.ArgumentParser(prog="./run bench takes", description=__doc__).parse_args(words)
    studio, pack = Studio(), Pack()
    texts = {entry.text: entry for entry in pack.entries() if entry.lang == "zh"}
    gained = 0
    for line in shipped.prompts("zh"):
        if line.text not in texts:
            continue
        plain = sentence.spoken("zh", line.text)
        best, least = line.spoken, sum(studio.errors(line.text, pack.samples(texts[line.text])))
        began = least
        for spoken in readings(plain):
            if least and spoken != line.spoken:
                errors = sum(studio.errors(line.text, studio.take(spoken)))
                best, least = (spoken, errors) if errors < least else (best, least)
        gained += began - least
        if best != plain:
            print(f'    "{best}",  # {began} → {least}', flush=True)
    print(f"# {gained} syllables of {len(NOISES)} hearings are heard better")
    return 0
