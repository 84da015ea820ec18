"""The process that opens an uploaded video: jailed, short-lived, knows no Django and no path.

Run by `scheduler.jail` with the file as standard input; prints one JSON object of facts and judges nothing
(`scheduler.probe` does). FFmpeg reads through us, only the demuxer that the first bytes name, and is refused
whatever else it asks to open: a playlist in disguise leads nowhere (R-48).
"""

from __future__ import annotations

import base64
import importlib
import json
import os
import pkgutil
import sys
from typing import Any, BinaryIO, NoReturn

import av
from PIL import Image

from scheduler import jail
from scheduler.stills import still

ANSWER = 64 * 1024

FAMILIES = {"mp4": "mov", "mov": "mov", "webm": "matroska"}
"""Container as we name it, to FFmpeg's demuxer."""

LARGEST_SIDE = 4096  # nothing larger is ever decoded (tiktok-api.md 11)


def load_everything() -> None:
    """Import what `av` and Pillow would import when first needed: in jail no file opens any more."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if module.name != "av.__main__":
            importlib.import_module(module.name)
    Image.init()


def sniff(head: bytes) -> str:
    """The container that the first bytes name: `mp4`, `mov`, `webm`, or nothing."""
    if head[4:8] == b"ftyp":
        return "mov" if head[8:12] == b"qt  " else "mp4"
    if head[4:8] in {b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return "mov"
    if head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head[:64]:
        return "webm"
    return ""


def boxes_end(file: BinaryIO, size: int) -> bool:
    """Whether the boxes of an MP4 or MOV fill the file exactly: half a file, or one with a tail, does not."""
    at = 0
    while at < size:
        file.seek(at)
        head = file.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        elif length == 0 and head[4:8] == b"mdat":
            length = size - at
        if len(head) < 8 or length < 8:
            return False
        at += length
    return at == size


def refuse_nested(*_: Any) -> NoReturn:
    raise PermissionError("a video may not name other files")


def probe(file: BinaryIO) -> dict[str, Any]:
    """Facts about the file; `{"readable": False}` with the container, if any, where it is no video we can read."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    container = sniff(file.read(64))
    if not container:
        return {"readable": False, "container": ""}
    whole = container == "webm" or boxes_end(file, size)
    file.seek(0)
    try:
        return _facts(file, container, whole)
    except (av.FFmpegError, ValueError, IndexError, OSError, MemoryError):
        return {"readable": False, "container": container, "whole": whole}


def open_video(file: BinaryIO, container: str) -> Any:
    """FFmpeg's reader of it, on one thread, without a way to any other file."""
    media: Any = av.open(
        file,
        format=FAMILIES[container],
        options={
            "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm",
            "protocol_whitelist": "pipe",
        },
        io_open=refuse_nested,
        buffer_size=1 << 20,
        metadata_errors="replace",
    )
    for stream in media.streams.video:
        stream.codec_context.thread_count = 1
    return media


def _facts(file: BinaryIO, container: str, whole: bool) -> dict[str, Any]:
    with open_video(file, container) as media:
        stream = media.streams.video[0]
        walk = _walk(media, stream)
        duration: int | None = getattr(media, "duration", None)
        promised = (duration or 0) / av.time_base
        facts = {
            "readable": True,
            "container": container,
            "whole": whole and walk["clean"] and walk["seconds"] >= promised - 1,
            "codec": stream.codec_context.name,
            "duration_ms": round(walk["seconds"] * 1000),
            "width": stream.width,
            "height": stream.height,
            "frame_rate": _rate(stream, walk),
            "audio": media.streams.audio[0].codec_context.name if media.streams.audio else "",
        }
        return facts | _picture(media, stream, walk["seconds"])


def _walk(media: Any, stream: Any) -> dict[str, Any]:
    """Read every packet to the end: how long the file really is, and whether each packet is intact."""
    start, end, frames, clean = None, 0.0, 0, True
    try:
        for packet in media.demux():
            if packet.pts is None or packet.size == 0:
                continue
            at = float(packet.pts * packet.time_base)
            start = at if start is None else min(start, at)
            end = max(end, at + float((packet.duration or 0) * packet.time_base))
            clean = clean and not packet.is_corrupt
            frames += packet.stream.index == stream.index
    except av.FFmpegError:
        clean = False
    return {"seconds": max(0.0, end - (start or 0.0)), "frames": frames, "clean": clean}


def _rate(stream: Any, walk: dict[str, Any]) -> float:
    if stream.average_rate:
        return round(float(stream.average_rate), 3)
    return round(walk["frames"] / walk["seconds"], 3) if walk["seconds"] else 0.0


def _picture(media: Any, stream: Any, seconds: float) -> dict[str, Any]:
    """A still from early in the video, upright, and the size as it is shown; nothing too large is decoded."""
    if not may_decode(stream):
        return {"cover": ""}
    media.seek(int(min(1.0, seconds / 3) * av.time_base))
    frame = next(media.decode(stream), None)
    if frame is None:
        raise ValueError("no frame can be decoded")
    image = upright(frame)
    width, height = image.size
    return {"cover": base64.b64encode(still(image)).decode(), "width": width, "height": height}


def may_decode(stream: Any) -> bool:
    return 0 < max(stream.width, stream.height) <= LARGEST_SIDE


def upright(frame: Any) -> Image.Image:
    """The picture as players turn it."""
    image: Image.Image = frame.reformat(format="rgb24", threads=1).to_image()
    return image.rotate(frame.rotation, expand=True)


def main() -> None:
    av.logging.set_level(None)
    load_everything()
    jail.enter(answer=ANSWER)
    json.dump(probe(sys.stdin.buffer), sys.stdout)


if __name__ == "__main__":
    main()
