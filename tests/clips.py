"""Videos and images for tests: real ones, and the ways a file can fail to be one."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from scheduler.demo_clips import make_clip

__all__ = ["exif", "make_clip", "make_image", "moving", "picture", "png_header", "truncated"]


def truncated(clip: Path, *, keep: float = 0.5) -> Path:
    """The first part of a clip, as an interrupted copy leaves it."""
    half = clip.with_name(f"half-{clip.name}")
    data = clip.read_bytes()
    half.write_bytes(data[: int(len(data) * keep)])
    return half


def picture(width: int = 400, height: int = 600, mode: str = "RGB") -> Image.Image:
    """Red above, blue below, green in the upper left corner: it shows how it is turned."""
    drawn = Image.new("RGB", (width, height), "red")
    draw = ImageDraw.Draw(drawn)
    draw.rectangle((0, height // 2, width, height), fill="blue")
    draw.rectangle((0, 0, width // 4, height // 4), fill="lime")
    return drawn.convert(mode)


def make_image(drawn: Image.Image | None = None, *, kind: str = "JPEG", **options: Any) -> bytes:
    """An image file of that kind; `options` go to Pillow's `save`."""
    out = io.BytesIO()
    (drawn or picture()).save(out, kind, **options)
    return out.getvalue()


def moving(kind: str) -> bytes:
    """An animation of two frames."""
    return make_image(kind=kind, save_all=True, append_images=[picture().rotate(180)], duration=100)


def exif(*, orientation: int = 1) -> Image.Exif:
    """What a phone writes: how it was held, which phone, and where it was."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x0110] = "SECRETPHONE"
    notes.get_ifd(0x8825).update({1: "N", 2: (53.0, 33.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)})
    return notes


def png_header(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims to be that large."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(100_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
