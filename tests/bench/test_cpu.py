"""Processor time of a process."""

import os

from bench import cpu
from bench.addresses import Addresses


def test_a_line_of_proc_whose_name_holds_blanks_and_parentheses() -> None:
    assert cpu.parse("7 (a) b (c) S 1 7 7 0 -1 4 5 0 1 0 150 50 0 0 20 0 1 0 9 9 9", ticks=100) == 2.0


def test_a_process_that_works_spends_time() -> None:
    before = cpu.spent(os.getpid())
    while cpu.spent(os.getpid()) == before:
        sum(range(10_000))
    assert cpu.spent(os.getpid()) > before


def test_two_runs_have_different_addresses_all_on_this_machine() -> None:
    one, other = Addresses.of_this_run(300), Addresses.of_this_run(301)
    assert one.plain == "127.65.44.1"
    assert not {one.plain, one.ours, one.callers, one.town} & {other.plain, other.ours, other.callers, other.town}
