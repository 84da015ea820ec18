"""The small still of a video or an image, for lists and previews."""

from __future__ import annotations

import io

from PIL import Image

BOX = (270, 480)
BYTES = 8 * 1024


def still(picture: Image.Image) -> bytes:
    """WebP of at most `BYTES` that fits inside `BOX`, or the worst quality there is; `picture` is shrunk."""
    picture.thumbnail(BOX)
    for quality in (70, 50, 30, 10):
        out = io.BytesIO()
        picture.save(out, "WEBP", quality=quality)
        if out.tell() <= BYTES:
            break
    return out.getvalue()
