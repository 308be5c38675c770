"""Search for the highest load that is still carried well, in a few trials."""

from collections.abc import Sequence

STEPS = (
    20, 25, 30, 36, 43, 50, 60, 70, 80, 90, 105, 120, 135, 150, 165, 180, 195, 210, 225, 240, 255, 270, 285, 300,
    320, 340, 360, 380, 400, 420, 440, 460, 480, 500, 525, 550, 575, 600, 640, 680, 720, 760, 800,
)  # fmt: skip


class Stairs:
    """Go up while trials pass and down while they fail, until a step that passes has one above it that failed.

        stairs = Stairs(STEPS, start=300)
        while (rate := stairs.next()) is not None:
            stairs.heard(rate, trial(rate))
        stairs.limit            # 0 if no step passed

    `trials` bounds the cost: with noise about, the search may not settle. The first moves are `stride` steps wide.
    """

    def __init__(self, steps: Sequence[int], start: int, *, trials: int = 6, stride: int = 1) -> None:
        self._steps = steps
        self._at = max((i for i, step in enumerate(steps) if step <= start), default=0)
        self._left = trials
        self._stride = stride
        self._passed = -1
        self._failed = len(steps)

    @property
    def limit(self) -> int:
        return self._steps[self._passed] if self._passed >= 0 else 0

    def next(self) -> int | None:
        if self._left <= 0 or self._failed - self._passed <= 1:
            return None
        return self._steps[self._at]

    def heard(self, rate: int, passed: bool) -> None:
        self._left -= 1
        if passed:
            self._passed = max(self._passed, self._steps.index(rate))
        else:
            self._failed = min(self._failed, self._steps.index(rate))
            self._passed = min(self._passed, self._failed - 1)
        if self._passed >= 0 and self._failed < len(self._steps):
            self._stride = max(1, min(self._stride, (self._failed - self._passed) // 2))
        move = self._stride if passed else -self._stride
        self._at = min(max(self._at + move, self._passed + 1), self._failed - 1)
