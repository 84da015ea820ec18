"""The fault list has a test for each of its rows, so that the table of `make faults` leaves none out.

The list is section 4 of the requirements on security; rows of other parts (time zones, media, people) have their
tests with those parts.
"""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.verdicts import faults_of

SUITE = Path(__file__).resolve().parents[1] / "faults"
PROMISED = {f"F-{number:02}" for number in (*range(1, 39), 43, 48, *range(50, 61))}


def test_every_fault_of_the_engine_has_a_test() -> None:
    names = [
        name
        for file in SUITE.glob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    ]
    assert {fault for name in names for fault in faults_of(name)} == PROMISED
