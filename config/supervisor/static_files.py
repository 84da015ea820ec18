"""Collecting static files only when they have changed: it takes seconds, and a second start should not."""

from __future__ import annotations

import hashlib
from pathlib import Path

from config import env

SOURCES = ("static", "requirements.txt")  # the lock file stands for what packages bring


def fingerprint() -> str:
    """Changes whenever a source file does (name, size or time)."""
    digest = hashlib.sha256()
    for source in SOURCES:
        top = env.BASE_DIR / source
        for path in sorted([top, *top.rglob("*")]):
            if path.is_file():
                status = path.stat()
                digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()


def are_collected(state: Path) -> bool:
    """Whether the last collection was of these sources."""
    stamp = state / "static.stamp"
    return stamp.exists() and stamp.read_text() == fingerprint()


def note_collected(state: Path) -> None:
    """Remember what was collected."""
    (state / "static.stamp").write_text(fingerprint())
