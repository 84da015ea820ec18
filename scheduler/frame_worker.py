"""The process that draws one frame of an uploaded video: jailed as `probe_worker` is, and as small.

Run by `scheduler.jail` with the file as standard input and the moment in milliseconds as its argument; prints a small
WebP, or nothing where there is none to be had.
"""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

import av

from scheduler import jail
from scheduler.probe_worker import load_everything, may_decode, open_video, sniff, upright
from scheduler.stills import still

ANSWER = 64 * 1024


def draw(file: BinaryIO, at: float) -> bytes:
    """The frame that is shown `at` seconds from the start; the last one of a video that is shorter."""
    container = sniff(file.read(64))
    file.seek(0)
    if not container:
        return b""
    try:
        with open_video(file, container) as media:
            stream = media.streams.video[0]
            frame = _frame(media, stream, at) if may_decode(stream) else None
            return still(upright(frame)) if frame else b""
    except (av.FFmpegError, ValueError, IndexError, OSError, MemoryError):
        return b""


def _frame(media: Any, stream: Any, at: float) -> Any:
    """From the key frame before it on, since only from there can a frame be decoded."""
    begins = float((stream.start_time or 0) * stream.time_base)
    media.seek(int((begins + at) * av.time_base))
    shown = None
    for frame in media.decode(stream):
        if shown is not None and frame.time is not None and frame.time > begins + at:
            break
        shown = frame
    return shown


def main() -> None:
    av.logging.set_level(None)
    load_everything()
    at = int(sys.argv[1]) / 1000
    jail.enter(answer=ANSWER)
    sys.stdout.buffer.write(draw(sys.stdin.buffer, at))


if __name__ == "__main__":
    main()
