"""The arrows between the folders hold, and no folder is outside their care (design 1, house rule 3)."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("config", "scheduler", "tiktok", "accounts")


def settings() -> dict[str, list[str]]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]


@pytest.mark.slow
def test_every_contract_is_kept() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_linter_looks_at_every_package() -> None:
    packages = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert packages == set(settings()["root_packages"]) == {*PACKAGES, "tests"}


@pytest.mark.parametrize("package", PACKAGES[1:])
def test_an_app_reads_settings_through_django(package: str) -> None:
    offenders = [
        str(path.relative_to(ROOT))
        for path in (ROOT / package).rglob("*.py")
        if "config.settings" in path.read_text() or "os.environ[" in path.read_text()
    ]
    assert offenders == []
