"""The process that opens an uploaded image and draws it anew: jailed, knows no Django and no path.

Run by `scheduler.jail` with the file as standard input; prints one line of JSON facts and, behind it, the JPEG that may
be posted. Only pixels pass from the one to the other: no metadata, no place, nothing hidden behind the end (R-50).
It judges nothing; `scheduler.images` does. Of video, `probe_worker` does the same without drawing.
"""

from __future__ import annotations

import base64
import io
import json
import struct
import sys
import warnings
from typing import Any, BinaryIO

from PIL import ExifTags, Image, ImageCms

from scheduler import jail
from scheduler.stills import still

ANSWER = 24_000_000

FORMATS = ("JPEG", "PNG", "WEBP")
MOST_PIXELS = 50_000_000
"""Of the upload, by its header; nothing larger is ever decoded (R-50)."""

BOX = (1080, 1920)
"""TikTok says "maximum 1080p"; this is the smaller reading (tiktok-api.md 11)."""

QUALITY = 92
BROKEN = (OSError, SyntaxError, ValueError, MemoryError, struct.error)
"""What Pillow raises over a damaged file."""

TOO_LARGE = (Image.DecompressionBombError, Image.DecompressionBombWarning)

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes each orientation that a camera may note in its EXIF; from 5 on the sides change places."""


def redraw(file: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Facts about the file, and the picture to post: a JPEG, upright, on white, fitted inside `BOX`, or nothing."""
    try:
        image = Image.open(file, formats=FORMATS)
    except TOO_LARGE:
        return {"too_many_pixels": True}, b""
    except BROKEN:
        return {}, b""
    facts: dict[str, Any] = {"container": "jpeg" if image.format == "MPO" else str(image.format).lower()}
    if image.format != "MPO" and getattr(image, "n_frames", 1) > 1:
        return facts | {"moves": True}, b""
    try:
        picture = _drawn(image)
    except BROKEN:
        return facts, b""
    body = _jpeg(picture)
    facts |= {"whole": True, "width": picture.width, "height": picture.height}
    return facts | {"cover": base64.b64encode(still(picture)).decode()}, body


def _drawn(image: Image.Image) -> Image.Image:
    """Shrunk first, so that colours and turning cost little; never enlarged."""
    profile, orientation = image.info.get("icc_profile"), _orientation(image)
    image = _smooth(image)
    image.thumbnail(BOX[::-1] if orientation >= 5 else BOX, Image.Resampling.LANCZOS)
    picture = _on_white(_srgb(image, profile))
    return picture.transpose(UPRIGHT[orientation]) if orientation in UPRIGHT else picture


def _orientation(image: Image.Image) -> int:
    try:
        noted = image.getexif().get(ExifTags.Base.Orientation)
    except BROKEN:  # a damaged note says nothing about the picture
        return 1
    return noted if noted in UPRIGHT else 1


def _smooth(image: Image.Image) -> Image.Image:
    """The same picture in a mode that can be shrunk smoothly: no palette, no 16 bits, transparency as a channel."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value * (1 / 257)).convert("L")
    if "transparency" in image.info or image.mode in {"LA", "PA", "La"}:
        return image.convert("RGBA")
    return image.convert("RGB") if image.mode in {"P", "1"} else image


def _srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as every screen takes them, since the profile that explains them is left behind."""
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    if profile:
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode=mode)
        except (
            *BROKEN,
            ImageCms.PyCMSError,
        ):  # a profile of another picture, or none: the numbers as they are
            return image.convert(mode)
        return turned or image.convert(mode)
    return image.convert(mode)


def _on_white(image: Image.Image) -> Image.Image:
    """On paper of its own, which carries nothing of the file."""
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A") if image.mode == "RGBA" else None)
    return paper


def _jpeg(picture: Image.Image) -> bytes:
    """Colour is kept at full resolution, for the edges of text in screenshots."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, subsampling="4:4:4", optimize=True)
    return out.getvalue()


def main() -> None:
    Image.init()  # in jail no module can be imported any more
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    for warning in TOO_LARGE[1:]:
        warnings.simplefilter("error", warning)
    jail.enter(answer=ANSWER)
    facts, picture = redraw(sys.stdin.buffer)
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n" + picture)


if __name__ == "__main__":
    main()
