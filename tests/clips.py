"""Videos for tests: real ones, and the ways a file can fail to be one."""

from __future__ import annotations

from pathlib import Path

from scheduler.demo_clips import make_clip

__all__ = ["make_clip", "truncated"]


def truncated(clip: Path, *, keep: float = 0.5) -> Path:
    """The first part of a clip, as an interrupted copy leaves it."""
    half = clip.with_name(f"half-{clip.name}")
    data = clip.read_bytes()
    half.write_bytes(data[: int(len(data) * keep)])
    return half
