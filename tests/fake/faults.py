"""What can be made to go wrong in the protocol itself (for the cable see `tests.fake.wire`)."""

import re
from dataclasses import dataclass, field


@dataclass(slots=True)
class Forced:
    """Answer requests that match `pattern` ("POST /channels/.*/play") with `status`, from the `nth` on, `times` times.

    carried_out: do what was asked all the same (the answer lies).
    """

    status: int
    pattern: str
    nth: int = 1
    times: int = 1
    carried_out: bool = False
    seen: int = 0

    def strikes(self, line: str) -> bool:
        if re.match(self.pattern, line) is None:
            return False
        self.seen += 1
        return self.nth <= self.seen < self.nth + self.times


@dataclass(slots=True)
class Faults:
    """The knobs.

    slow         seconds every answer takes longer
    late         seconds every event comes later (in order)
    duplicate    every event is sent twice
    reorder      what a hang-up causes comes in another order: ChannelDestroyed first, StasisEnd later
    keys_lost    no key arrives
    """

    slow: float = 0.0
    late: float = 0.0
    duplicate: bool = False
    reorder: bool = False
    keys_lost: bool = False
    forced: list[Forced] = field(default_factory=list)

    def answer(self, status: int, pattern: str, *, nth: int = 1, times: int = 1, carried_out: bool = False) -> Forced:
        """Force a status; the returned object counts what it has seen."""
        one = Forced(status, pattern, nth, times, carried_out)
        self.forced.append(one)
        return one

    def forced_status(self, line: str) -> Forced | None:
        return next((one for one in self.forced if one.strikes(line)), None)
