"""`make bench`: ARGS="--only NAME" (repeatable, part of a scenario's name), "--quick", "--json FILE"."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import time
import traceback
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import django

from config import env
from config.supervisor import temporary_state
from tests.benchmarks import machine, rows
from tests.benchmarks.bench import bench, say

if TYPE_CHECKING:
    from tests.benchmarks.rows import Row

# A server, a folder or an app of the environment is not ours to load with millions of rows.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL", "TIKTOK_CLIENT_KEY")
LAST_LINES = 15


def main() -> int:
    """0 only where every row holds."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):  # a bench that is stopped still ends what it started
        signal.signal(number, _interrupt)
    out = options.json or env.BASE_DIR / ".data" / "bench.json"
    for name in FOREIGN:
        os.environ.pop(name, None)
    with temporary_state() as state:
        os.environ |= {
            "ONCUE_DATA_DIR": str(state),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "PYTHONPATH": str(env.BASE_DIR),
        }
        django.setup()
        try:
            made = _run(options, state)
        except BaseException:
            _show_logs(state)
            raise
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(made, indent=1))
    say(f"written to {out}")
    return 0 if all(row["holds"] for row in made) else 1


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", action="append", default=[], help="part of a scenario's name; repeatable")
    parser.add_argument("--quick", action="store_true", help="smaller, and each once")
    parser.add_argument("--json", type=Path, help="where the rows go instead of .data/bench.json")
    return parser.parse_args()


def _run(options: argparse.Namespace, state: Path) -> list[dict[str, Any]]:
    from tests.benchmarks.scenarios import SCENARIOS  # they read Django's models

    facts, began = machine.describe(), time.monotonic()
    say(json.dumps(facts))
    wanted = [name for name in SCENARIOS if not options.only or any(part in name for part in options.only)]
    made: list[Row] = []
    with bench(state, quick=options.quick) as run:
        for name in wanted:
            say(f"== {name}")
            try:
                found = list(SCENARIOS[name](run))
            except Exception as error:  # noqa: BLE001  one broken scenario must not cost the others
                traceback.print_exc()
                found = [rows.unmeasured(name, f"{type(error).__name__}: {error}"[:500])]
            say(f"\n{rows.table(found)}")
            made += found
    hold = sum(row.holds for row in made)
    say(f"\n\n{rows.table(made)}\n\n{hold} of {len(made)} hold; {time.monotonic() - began:.0f} s in all")
    return [row.as_json() | {"machine": facts} for row in made]


def _show_logs(state: Path) -> None:
    """The ends of the logs, which go with the temporary state."""
    for log in sorted((state / "logs").glob("*.log")):
        end = "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])
        sys.stderr.write(f"--- {log.name}\n{end}\n")


if __name__ == "__main__":
    sys.exit(main())
