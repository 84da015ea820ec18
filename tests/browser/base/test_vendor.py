"""What came from other packages is what it says it is, with its licence beside it."""

from __future__ import annotations

import hashlib
import tomllib
from pathlib import Path

import pytest

FILES = tomllib.loads(Path("static/vendor/vendor.toml").read_text(encoding="utf-8"))["file"]


@pytest.mark.parametrize("entry", FILES, ids=lambda entry: entry["path"])
def test_a_vendored_file_has_its_recorded_hash_and_licence(entry: dict[str, str]) -> None:
    assert hashlib.sha256(Path(entry["path"]).read_bytes()).hexdigest() == entry["sha256"]
    assert Path(entry["licence"]).stat().st_size > 200


def test_no_vendored_file_is_unrecorded() -> None:
    folders = [Path("static/vendor"), Path("static/fonts"), Path("tests/vendor")]
    known = {entry["path"] for entry in FILES} | {entry["licence"] for entry in FILES}
    there = {str(path) for folder in folders for path in folder.iterdir()} - {"static/vendor/vendor.toml"}
    assert there - known == set()
