"""Chunks (contract 7.2). The chunk with the last byte is the commit: it makes the publish a post, once.

Strict readings where the contract is silent: an accepted range sent again is 416, and so is a chunk after the last
one; a bearer header on an upload is malformed (1.2 lists three headers and advises against it). When a second
request sends the chunk that a first one is still sending, the second takes over and the first gets 416.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from .calls import publish_of_upload
from .context import CALL, Sandbox, arrived_ns, sandbox_of
from .envelopes import UploadRefusal
from .faults import FaultKind
from .lifecycle import commit
from .plans import UploadPlan
from .publishes import Publish

if TYPE_CHECKING:
    from hashlib import _Hash

CONTENT_TYPES = frozenset({"video/mp4", "video/quicktime", "video/webm"})
RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})", re.ASCII)
BLOCK = 1 << 20


async def put_chunk(request: web.Request) -> web.Response:
    """`PUT` one chunk: 206 with the progress, or 201 when it was the last."""
    publish = publish_of_upload(request)
    if publish is None:
        raise UploadRefusal(404)
    _check_hour(publish)
    first, last = _checked_range(request, publish)
    sandbox = sandbox_of(request)
    digest = await _receive(request, publish, first, last)
    arrived = arrived_ns(request)
    _check_hour(publish)
    publish.content_type = request.content_type
    publish.uploaded_bytes = last + 1
    if publish.uploaded_bytes == publish.video_size:
        publish.sha256 = digest.hexdigest()
        sandbox.uploads.digests.pop(publish.publish_id, None)
        commit(sandbox, publish, at_ns=arrived)
        return web.Response(status=201)
    sandbox.uploads.digests[publish.publish_id] = digest
    sandbox.store.save_publish(publish)
    progress = f"bytes 0-{publish.uploaded_bytes}/{publish.video_size}"
    return web.Response(status=206, headers={hdrs.CONTENT_RANGE: progress})


def _check_hour(publish: Publish) -> None:
    """The whole upload must finish while the URL is valid (contract 6.3)."""
    if time.time() >= publish.upload_expires_at:
        raise UploadRefusal(403)


def _checked_range(request: web.Request, publish: Publish) -> tuple[int, int]:
    """The byte range of this chunk. Raises 400 where the headers are wrong, 416 where they are out of turn."""
    stated = RANGE.fullmatch(request.headers.get(hdrs.CONTENT_RANGE, ""))
    if stated is None or request.content_type not in CONTENT_TYPES or hdrs.AUTHORIZATION in request.headers:
        raise UploadRefusal(400)
    first, last, total = (int(number) for number in stated.groups())
    if total != publish.video_size or request.content_length != last - first + 1:
        raise UploadRefusal(400)
    plan = UploadPlan(publish.video_size, publish.chunk_size, publish.total_chunk_count)
    if publish.uploaded_bytes == publish.video_size or (first, last) != plan.span(publish.uploaded_bytes):
        raise UploadRefusal(416)
    return first, last


async def _receive(request: web.Request, publish: Publish, first: int, last: int) -> _Hash:
    """Write the body to its place in the media file as it arrives; returns the digest of all bytes up to `last`.

    A body that ends early counts for nothing. Only the latest to get here may go on: it registers in the
    same breath as its range is checked, so two can never both be accepted.
    """
    sandbox, me = sandbox_of(request), object()
    sandbox.uploads.writers[publish.publish_id] = me
    digest = await _digest_so_far(sandbox, publish)
    media = sandbox.store.media_file(publish)
    media.touch(mode=0o600)
    received = 0
    with media.open("r+b", buffering=0) as file:  # or closing it would write over whoever has taken over
        file.seek(first)
        async for block in request.content.iter_chunked(BLOCK):
            if sandbox.uploads.writers.get(publish.publish_id) is not me:
                raise UploadRefusal(416)
            file.write(block)
            digest.update(block)
            received += len(block)
            await _throttle(request, len(block))
    if sandbox.uploads.writers.get(publish.publish_id) is not me:
        raise UploadRefusal(416)
    del sandbox.uploads.writers[publish.publish_id]
    if received != last - first + 1:
        raise UploadRefusal(400)
    return digest


async def _throttle(request: web.Request, size: int) -> None:
    fault = request[CALL].fault
    if fault is not None and fault.kind == FaultKind.SLOW:
        await asyncio.sleep(size / fault.bytes_per_second)


async def _digest_so_far(sandbox: Sandbox, publish: Publish) -> _Hash:
    """A digest of the accepted bytes, to go on from; read from the file where a restart lost it."""
    known = sandbox.uploads.digest_of(publish)
    if known is not None:
        return known.copy()
    return await asyncio.to_thread(_digest_file, sandbox.store.media_file(publish), publish.uploaded_bytes)


def _digest_file(path: Path, size: int) -> _Hash:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while size > 0:
            block = file.read(min(BLOCK, size))
            digest.update(block)
            size -= len(block)
    return digest
