"""Processor time, from /proc."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def spent(pid: int) -> float:
    """Seconds of processor time that a process (all its threads) has used. Raises OSError if it is gone."""
    return parse(Path(f"/proc/{pid}/stat").read_text())


def parse(stat: str, ticks: int = TICKS) -> float:
    """utime + stime of a line of /proc/<pid>/stat. The name in it may hold blanks and parentheses."""
    fields = stat.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / ticks


def resident(pid: int) -> int:
    """Bytes of memory that a process holds for itself. Raises OSError if it is gone.

    Without the pages of files it has mapped: the database's own file grows with every call, and its pages belong to the
    kernel, which takes them back when it wants them.
    """
    _, whole, shared = (int(pages) for pages in Path(f"/proc/{pid}/statm").read_text().split()[:3])
    return (whole - shared) * os.sysconf("SC_PAGE_SIZE")


def busy() -> tuple[float, float]:
    """(idle, all) seconds of all cores since boot."""
    ticks = [int(t) for t in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return (ticks[3] + ticks[4]) / TICKS, sum(ticks) / TICKS
