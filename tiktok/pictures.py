"""Our own copy of a creator's picture. TikTok's address of it lives two hours (`tiktok-api.md` section 5).

What comes back is never served as it came: it is decoded under a cap, cut to a square, and written anew. A
picture that cannot be had fails nothing; its place is taken by the first letter of the name.
"""

from __future__ import annotations

import io
import logging
import uuid
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image, ImageOps, UnidentifiedImageError

from tiktok.client import TikTokError
from tiktok.client.wire import Request
from tiktok.wiring import transport

SIDE = 192
LARGEST_SIDE = 4096
FORMATS = ("JPEG", "PNG", "WEBP")
DEADLINE = 5.0
"""Seconds. A person waits for the page."""

UNUSABLE = (
    UnidentifiedImageError,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    OSError,
    SyntaxError,  # what Pillow raises for some broken PNG files
    ValueError,
)
CDN_SUFFIXES = (
    ".tiktokcdn.com",
    ".tiktokcdn-us.com",
    ".tiktokcdn-eu.com",
    ".tiktokapis.com",
    ".tiktok.com",
    ".ibyteimg.com",
)

logger = logging.getLogger(__name__)


def fetch(url: str, *, workspace_id: uuid.UUID) -> str:
    """The storage key of our copy, empty where the picture could not be had."""
    if not is_allowed(url):
        return ""
    try:
        answer = transport().send(Request("GET", url, "picture"), deadline=DEADLINE)
        picture = redraw(answer.body) if answer.status == 200 else b""
    except (TikTokError, *UNUSABLE) as error:
        logger.info("A creator's picture could not be had: %s", type(error).__name__)
        return ""
    if not picture:
        return ""
    return default_storage.save(f"w/{workspace_id}/pictures/{uuid.uuid4().hex}.webp", ContentFile(picture))


def is_allowed(url: str) -> bool:
    """Whether the address is on TikTok's picture hosts over https, or on a base URL of the settings."""
    parts = urlsplit(url)
    own = {urlsplit(base)[:2] for base in (settings.TIKTOK_API_BASE_URL, settings.TIKTOK_AUTH_BASE_URL)}
    if (parts.scheme, parts.netloc) in own:
        return True
    host = (parts.hostname or "").lower()
    return parts.scheme == "https" and parts.port in (None, 443) and host.endswith(CDN_SUFFIXES)


def redraw(data: bytes) -> bytes:
    """A square WebP of 192 pixels, without anything else that the file carried. Raises OSError or ValueError."""
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        if max(image.size) > LARGEST_SIDE:
            raise ValueError("The picture is too large.")
        square = ImageOps.fit(image.convert("RGB"), (SIDE, SIDE))
    out = io.BytesIO()
    square.save(out, "WEBP", quality=85)
    return out.getvalue()


def discard(key: str) -> None:
    """Remove our copy, if there is one."""
    if key:
        default_storage.delete(key)
