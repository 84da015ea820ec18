"""The table at the end: one line a fault, how often it was run, and what went wrong. Anything but zeros fails."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

NAME = re.compile(r"test((?:_f\d\d)+)_")
FAULT = re.compile(r"f(\d\d)")
HEAD = ("fault", "runs", "posts", "lost", "doubled", "stuck", "failed")


@dataclass
class Line:
    """What is known of one fault over all its runs."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(HEAD[1:], 0))

    def add(self, properties: Mapping[str, Any], *, failed: bool) -> None:
        self.counts["runs"] += 1
        self.counts["failed"] += failed
        for name in ("posts", "lost", "doubled", "stuck"):
            self.counts[name] += int(properties.get(name, 0))


def faults_of(nodeid: str) -> list[str]:
    """`F-05` of `…::test_f05_kill_between_chunks[…]`, several of `test_f30_f36_…`; nothing for other tests."""
    found = NAME.search(nodeid)
    return [f"F-{number}" for number in FAULT.findall(found[1])] if found else []


def table(runs: Iterable[tuple[str, Mapping[str, Any], bool]]) -> str:
    """From (node id, properties of the run, whether it failed)."""
    lines: defaultdict[str, Line] = defaultdict(Line)
    for nodeid, properties, failed in runs:
        for fault in faults_of(nodeid):
            lines[fault].add(properties, failed=failed)
    rows = [HEAD, *((fault, *map(str, lines[fault].counts.values())) for fault in sorted(lines))]
    totals = [sum(line.counts[name] for line in lines.values()) for name in HEAD[1:]]
    rows.append(("all", *map(str, totals)))
    return "\n".join("  ".join(cell.rjust(7) for cell in row) for row in rows)
