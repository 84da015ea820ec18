from __future__ import annotations

import os
import subprocess
import sys

from tests.benchmarks import footprint, noise

BURN = "import time\nwhile time.process_time() < 0.3: pass"


def test_busy_is_everything_but_waiting_and_interrupts():
    line = ["cpu", "100", "20", "30", "9999", "8888", "777", "666", "5", "0", "0"]
    assert noise.busy_ticks(line) == 100 + 20 + 30 + 5


def test_the_work_of_a_child_that_has_ended_is_still_ours():
    before = footprint.lineage_seconds([os.getpid()])
    subprocess.run([sys.executable, "-c", BURN], check=True)
    assert footprint.lineage_seconds([os.getpid()]) - before >= 0.25


def test_others_never_do_less_than_nothing():
    assert noise.Watch().foreign_cores() >= 0
