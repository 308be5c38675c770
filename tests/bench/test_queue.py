"""The bench that lives a queue through counts what happens in it."""

import pytest

from bench.queue import HASTY, PATIENT, SEATS, decisions, live, off


def test_everybody_is_answered_or_gives_up() -> None:
    patient, hasty = live(PATIENT, 3_000), live(HASTY, 3_000)
    assert (patient.calls, patient.gave_up) == (3_000, 0)
    assert 0 < hasty.gave_up < hasty.waited < hasty.calls == 3_000
    assert 0 < patient.soon <= patient.calls
    assert patient.busy / patient.until / SEATS == pytest.approx(PATIENT.erlangs / SEATS, rel=0.1)


def test_figures_are_compared_one_by_one() -> None:
    assert set(off(live(PATIENT, 500), PATIENT)) == {"waits", "asa", "occupancy", "answered within 20 s"}
    assert set(off(live(HASTY, 500), HASTY)) == {"waits", "asa", "occupancy", "abandoned"}


def test_decisions_are_counted() -> None:
    assert decisions(10, 0.01) > 1_000
