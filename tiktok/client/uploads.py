"""The chunk PUT: sends the bytes of an opened upload (`tiktok-api.md` section 7.2), to TikTok's hosts only.

The upload address comes from an answer and is stored between calls, so its host is checked before every use.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from tiktok.client.chunks import ChunkPlan
from tiktok.client.codes import Surface
from tiktok.client.envelope import read_status
from tiktok.client.errors import ForeignHost
from tiktok.client.secret import Secret
from tiktok.client.types import ChunkReply
from tiktok.client.wire import Body, Request, Response, Stream

# Regional hosts exist, hence a suffix (section 1.1); its dot keeps look-alikes out.
HOST_SUFFIX: Final = ".tiktokapis.com"

# Seconds that every chunk has to begin with, and a second more for each of these bytes (1 Mbit/s).
CHUNK_GRACE: Final = 30.0
SLOWEST_UPLOAD: Final = 128 * 1024

_HOST: Final = re.compile(r"(?:[a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}|[0-9a-f:.]+")
_ORIGIN: Final = re.compile(r"[^/?#]*//[^/?#]*")
_PROGRESS: Final = re.compile(r"bytes\s+0-(\d{1,12})/(\d{1,12}|\*)")


def build_chunk(
    upload_url: Secret, plan: ChunkPlan, index: int, body: bytes | Iterable[bytes], content_type: str
) -> Request:
    """A PUT of one chunk, without bearer; `body` is exactly its bytes: whole, part of a file, or blocks of any size.

    Raises ValueError where the body tells another length.
    """
    length = plan.length(index)
    headers = {
        "Content-Type": content_type,
        "Content-Length": str(length),
        "Content-Range": plan.content_range(index),
    }
    return Request("PUT", upload_url, "(upload)", headers, _exactly(length, body))


def time_for(plan: ChunkPlan, index: int) -> float:
    """The seconds that sending a chunk may take."""
    return CHUNK_GRACE + plan.length(index) / SLOWEST_UPLOAD


def parse_chunk(response: Response, plan: ChunkPlan) -> ChunkReply:
    """201: all parts are in, posting starts. 206: accepted, with TikTok's count where it gives one."""
    status = read_status(response, Surface.CHUNK, accepted=frozenset({201, 206}))
    if status == 201:
        return ChunkReply(complete=True, uploaded_bytes=plan.video_size)
    return ChunkReply(complete=False, uploaded_bytes=_progress(response, plan))


def check_upload_url(upload_url: Secret, api_base_url: str) -> None:
    """Refuse an address that is neither TikTok's nor on the host of an overridden base URL."""
    if not _is_allowed(upload_url.reveal(), api_base_url):
        raise ForeignHost("The upload address is not on a host of TikTok's.")


def _exactly(length: int, body: bytes | Iterable[bytes]) -> Body:
    if not isinstance(body, bytes | Stream):
        return Stream(body, length)
    if len(body) != length:
        raise ValueError(f"The chunk has {length} bytes, and {len(body)} were given.")
    return body


def _progress(response: Response, plan: ChunkPlan) -> int | None:
    found = _PROGRESS.fullmatch(response.headers.get("content-range", "").strip())
    if found is None or found[2] not in {"*", str(plan.video_size)}:
        return None
    return plan.bytes_within(int(found[1]))


def _is_allowed(url: str, api_base_url: str) -> bool:
    # Characters on which two URL readers may disagree would let the check see another host than the sender
    # does.
    if not (url.isascii() and url.isprintable()) or "\\" in url or " " in url:
        return False
    origin = _ORIGIN.match(url)
    return origin is not None and _is_allowed_origin(origin[0], api_base_url)


@lru_cache
def _is_allowed_origin(origin: str, api_base_url: str) -> bool:
    """Remembered, because a burst asks about one host a thousand times, each time with another secret behind it."""
    base = urlsplit(api_base_url)
    try:
        target = urlsplit(origin)
        host, port = target.hostname or "", target.port
    except ValueError:
        return False
    if target.username is not None or target.password is not None or not _HOST.fullmatch(host):
        return False
    if host.endswith(HOST_SUFFIX):
        return target.scheme == "https" and port in {None, 443}
    return host == base.hostname and target.scheme in {"https", base.scheme}
