"""Profile pictures, drawn: one picture for each ready-made creator, a coloured disc for any other."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = 192
SCALE = SIZE // 64


@lru_cache(maxsize=64)
def draw_avatar(username: str) -> bytes:
    """A PNG of 192 by 192 pixels."""
    draw_it = {"luna.bakes": _luna, "fernandfold": _fern, "northpeak.run": _northpeak}.get(username)
    image = draw_it() if draw_it is not None else _disc(username)
    out = BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _luna() -> Image.Image:
    image, draw = _canvas("#f4c9a8")
    draw.ellipse(_at(10, 13, 46, 49), fill="#7a3b22")
    draw.ellipse(_at(18, 8, 48, 38), fill="#f4c9a8")
    draw.ellipse(_at(44, 20, 49, 25), fill="#7a3b22")
    draw.ellipse(_at(50, 30, 53, 33), fill="#7a3b22")
    return image


def _fern() -> Image.Image:
    image, draw = _canvas("#2f5d45")
    draw.line(_at(32, 52, 32, 16), fill="#dfeccf", width=8)
    for top, reach in ((13, 9), (22, 12), (31, 14)):
        for tip in (32 - reach, 32 + reach):
            draw.polygon(_at(32, top + 12, tip, top, 32, top + 4), fill="#dfeccf")
    return image


def _northpeak() -> Image.Image:
    image, draw = _canvas("#20325c")
    draw.polygon(_at(6, 50, 24, 22, 34, 35, 41, 26, 58, 50), fill="#f2efe8")
    draw.polygon(_at(24, 22, 29, 29, 25, 32, 20, 29), fill="#ff7a45")
    draw.ellipse(_at(41, 12, 51, 22), fill="#ff7a45")
    return image


def _disc(username: str) -> Image.Image:
    hue = int(hashlib.sha256(username.encode()).hexdigest(), 16) % 360
    image, draw = _canvas(f"hsl({hue}, 35%, 35%)")
    draw.ellipse(_at(16, 16, 48, 48), fill=f"hsl({hue}, 45%, 80%)")
    return image


def _canvas(colour: str) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    image = Image.new("RGB", (SIZE, SIZE), colour)
    return image, ImageDraw.Draw(image)


def _at(*units: int) -> list[int]:
    return [unit * SCALE for unit in units]
