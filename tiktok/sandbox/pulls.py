"""Fetching what the app said lies at a URL (contract 7.3): really over HTTP, every byte, and checked.

The init has committed it, so a fetch that the sandbox's end interrupted begins again at its next start. Nothing follows
a redirect; whatever is not a complete 200 fails the publish.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import aiohttp
from aiohttp import hdrs

from .context import Sandbox
from .faults import Fault, FaultKind, take_pull
from .images import MAX_IMAGE_BYTES, read_picture, video_type
from .lifecycle import complete, fail
from .plans import MAX_VIDEO_BYTES
from .publishes import Publish

BLOCK = 1 << 20
HEAD_BYTES = 64
CONNECTIONS = 64
HEADERS = {hdrs.ACCEPT_ENCODING: "identity", hdrs.USER_AGENT: "TikTokSandboxFetcher/1"}


class PullFailed(Exception):
    """The media cannot be had or is not acceptable; the argument is a fail reason of contract 9.1."""


def new_session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    return aiohttp.ClientSession(connector=connector, headers=HEADERS, auto_decompress=False)


def begin_pull(sandbox: Sandbox, publish: Publish) -> None:
    """Start to fetch in the background."""
    task = asyncio.get_running_loop().create_task(_pull(sandbox, publish))
    sandbox.pulling[publish.publish_id] = task
    task.add_done_callback(partial(_forget, sandbox, publish.publish_id))


def resume_pulls(sandbox: Sandbox) -> None:
    for publish in sandbox.store.publishes.values():
        if publish.by_pull and publish.pulled_at is None:
            begin_pull(sandbox, publish)


def stop_pull(sandbox: Sandbox, publish: Publish) -> bool:
    """Cancel a fetch; False where none is under way any more."""
    task = sandbox.pulling.get(publish.publish_id)
    return task is not None and task.cancel()


def _forget(sandbox: Sandbox, publish_id: str, task: asyncio.Task[None]) -> None:
    sandbox.pulling.pop(publish_id, None)
    if not task.cancelled():
        task.result()


async def _pull(sandbox: Sandbox, publish: Publish) -> None:
    settings = sandbox.store.state.settings
    publish.pulled, publish.downloaded_bytes = [], 0
    fault = take_pull(sandbox.store.state.faults, publish.creator)
    try:
        async with asyncio.timeout(settings.pull_timeout_seconds):
            await asyncio.sleep(settings.pull_delay_seconds)
            for index in range(len(publish.urls)):
                await _fetch(sandbox, publish, index, fault)
    except (aiohttp.ClientError, TimeoutError, OSError):
        fail(sandbox, publish, _no_pull(publish))
        return
    except PullFailed as failed:
        fail(sandbox, publish, str(failed))
        return
    publish.sha256 = publish.pulled[0]["sha256"] if publish.kind == "video" else _of_all(publish)
    publish.pulled_at = time.time()
    complete(sandbox, publish)


async def _fetch(sandbox: Sandbox, publish: Publish, index: int, fault: Fault | None) -> None:
    """One file: into the media folder where media is kept, and always through the check of contract 11."""
    is_photo, settings = publish.kind == "photo", sandbox.store.state.settings
    if fault is not None and fault.kind == FaultKind.NO_PULL:
        await asyncio.Event().wait()
    most = MAX_IMAGE_BYTES if is_photo else MAX_VIDEO_BYTES
    digest, size, seen = hashlib.sha256(), 0, bytearray()
    kept = sandbox.store.media_file(publish, index if is_photo else None)
    with (kept if settings.keep_media else Path(os.devnull)).open("wb") as file:
        async for block in _blocks(sandbox, publish.urls[index], publish):
            size += len(block)
            publish.downloaded_bytes += len(block)
            if size > most:
                raise PullFailed("picture_size_check_failed" if is_photo else "file_format_check_failed")
            if is_photo or len(seen) < HEAD_BYTES:
                seen += block
            digest.update(block)
            file.write(block)
            if fault is not None and fault.kind == FaultKind.STALL_PULL:
                await asyncio.Event().wait()
    kind = _photo_type(bytes(seen)) if is_photo else _video_type(bytes(seen))
    publish.pulled.append({"content_type": kind, "bytes": size, "sha256": digest.hexdigest()})
    publish.content_type = publish.pulled[0]["content_type"]


async def _blocks(sandbox: Sandbox, url: str, publish: Publish) -> AsyncIterator[bytes]:
    """The bytes at a URL: in one GET, or range by range; after a HEAD where the knob asks for one."""
    settings, session = sandbox.store.state.settings, sandbox.session
    if settings.pull_head_first:
        async with session.head(url, allow_redirects=False) as answer:
            _require(answer, 200, publish)
    step = settings.pull_range_bytes
    if not step:
        async with session.get(url, allow_redirects=False) as answer:
            _require(answer, 200, publish)
            async for block in answer.content.iter_chunked(BLOCK):
                yield block
        return
    first, total = 0, 1
    while first < total:
        headers = {hdrs.RANGE: f"bytes={first}-{first + step - 1}"}
        async with session.get(url, allow_redirects=False, headers=headers) as answer:
            _require(answer, 206, publish)
            total = int(answer.headers[hdrs.CONTENT_RANGE].rpartition("/")[2])
            block = await answer.read()
        first += len(block)
        yield block


def _require(answer: aiohttp.ClientResponse, status: int, publish: Publish) -> None:
    if answer.status != status:
        raise PullFailed(_no_pull(publish))


def _no_pull(publish: Publish) -> str:
    return f"{publish.kind}_pull_failed"


def _photo_type(data: bytes) -> str:
    picture = read_picture(data)
    if picture is None:
        raise PullFailed("file_format_check_failed")
    if not picture.fits():
        raise PullFailed("picture_size_check_failed")
    return picture.content_type


def _video_type(head: bytes) -> str:
    kind = video_type(head)
    if kind is None:
        raise PullFailed("file_format_check_failed")
    return kind


def _of_all(publish: Publish) -> str:
    """The content of a carousel in one digest, in order."""
    return hashlib.sha256("".join(row["sha256"] for row in publish.pulled).encode()).hexdigest()
