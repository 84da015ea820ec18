"""Receiving chunks: every byte to its place in the media file, with a digest of all of them; judged by `chunks`.

When a second request sends the chunk that a first one is still sending, the second takes over and the first gets 416.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import hdrs, web

from .chunks import ChunkHead, accept, check_hour, checked_range, publish_of
from .context import CALL, Sandbox, arrived_ns, sandbox_of
from .envelopes import UploadRefusal
from .faults import FaultKind
from .publishes import Publish

if TYPE_CHECKING:
    from hashlib import _Hash

BLOCK = 1 << 20


async def put_chunk(request: web.Request) -> web.Response:
    """`PUT` one chunk: 206 with the progress, or 201 when it was the last."""
    sandbox, publish = sandbox_of(request), publish_of_upload(request)
    if publish is None:
        raise UploadRefusal(404)
    check_hour(publish)
    head = chunk_head(request)
    first, last = checked_range(publish, head)
    digest = await _receive(request, publish, first, last)
    check_hour(publish)
    if digest is not None:
        sandbox.uploads.digests[publish.publish_id] = digest
        publish.sha256 = digest.hexdigest() if last + 1 == publish.video_size else ""
    status, headers = accept(sandbox, publish, head, last, at_ns=arrived_ns(request))
    if status == 201:
        sandbox.uploads.digests.pop(publish.publish_id, None)
    return web.Response(status=status, headers=headers)


def publish_of_upload(request: web.Request) -> Publish | None:
    query = request.query
    return publish_of(sandbox_of(request).store, query.get("upload_id", ""), query.get("upload_token", ""))


def chunk_head(request: web.Request) -> ChunkHead:
    return ChunkHead(
        content_range=request.headers.get(hdrs.CONTENT_RANGE, ""),
        content_type=request.content_type,
        length=request.content_length,
        has_bearer=hdrs.AUTHORIZATION in request.headers,
    )


async def _receive(request: web.Request, publish: Publish, first: int, last: int) -> _Hash | None:
    """Take in the body; returns the digest of all bytes up to `last`, or None where media is not kept.

    A body that ends early counts for nothing. Only the latest to get here may go on: it registers in the
    same breath as its range is checked, so two can never both be accepted.
    """
    sandbox, me = sandbox_of(request), object()
    sandbox.uploads.writers[publish.publish_id] = me
    media = sandbox.store.media_file(publish)
    if sandbox.store.state.settings.keep_media and (first == 0 or media.exists()):
        digest = await _digest_so_far(sandbox, publish)
        place = os.open(media, os.O_WRONLY | os.O_CREAT, 0o600)
        with os.fdopen(place, "wb", buffering=0) as file:  # or closing it would write over who has taken over
            file.seek(first)
            received = await _copy(request, publish, me, (file.write, digest.update))
    else:
        digest, received = None, await _copy(request, publish, me, ())
    if sandbox.uploads.writers.get(publish.publish_id) is not me:
        raise UploadRefusal(416)
    del sandbox.uploads.writers[publish.publish_id]
    if received != last - first + 1:
        raise UploadRefusal(400)
    return digest


async def _copy(
    request: web.Request, publish: Publish, me: object, sinks: tuple[Callable[[bytes], object], ...]
) -> int:
    """Give the body to the sinks as it arrives, as long as nobody has taken over; returns its length."""
    received, writers = 0, sandbox_of(request).uploads.writers
    async for block in request.content.iter_chunked(BLOCK):
        if writers.get(publish.publish_id) is not me:
            raise UploadRefusal(416)
        for sink in sinks:
            sink(block)
        received += len(block)
        await _throttle(request, len(block))
    return received


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
