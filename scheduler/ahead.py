"""Last chunks of files that lie in a bucket, copied to this machine's disk: nothing is fetched at the instant itself.

The copy is made when a post is started (`scheduler.starting`), and once more where the clock that takes the post runs
on a machine that lacks it (`scheduler.staged`). Media in a folder lies on a disk already and needs none of this.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import default_storage

FOLDER = "ahead"
LIFE = timedelta(hours=1)
"""A post is started 40 minutes before it is due at most (`schedule.STAGING_CEILING`); the clock's look renews it."""

AT_ONCE = 16
PATIENCE = 4.0
"""Seconds for copies that are missing when the clock takes its posts, eight seconds before they are due."""

BLOCK = 8 * 1024 * 1024

logger = logging.getLogger(__name__)


class Span(NamedTuple):
    """The bytes `first` to `last` (inclusive) of a stored file."""

    key: str
    first: int
    last: int


def find(span: Span) -> Path | None:
    """The copy of exactly these bytes, if there is one."""
    place = _folder() / f"{span.key.replace('/', '_')}.{span.first}-{span.last}"
    return place if place.exists() else None


def fetch(span: Span) -> None:
    """Have the copy, wholly or not at all, for another hour. Raises OSError where it can't be had."""
    if found := find(span):
        os.utime(found)
        return
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = folder / f"{uuid4()}.part"
    try:
        _copy(span, draft)
        draft.replace(folder / f"{span.key.replace('/', '_')}.{span.first}-{span.last}")
    finally:
        draft.unlink(missing_ok=True)


def fetch_all(spans: Iterable[Span]) -> set[Span]:
    """Have all copies, side by side; those that are still missing when patience ends. They are fetched on."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="ahead")
    fetching = {pool.submit(fetch, span): span for span in spans}
    done, late = wait(fetching, timeout=PATIENCE)
    pool.shutdown(wait=False)
    failed = {fetching[future]: future.exception() for future in done if future.exception()}
    for span, trouble in failed.items():
        logger.warning("the last chunk of %s could not be fetched: %s", span.key, trouble)
    return set(failed) | {fetching[future] for future in late}


def remove_old() -> int:
    """Delete copies that nobody has asked for in an hour; how many."""
    oldest = time.time() - LIFE.total_seconds()
    old = [copy for copy in _folder().glob("*") if touched_at(copy) < oldest]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def touched_at(draft: Path) -> float:
    """When it was written to; now, where it has just been moved to its place."""
    try:
        return draft.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _folder() -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER


def _copy(span: Span, draft: Path) -> None:
    left = span.last - span.first + 1
    with default_storage.open(span.key, "rb") as stored, draft.open("wb") as copy:
        stored.seek(span.first)
        while left > 0:
            block = stored.read(min(BLOCK, left))
            if not block:
                raise EOFError(f"{span.key} ends before byte {span.last}")
            left -= len(block)
            copy.write(block)
