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
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.rows import Row
    from tests.benchmarks.scenarios import Scenario

# A server, a folder or an app of the environment is not ours to load with millions of rows.
FOREIGN = ("DATABASE_URL", "REDIS_URL", "TIKTOK_API_BASE_URL", "TIKTOK_AUTH_BASE_URL", "TIKTOK_CLIENT_KEY")
LAST_LINES = 15


def main() -> int:
    """0 only where every row holds. What was measured is written whatever happens to the rest."""
    options = _options()
    for number in (signal.SIGTERM, signal.SIGHUP):  # a bench that is stopped still ends what it started
        signal.signal(number, _interrupt)
    for name in FOREIGN:
        os.environ.pop(name, None)
    made: list[Row] = []
    with temporary_state() as state:
        os.environ |= {
            "ONCUE_DATA_DIR": str(state),
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "PYTHONPATH": str(env.BASE_DIR),
        }
        django.setup()
        facts = machine.describe()
        try:
            _run(options, state, facts, made)
        except BaseException:
            _show_logs(state)
            raise
        finally:
            _write(options.json or env.BASE_DIR / ".data" / "bench.json", made, facts)
    return 0 if made and all(row.holds for row in made) else 1


def _write(out: Path, made: list[Row], facts: dict[str, Any]) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([row.as_json() | {"machine": facts} for row in made], indent=1))
    say(f"written to {out}")


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--only", action="append", default=[], help="part of a scenario's name; repeatable")
    parser.add_argument("--quick", action="store_true", help="smaller, and each once")
    parser.add_argument("--json", type=Path, help="where the rows go instead of .data/bench.json")
    return parser.parse_args()


def _run(options: argparse.Namespace, state: Path, facts: dict[str, Any], made: list[Row]) -> None:
    from tests.benchmarks.scenarios import SCENARIOS  # they read Django's models

    began = time.monotonic()
    say(json.dumps(facts))
    wanted = [name for name in SCENARIOS if not options.only or any(part in name for part in options.only)]
    with bench(state, quick=options.quick) as run:
        for name in wanted:
            made += _rows_of(name, SCENARIOS[name], run)
    hold = sum(row.holds for row in made)
    say(f"\n\n{rows.goals(made)}\n\n{hold} of {len(made)} hold; {time.monotonic() - began:.0f} s in all")


def _rows_of(name: str, scenario: Scenario, run: Bench) -> list[Row]:
    """The rows of one scenario; one that says so where it broke, because that must not cost the others."""
    say(f"== {name}")
    began = time.monotonic()
    found: list[Row] = []
    try:
        found.extend(scenario(run))
    except Exception as error:  # noqa: BLE001  any failure is a row that does not hold
        traceback.print_exc()
        found.append(rows.unmeasured(name, f"{type(error).__name__}: {error}"[:500]))
    say(f"{name} took {time.monotonic() - began:.0f} s\n{rows.table(found)}")
    return found


def _show_logs(state: Path) -> None:
    """The ends of the logs, which go with the temporary state."""
    for log in sorted((state / "logs").glob("*.log")):
        end = "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])
        sys.stderr.write(f"--- {log.name}\n{end}\n")


if __name__ == "__main__":
    sys.exit(main())
