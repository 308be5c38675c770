"""`./run bench takes`: which Mandarin prompts are understood better with a breath in another place.

Each prompt that is misheard as it is shipped is spoken anew in several readings, and heard with noises that
`bench voice` does not use. A reading that is heard better is printed, as a line for `prompts/readings.toml`.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from bench.judge import judge
from bench.report import Report
from prompts import shipped, sound
from prompts.pack import Pack
from prompts.say import sentence
from prompts.speech import engines
from prompts.speech.ear import Ear, over_the_telephone

QUICK = 10
NOISES = (11, 12)  # others than those `bench voice` measures with
# where syllables run into one another, a nasal before an h for one; and after 按
JOINTS = (
    "星号", "井号", "返回", "录音", "语音", "密码", "布告栏", "信箱", "电话", "您的", "房号", "人工", "留言", "会议",
    "按",
)  # fmt: skip


def readings(spoken: str) -> Iterator[str]:
    """Ways to read it, as it is written first.

    >>> list(readings("返回，请按星号键。"))[:3]
    ['返回，请按星号键。', '返 回，请按 星 号键。', '返回。请按星号键。']
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


def run(quick: bool, tell: Callable[[str], None]) -> dict[str, Any]:
    """A report whose notes are the readings that are better; quick: each tenth prompt."""
    studio, pack = Studio(), Pack()
    texts = {entry.text: entry for entry in pack.entries() if entry.lang == "zh"}
    better: list[dict[str, Any]] = []
    for line in list(shipped.prompts("zh"))[:: QUICK if quick else 1]:
        if line.text not in texts:
            continue
        began = least = sum(studio.errors(line.text, pack.samples(texts[line.text])))
        best = line.spoken
        for spoken in readings(sentence.spoken("zh", line.text)):
            if least and spoken != line.spoken:
                errors = sum(studio.errors(line.text, studio.take(spoken)))
                best, least = (spoken, errors) if errors < least else (best, least)
        if least < began:
            tell(f'"{best}",  # {began} → {least}')
            better.append({"read": best, "before": began, "after": least})
    before, after = (float(sum(one[name] for one in better)) for name in ("before", "after"))
    report = Report("takes", {}, {"misheard_before": before, "misheard_after": after})
    report.notes = [one["read"] for one in better]
    return report.as_json()
