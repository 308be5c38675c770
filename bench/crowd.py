"""Many callers at once in menus, pressing random keys: was every key heard, and does every record say what happened?"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.caller import Line, booth
from bench.records import SLACK, Record

KEYS, LAST = "123*0", "9"
PAUSE = (0.35, 2.5)  # s between two keys of a caller; the menus speak longer
ANSWERED = 5.0
OVER = 10.0  # s from the last key to the end of the call
Document = Mapping[str, Any]


def way(flow: Document, keys: str) -> list[str]:
    """The steps a caller passes who presses these keys, one in each menu."""
    at = flow["start"]
    passed = [at]
    for key in keys:
        step = flow["steps"][at]
        everywhere = {"*": "back", "0": "agent"}
        exit = step["options"][key]["exit"] if key in step["options"] else everywhere[key]
        at = step["leads"][exit]
        passed.append(at)
    return passed


@dataclass(frozen=True, slots=True)
class Verdict:
    """lost: keys pressed that no record has; wrong: records whose keys, steps or duration are not what happened;
    missing: calls without a record; extra: records beyond one per call; refused: calls that were not served."""

    calls: int
    keys: int
    lost: int
    wrong: int
    missing: int
    extra: int
    refused: int
    examples: tuple[str, ...] = ()


def judge(lines: Sequence[Line], records: Sequence[Record], flow: Document) -> Verdict:
    """Compare what callers did with what was written down. Each caller has a number of its own."""
    by_caller: dict[str, list[Record]] = {}
    for record in records:
        by_caller.setdefault(record.caller, []).append(record)
    lost = wrong = missing = extra = refused = 0
    examples = []
    for line in lines:
        if line.refused or not line.up:
            refused += 1
            continue
        mine = by_caller.get(line.caller, [])
        if not mine:
            missing += 1
            lost += len(line.keys)
            examples.append(f"{line.caller}: no record of a call of {line.gone - line.up:.1f} s, keys {line.keys}")
            continue
        extra += len(mine) - 1
        record = mine[0]
        lost += max(0, len(line.keys) - len(record.keys))
        faults = _faults(line, record, flow)
        if faults:
            wrong += 1
            examples.append(f"{line.caller}: {'; '.join(faults)}")
    keys = sum(len(line.keys) for line in lines)
    return Verdict(len(lines), keys, lost, wrong, missing, extra, refused, tuple(examples[:5]))


def _faults(line: Line, record: Record, flow: Document) -> list[str]:
    faults = []
    if record.keys != line.keys:
        faults.append(f"pressed {line.keys}, written {record.keys}")
    if record.steps != (expected := way(flow, line.keys)):
        faults.append(f"went {' '.join(expected)}, written {' '.join(record.steps)}")
    if record.seconds is None or abs(record.seconds - (line.gone - line.up)) > SLACK:
        faults.append(f"lasted {line.gone - line.up:.2f} s, written {record.seconds}")
    return faults


@dataclass(frozen=True, slots=True)
class Crowd:
    """So many callers, for so many seconds; their numbers follow `first_caller`."""

    callers: int
    seconds: float
    first_caller: int

    @property
    def arrival(self) -> float:
        """Seconds over which they come."""
        return min(10.0, self.seconds / 4)


async def gather(crowd: Crowd, door: tuple[tuple[str, int], str, str], tell: Callable[[str], None]) -> list[Line]:
    """Callers who press random keys in the menus of a number until they leave by a key.

    door: (the exchange's address and port, the number called, the callers' address)
    """
    target, number, source = door
    dice = random.Random(crowd.first_caller)
    loop = asyncio.get_running_loop()
    leave_at = loop.time() + crowd.seconds
    async with booth(source, target) as callers:

        async def one(caller: int, at: float, own: random.Random) -> Line:
            await asyncio.sleep(at)
            line = callers.call(number, str(caller), deaf=True)
            try:
                async with asyncio.timeout(crowd.seconds + ANSWERED + OVER):
                    await line.answered.wait()
                    while loop.time() < leave_at and not line.over.is_set():
                        await asyncio.sleep(own.uniform(*PAUSE))
                        line.press(own.choice(KEYS))
                    line.press(LAST)
                    await line.over.wait()
            except TimeoutError:
                tell(f"  caller {caller} was left hanging after {line.keys}")
            return line

        return await asyncio.gather(
            *(
                one(crowd.first_caller + n, dice.uniform(0, crowd.arrival), random.Random(dice.random()))
                for n in range(crowd.callers)
            )
        )
