"""What a video file is, and why TikTok would not take it.

`probe_file` asks a jailed process (`probe_worker`) for facts; `refusals` is the pure rule over them. Nothing here
knows rows: `scheduler.media` keeps the answer.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from scheduler import probe_worker
from scheduler.jail import run_jailed
from scheduler.video_limits import RATES, SIDES

SIZE_LIMIT = 4_000_000_000
"""Bytes; "at most 4 GB" in the smaller reading (tiktok-api.md 11)."""

CODECS = frozenset({"h264", "hevc", "vp8", "vp9"})
LONGEST_SECONDS = 600
"""The API's maximum; the creator's own limit is compared when a post is composed (tiktok-api.md 5, 11)."""

CONTENT_TYPES = {"mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm"}
SUFFIXES = {".mp4": "iso", ".m4v": "iso", ".mov": "iso", ".qt": "iso", ".webm": "webm"}

UNREADABLE = (
    "This file is not a video we can read. TikTok takes MP4, MOV and WebM; export it again and upload that."
)
CUT_SHORT = (
    "This video is cut short: the end of the file is missing. Copy or export it again and upload that."
)


@dataclass(frozen=True)
class Facts:
    """What the file is by its content. Without `readable` only `container` says anything."""

    readable: bool = False
    whole: bool = False
    container: str = ""
    codec: str = ""
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    frame_rate: float = 0.0
    audio: str = ""
    cover: bytes = b""

    @classmethod
    def read(cls, answer: bytes) -> Facts:
        """From the worker's JSON; an answer that is none, or not of this shape, is an unreadable file."""
        try:
            said: dict[str, Any] = json.loads(answer)
            return cls(**said | {"cover": base64.b64decode(said.get("cover", ""))})
        except (ValueError, TypeError, AttributeError):
            return cls()


def time_limit(size: int) -> float:
    """Seconds a probe of `size` bytes may take: 30, and what a slow disk needs to read the whole file."""
    return 30 + size / 50_000_000


def probe_file(file: BinaryIO, *, size: int, seconds: float | None = None) -> Facts:
    """Facts about an open file, from a process that is killed, with all its group, at the time limit."""
    return Facts.read(run_jailed(Path(probe_worker.__file__), file, seconds=seconds or time_limit(size)))


def refusals(facts: Facts, *, size: int, name: str = "") -> list[str]:
    """Why this file may not be posted: a sentence each, what is wrong and what to do; none for a good one."""
    if not facts.readable:
        return [CUT_SHORT if facts.container and not facts.whole else UNREADABLE]
    if not facts.whole:
        return [CUT_SHORT]
    rules = (_name, _codec, _frame_rate, _sides, _length)
    sentences = [rule(facts, name) for rule in rules]
    sentences.append(size_refusal(size))
    return [sentence for sentence in sentences if sentence]


def size_refusal(size: int) -> str:
    if size <= SIZE_LIMIT:
        return ""
    return f"This file is {size / 1e9:.2f} GB; TikTok takes up to 4 GB. Export it with a lower bitrate."


def _name(facts: Facts, name: str) -> str:
    suffix = PurePath(name).suffix.lower()
    family = "webm" if facts.container == "webm" else "iso"
    if not suffix or SUFFIXES.get(suffix) == family:
        return ""
    return (
        f"The name ends in {suffix}, but this is {facts.container.upper()} inside. "
        f"Rename it to end in .{facts.container} and upload it again."
    )


def _codec(facts: Facts, _name: str) -> str:
    if facts.codec in CODECS:
        return ""
    return (
        f"This video is encoded as {facts.codec}; TikTok takes H.264, H.265, VP8 and VP9. Export it as H.264."
    )


def _frame_rate(facts: Facts, _name: str) -> str:
    low, high = RATES
    if low <= round(facts.frame_rate, 1) <= high:
        return ""
    return f"This video has {facts.frame_rate:.4g} frames a second; TikTok takes 23 to 60. Export it at 30."


def _sides(facts: Facts, _name: str) -> str:
    low, high = SIDES
    if low <= min(facts.width, facts.height) and max(facts.width, facts.height) <= high:
        return ""
    return (
        f"This video is {facts.width} × {facts.height} pixels; TikTok takes 360 to 4096 on each side. "
        "Export it at 1080 × 1920."
    )


def _length(facts: Facts, _name: str) -> str:
    if facts.duration_ms <= 0:
        return "This file has no moving picture in it. Export it again and upload that."
    if facts.duration_ms <= LONGEST_SECONDS * 1000:
        return ""
    minutes, seconds = divmod(facts.duration_ms // 1000, 60)
    return f"This video is {minutes}:{seconds:02d} long; TikTok takes up to 10:00 from here. Shorten it."
