"""What a fetched file is, by its bytes: a JPEG or WebP by its header, with its size, a video by how it begins.

The type that the server stated is not believed. Sizes are pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

MAX_IMAGE_BYTES = 20_000_000  # 20 MB, decimal: the smaller reading (contract 11)
LONG_SIDE, SHORT_SIDE = 1_920, 1_080  # "1080p", either way round
# Start-of-frame markers of a JPEG; C4, C8 and CC in their midst are something else.
FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})


@dataclass(frozen=True)
class Picture:
    content_type: str
    width: int
    height: int

    def fits(self) -> bool:
        """Whether it is at most 1080p."""
        short, long = sorted((self.width, self.height))
        return 0 < short <= SHORT_SIDE and long <= LONG_SIDE


def read_picture(data: bytes) -> Picture | None:
    """The JPEG or WebP that these bytes are, or None: nothing else is taken (contract 11)."""
    if data.startswith(b"\xff\xd8\xff"):
        size = _jpeg_size(data)
        return Picture("image/jpeg", *size) if size else None
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        size = _webp_size(data)
        return Picture("image/webp", *size) if size else None
    return None


def video_type(head: bytes) -> str | None:
    """The content type of a video that begins like this, or None."""
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:10] == b"qt" else "video/mp4"
    return "video/webm" if head.startswith(b"\x1a\x45\xdf\xa3") else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker in FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        if marker == 0xFF:  # padding before a marker
            at += 1
        elif marker in BARE_MARKERS:
            at += 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if len(data) < 30:
        return None
    match data[12:16]:
        case b"VP8 ":  # lossy: two 14-bit numbers after the start code
            return _u(data, 26, 2) & 0x3FFF, _u(data, 28, 2) & 0x3FFF
        case b"VP8L":  # lossless: 14 bits each, less one, after a signature byte
            bits = _u(data, 21, 4)
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X":  # extended: the canvas, 24 bits each, less one
            return _u(data, 24, 3) + 1, _u(data, 27, 3) + 1
    return None


def _u(data: bytes, at: int, size: int) -> int:
    return int.from_bytes(data[at : at + size], "little")
