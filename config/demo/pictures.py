"""Small photos for the demo's carousels, drawn on the spot."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

SIZE = (720, 1280)
CRUSTS = ("#b5651d", "#8c4a14", "#d9a066", "#6b3a12")


def make_photo(path: Path, *, number: int) -> Path:
    """A loaf on a table; each number looks different."""
    photo = Image.new("RGB", SIZE, "#f3ead8")
    draw = ImageDraw.Draw(photo)
    left = 60 + 40 * (number % 4)
    draw.ellipse((left, 420, left + 520, 900), fill=CRUSTS[number % len(CRUSTS)])
    draw.rectangle((0, 900, *SIZE), fill="#7a5c43")
    photo.save(path, "JPEG", quality=88)
    return path
