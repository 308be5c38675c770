"""What did the caller hear? Finds the prompts' own audio in a recording of the telephone.

    for heard in listen(audio, [Path("root_1.ulaw"), …]):
        print(heard.prompt.stem, heard.start, heard.end, heard.share)

Every prompt is cut into pieces of half a second; each piece is looked for in the recording by normalised
cross-correlation (FFT, so that sixty prompts cost no more than a second); pieces that lie in the right distance from
each other make a find, whose edges are then measured in steps of 20 ms. µ-law, level, a prompt broken off by a key, one
whose beginning was missed, lost packets (up to a tenth of a second) do not matter. Another speaker, another sentence,
or the same sentence spoken anew is not a match: it must be the same audio.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import soundfile
import soxr
from numpy.typing import NDArray

from tests.sip.media import RATE, Samples, from_ulaw

Wave = NDArray[np.float32]

PIECE = RATE // 2  # samples of a piece
BLOCK = 1 << 14  # samples of one FFT
STEP = BLOCK - PIECE + 1
EDGE = RATE // 50  # samples: how finely the edges of a find are measured
ALIKE = 0.35  # a piece this alike (1 = the same up to its level) is a candidate
SURE = 0.6  # an edge's window this alike still belongs to the find
SLIP = RATE // 10  # pieces of one find may be off by this much
CLEAR = 0.85  # less than a second must be this alike: voices speak the same word nearly alike each time
QUIET = 1e-3  # of full scale: below this a window says nothing
PAUSE = 0.02  # of a prompt's loudest window: below this it pauses
SHORTEST = 0.15  # seconds of sound that must be heard of a prompt (or all of it, if it is shorter)
WINDOW = 4 * EDGE  # samples over which an edge is judged


@dataclass(frozen=True, slots=True)
class Heard:
    """start, end: seconds in the recording of the part that was heard; score: how alike it is (up to 1);
    offset: seconds into the prompt at which that part begins; share: how much of the prompt's sound was heard."""

    prompt: Path
    start: float
    end: float
    score: float
    offset: float
    share: float

    @property
    def whole(self) -> bool:
        """To its natural end (the last 20 ms and a lost packet or two do not count)."""
        return self.share > 0.9


def load(file: Path) -> Wave:
    """A sound file as 8 kHz samples, full scale 1. `.ulaw` is raw µ-law; anything else what libsndfile reads."""
    if file.suffix in (".ulaw", ".ul"):
        return _full_scale(from_ulaw(file.read_bytes()))
    data, rate = soundfile.read(file, dtype="float32", always_2d=True)
    mono: Wave = data.mean(axis=1, dtype=np.float32)
    return mono if rate == RATE else np.asarray(soxr.resample(mono, rate, RATE), dtype=np.float32)


def listen(recording: Path | Samples | Wave, prompts: Iterable[Path]) -> list[Heard]:
    """What of these prompts is in the recording, in the order of time. Where two claim the same stretch, the one that
    explains more of it wins."""
    sound = _as_wave(recording)
    if len(sound) < EDGE:
        return []
    ground = _Ground(sound)
    found = [one for prompt in prompts for one in _find(ground, prompt)]
    return sorted(_apart(found), key=lambda one: one.start)


def _apart(found: list[Heard]) -> list[Heard]:
    """Those that explain most, without the ones that claim what another explains better."""
    kept: list[Heard] = []
    for one in sorted(found, key=lambda one: (one.end - one.start) * one.score, reverse=True):
        if all(_overlap(one, other) < 0.3 * (one.end - one.start) for other in kept):
            kept.append(one)
    return kept


def names(heard: Sequence[Heard]) -> list[str]:
    """Just the names of what was heard, in order."""
    return [one.prompt.stem for one in heard]


def _as_wave(recording: Path | Samples | Wave) -> Wave:
    if isinstance(recording, Path):
        return load(recording)
    return _full_scale(recording) if recording.dtype == np.int16 else recording.astype(np.float32)


def _full_scale(samples: Samples | Wave) -> Wave:
    return samples.astype(np.float32) / np.float32(32768)


def _sharpen(sound: Wave) -> Wave:
    """First difference: evens out speech's spectrum, which makes the peak of a correlation narrow."""
    return np.diff(sound, prepend=np.float32(0)).astype(np.float32)


class _Ground:
    """The recording, prepared for looking for pieces: spectra of its overlapping blocks, energy up to each sample."""

    def __init__(self, sound: Wave) -> None:
        self.sound = _sharpen(sound)
        blocks = -(-len(sound) // STEP)
        padded = np.zeros((blocks - 1) * STEP + BLOCK, dtype=np.float32)
        padded[: len(sound)] = self.sound
        cut = np.lib.stride_tricks.sliding_window_view(padded, BLOCK)[::STEP]
        self.spectra = np.fft.rfft(cut, axis=1)
        self._energy = np.concatenate([[0.0], np.cumsum(padded.astype(np.float64) ** 2)])
        self._scales: dict[int, Wave] = {}

    def _scale(self, length: int) -> Wave:
        """One over the root of the energy in so many samples from each place on."""
        if length not in self._scales:
            here = self._energy[length : length + len(self.sound)] - self._energy[: len(self.sound)]
            floor = QUIET**2 * length * 0.01
            self._scales[length] = (1 / np.sqrt(np.maximum(here, floor))).astype(np.float32)
        return self._scales[length]

    def alike(self, piece: Wave) -> tuple[NDArray[np.intp], Wave]:
        """Places where the piece may lie, the best of each neighbourhood, and how alike it is there."""
        spectrum = np.conj(np.fft.rfft(piece, BLOCK))
        product = np.fft.irfft(self.spectra * spectrum, BLOCK, axis=1)[:, :STEP].reshape(-1)
        product = product[: len(self.sound)]
        ratio = product * (self._scale(len(piece)) / np.float32(np.sqrt(np.dot(piece, piece)) or 1.0))
        candidates = np.flatnonzero(ratio > ALIKE)
        best: list[int] = []
        for group in np.split(candidates, np.flatnonzero(np.diff(candidates) > EDGE) + 1):
            if len(group):
                best.append(int(group[np.argmax(ratio[group])]))
        places = np.array(best, dtype=np.intp)
        return places, ratio[places].astype(np.float32)


@lru_cache(maxsize=512)
def _prepared(file: Path, stamp: int) -> tuple[Wave, NDArray[np.bool_]]:
    """The prompt, sharpened, and which of its edge-sized windows hold sound."""
    sound = load(file)
    windows = len(sound) // EDGE
    level = np.sqrt(np.mean(sound[: windows * EDGE].reshape(windows, EDGE) ** 2, axis=1)) if windows else np.zeros(0)
    loud = level > max(QUIET, PAUSE * float(level.max(initial=0.0)))
    return _sharpen(sound), loud


def _find(ground: _Ground, prompt: Path) -> list[Heard]:
    sound, loud = _prepared(prompt, prompt.stat().st_mtime_ns)
    if not loud.any():
        return []
    guesses: list[tuple[int, float]] = []  # where the prompt would begin, and how sure a piece is of it
    # every second piece, and the last: a stretch of a second and a half always holds one, the beginning always does
    for at in sorted({*range(0, len(sound), 2 * PIECE), max(0, len(sound) - PIECE)}):
        piece = sound[at : at + PIECE]
        if not loud[at // EDGE : (at + len(piece)) // EDGE].any():
            continue
        places, ratios = ground.alike(piece)
        guesses += [(int(place) - at, float(ratio)) for place, ratio in zip(places, ratios, strict=True)]
    measured = (_measure(ground, prompt, sound, loud, origin) for origin in _agreed(guesses))
    return _apart([one for one in measured if one is not None])


def _agreed(guesses: list[tuple[int, float]]) -> list[int]:
    """Origins, the one with most weight behind it first; those that slipped against each other count as one."""
    left = sorted(guesses)
    origins: list[tuple[float, int]] = []
    while left:
        group = [guess for guess in left if guess[0] - left[0][0] <= EDGE]
        left = left[len(group) :]
        weight = sum(ratio for _, ratio in group)
        origins.append((weight, max(group, key=lambda guess: guess[1])[0]))
    return [origin for _, origin in sorted(origins, reverse=True)[:8]]


def _measure(ground: _Ground, prompt: Path, sound: Wave, loud: NDArray[np.bool_], origin: int) -> Heard | None:
    """How much of the prompt is in the recording if it begins at `origin`: the longest stretch that is alike."""
    alike = _profile(ground.sound, sound, loud, origin)
    windows = min(len(alike), len(loud))
    alike, known = alike[:windows], loud[:windows]
    good = np.where(known, alike > SURE, False)
    first, last, count = _stretch(good, known)
    enough = min(SHORTEST * RATE / EDGE, 0.9 * int(known.sum()))
    score = float(np.mean(alike[first : last + 1][good[first : last + 1]])) if count else 0.0
    if count < max(enough, 3) or (score < CLEAR and count * EDGE < RATE):
        return None
    start, end = origin + first * EDGE, min(origin + (last + 1) * EDGE, origin + len(sound))
    share = count / int(known.sum())
    return Heard(prompt, start / RATE, end / RATE, score, first * EDGE / RATE, share)


def _profile(recording: Wave, sound: Wave, loud: NDArray[np.bool_], origin: int) -> Wave:
    """How alike prompt and recording are, window by window; a slip of up to 100 ms is followed, in a pause too."""
    windows = len(sound) // EDGE
    out = np.zeros(windows, dtype=np.float32)
    far = SLIP // EDGE + WINDOW // EDGE
    shift, lost = 0, far + 1  # lost: windows with sound since the last that fitted
    for window in range(windows):
        low = max(0, window * EDGE - (WINDOW - EDGE) // 2)
        piece = sound[low : low + WINDOW]
        out[window], fit = _alike_at(recording, piece, origin + low + shift)
        if fit and out[window] > SURE:
            lost = 0
        elif loud[window]:
            lost += 1
            if not fit and lost <= far:
                better, moved = _look_around(recording, piece, origin + low + shift)
                if better > SURE:
                    out[window], shift, lost = better, shift + moved, 0
    return out


def _alike_at(recording: Wave, piece: Wave, place: int) -> tuple[float, bool]:
    if place < 0 or place + len(piece) > len(recording):
        low, high = max(place, 0), min(place + len(piece), len(recording))
        if high - low < EDGE:
            return 0.0, True
        piece, place = piece[low - place : high - place], low
    there = recording[place : place + len(piece)]
    power = float(np.dot(there, there)) * float(np.dot(piece, piece))
    if power <= 0:
        return 0.0, True
    ratio = float(np.dot(there, piece)) / power**0.5
    return ratio, ratio > SURE


def _look_around(recording: Wave, piece: Wave, place: int) -> tuple[float, int]:
    """The best place within a slip's distance: how alike, and how far away."""
    low = max(0, place - SLIP)
    around = recording[low : place + SLIP + len(piece)]
    if len(around) <= len(piece):
        return 0.0, 0
    product = np.correlate(around, piece, mode="valid")
    energy = np.concatenate([[0.0], np.cumsum(around.astype(np.float64) ** 2)])
    here = energy[len(piece) :][: len(product)] - energy[: len(product)]
    ratio = product / np.sqrt(np.maximum(here, 1e-9) * float(np.dot(piece, piece)) + 1e-12)
    best = int(np.argmax(ratio))
    return float(ratio[best]), low + best - place


def _stretch(good: NDArray[np.bool_], known: NDArray[np.bool_]) -> tuple[int, int, int]:
    """First and last window and number of windows of the longest stretch of good ones. Windows without sound do not
    break it, nor up to a tenth of a second of bad ones."""
    best, run = (0, -1, 0), (0, -1, 0)
    bad = 0
    for at in range(len(good)):
        if not known[at]:
            continue
        if good[at]:
            run = (run[0] if run[2] else at, at, run[2] + 1)
            bad = 0
            best = max(best, run, key=lambda one: one[2])
        else:
            bad += 1
            if bad > SLIP // EDGE:
                run = (0, -1, 0)
    return best


def _overlap(one: Heard, other: Heard) -> float:
    return min(one.end, other.end) - max(one.start, other.start)
