"""Draws small real videos: what the demo workspace posts and what tests upload.

Nobody's footage is shipped with the code; a clip is a sun that moves over two tones, encoded on the spot.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw

Colour = tuple[int, int, int]

PALETTES: dict[str, tuple[Colour, Colour, Colour]] = {
    "oven": ((244, 190, 122), (122, 62, 36), (255, 238, 210)),
    "harbour": ((190, 214, 226), (38, 78, 104), (250, 246, 230)),
    "garden": ((206, 222, 188), (48, 92, 62), (252, 222, 150)),
    "kiln": ((228, 204, 196), (110, 58, 60), (250, 240, 236)),
    "market": ((250, 222, 160), (160, 84, 44), (214, 72, 52)),
}
"""Sky, ground, sun."""

QUICK = {
    "libx264": {"preset": "ultrafast"},
    "libx265": {"preset": "ultrafast", "x265-params": "log-level=none"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libvpx-vp9": {"deadline": "realtime", "cpu-used": "8"},
}
"""Encoder options: speed before size."""


def make_clip(
    path: Path,
    *,
    seconds: float = 2,
    width: int = 360,
    height: int = 640,
    fps: int = 30,
    codec: str = "libx264",
    palette: str = "oven",
    seed: int = 0,
) -> Path:
    """Write a playable video to `path`, in the container its suffix names; `seed` makes its bytes its own."""
    sky, ground, sun = PALETTES[palette]
    frames = round(seconds * fps)
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream(codec, rate=Fraction(fps))
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = QUICK.get(codec, {})
        for picture in _pictures(width, height, frames, (sky, ground, sun), seed):
            for packet in stream.encode(av.VideoFrame.from_image(picture)):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)
    return path


def _pictures(
    width: int, height: int, count: int, colours: tuple[Colour, Colour, Colour], seed: int
) -> Iterator[Image.Image]:
    sky, ground, sun = colours
    radius = width // 5
    for number in range(count):
        picture = Image.new("RGB", (width, height), sky)
        draw = ImageDraw.Draw(picture)
        middle = (width // 3 + width * number // (3 * count), height // 3 + seed % max(1, height // 6))
        draw.ellipse(
            (middle[0] - radius, middle[1] - radius, middle[0] + radius, middle[1] + radius), fill=sun
        )
        draw.rectangle((0, height * 5 // 8, width, height), fill=ground)
        yield picture
