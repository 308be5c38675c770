"""Which of our colleagues is dead? Each controller's applications have a beat, written on the exchange itself.

No clocks are compared: a beat that has not *changed* for 1.2 s, as we have seen it, is the beat of a dead controller
(SURVIVAL §4, takeover). A wrong judgement costs nothing but a change of hands: who is replaced lets go.
"""

from collections.abc import Iterable

OURS = "lp-"  # what the application names of all controllers begin with
EVERY = 0.4  # seconds between two beats
LOOK = 0.25  # seconds between two looks at the colleagues
STALE = 1.2  # seconds without a new beat


def variable(app: str) -> str:
    """The exchange's global variable that holds the beat of an application."""
    return f"LP_BEAT_{app}"


class Beats:
    """What has been seen of the colleagues' beats."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[str, float]] = {}

    def saw(self, app: str, beat: str, now: float) -> bool:
        """`beat` as read just now ("" = never written). True: its controller is dead."""
        last = self._seen.get(app)
        if last is None or last[0] != beat:
            self._seen[app] = (beat, now)
            return False
        return now - last[1] > STALE

    def forget_all_but(self, apps: Iterable[str]) -> None:
        keep = set(apps)
        self._seen = {app: seen for app, seen in self._seen.items() if app in keep}
