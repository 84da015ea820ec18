"""What an image file is, what of it may be posted, and why TikTok would not take it.

`draw_image` has a jailed process (`image_worker`) draw the picture anew; `refusals` is the pure rule over what that one
saw. Whatever came in, a JPEG goes out: TikTok takes JPEG and WebP only (tiktok-api.md 11), JPEG is what every reader
takes, and one kind of file is one thing to prove. Nothing here knows rows; of video, `scheduler.probe` does the same.
"""

from __future__ import annotations

import base64
import json
import os
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any, BinaryIO

from scheduler import image_worker
from scheduler.jail import run_jailed

UPLOAD_LIMIT = 50_000_000
"""Bytes of an image as it arrives; what is posted is drawn anew and much smaller."""

SIZE_LIMIT = 20_000_000
"""Bytes of an image as it is posted; "at most 20 MB each" in the smaller reading (tiktok-api.md 11)."""

DRAWN = "jpeg"
CONTENT_TYPES = {DRAWN: "image/jpeg"}
SECONDS = 30.0

SUFFIXES = {
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "png": (".png",),
    "webp": (".webp",),
}
"""Containers that are taken, and the names that agree with them; the first is the one to suggest."""

FOREIGN = {"gif": "a GIF", "heic": "a HEIC photo", "avif": "an AVIF image", "tiff": "a TIFF", "bmp": "a BMP"}
FOREIGN_SUFFIXES = (".gif", ".heic", ".heif", ".avif", ".tif", ".tiff", ".bmp", ".svg")

HEAD = 64
MARKS = {
    b"\xff\xd8\xff": "jpeg",
    b"\x89PNG\r\n\x1a\n": "png",
    b"GIF8": "gif",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"BM": "bmp",
}
"""First bytes, and what they name."""

BRANDS = {b"hei": "heic", b"hev": "heic", b"mif": "heic", b"msf": "heic", b"avi": "avif"}
"""Brands of the boxes that videos share, by their first three letters."""


@dataclass(frozen=True)
class Facts:
    """What the file is by its content, and the `picture` drawn from it: a JPEG of `width` × `height`.

    `container` is what came in: a key of `SUFFIXES` or `FOREIGN`, or nothing. Without `whole` there is no picture.
    """

    container: str = ""
    too_many_pixels: bool = False
    moves: bool = False
    whole: bool = False
    width: int = 0
    height: int = 0
    cover: bytes = b""
    picture: bytes = b""

    @classmethod
    def read(cls, answer: bytes, *, container: str = "") -> Facts:
        """From the worker's line of JSON and what follows it; an answer of another shape is an unreadable file."""
        line, _, picture = answer.partition(b"\n")
        try:
            said: dict[str, Any] = {"container": container} | json.loads(line)
            return cls(**said | {"cover": base64.b64decode(said.get("cover", "")), "picture": picture})
        except (ValueError, TypeError, AttributeError):
            return cls(container=container)


def sniff(head: bytes) -> str:
    """The kind of image that the first `HEAD` bytes name: a key of `SUFFIXES` or `FOREIGN`, or nothing."""
    if head[4:8] == b"ftyp":
        return BRANDS.get(head[8:11], "")
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "webp"
    return next((kind for mark, kind in MARKS.items() if head.startswith(mark)), "")


def is_named_image(name: str) -> bool:
    """Whether the name alone promises an image, of any kind."""
    taken = tuple(suffix for suffixes in SUFFIXES.values() for suffix in suffixes)
    return name.lower().endswith(taken + FOREIGN_SUFFIXES)


def draw_image(file: BinaryIO, *, seconds: float = SECONDS) -> Facts:
    """Facts about an open file and its picture drawn anew, from a process that is killed at the time limit."""
    container = sniff(os.pread(file.fileno(), HEAD, 0))
    answer = run_jailed(Path(image_worker.__file__), file, seconds=seconds)
    return Facts.read(answer, container=container)


def upload_refusal(size: int, *, name: str) -> str:
    """Why an image of `size` bytes is not even received, or nothing."""
    if size <= UPLOAD_LIMIT:
        return ""
    return f"“{name}” is larger than {UPLOAD_LIMIT // 1_000_000} MB. Export it smaller and upload that."


def refusals(facts: Facts, *, name: str) -> list[str]:
    """Why this image may not be posted: one sentence that names it and says what to do; none for a good one."""
    sentence = _kind(facts) or _named(facts, name) or _picture(facts)
    return [f"“{name}” {sentence}"] if sentence else []


def _kind(facts: Facts) -> str:
    if facts.too_many_pixels:
        millions = image_worker.MOST_PIXELS // 1_000_000
        return f"has more than {millions} million pixels. Export it at 1080 × 1920 and upload that."
    if facts.container in FOREIGN:
        return f"is {FOREIGN[facts.container]}; TikTok does not take it. Export it as JPEG and upload that."
    if facts.container not in SUFFIXES:
        return "is not an image we can read. TikTok takes JPEG and WebP; export it again as JPEG and upload that."
    return "is animated; a photo post takes still images. Export one picture of it." if facts.moves else ""


def _named(facts: Facts, name: str) -> str:
    suffix, fitting = PurePath(name).suffix.lower(), SUFFIXES[facts.container]
    if not suffix or suffix in fitting:
        return ""
    inside = facts.container.upper() if facts.container != "webp" else "WebP"
    return f"ends in {suffix}, but is {inside} inside. Rename it to end in {fitting[0]} and upload it again."


def _picture(facts: Facts) -> str:
    if not facts.whole:
        return "is cut short or damaged. Copy or export it again and upload that."
    if len(facts.picture) > SIZE_LIMIT:
        return f"is larger than {SIZE_LIMIT // 1_000_000} MB. Export it smaller and upload that."
    return ""
