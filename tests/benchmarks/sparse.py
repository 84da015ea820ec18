"""Large videos that take no room: files of zeros, with holes, whose digest the engine checks like any other's."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.models import Media
from tests.benchmarks.load import clip_columns
from tiktok.client.chunks import LARGEST_VIDEO

if TYPE_CHECKING:
    from accounts.models import Workspace

BLOCK = bytes(1024 * 1024)
KNOWN = {LARGEST_VIDEO: "ddd45e35df0b676747319e4da247e7dc78b53cb99cba1411f1db51ebf4202efb"}
"""By length, what takes long to compute: `digest` gives the same where the entry is missing."""


def digest(size: int) -> str:
    """SHA-256 of this many zeros."""
    seen = hashlib.sha256()
    for _ in range(size // len(BLOCK)):
        seen.update(BLOCK)
    seen.update(BLOCK[: size % len(BLOCK)])
    return seen.hexdigest()


def make_video(space: Workspace, size: int) -> Media:
    """A checked video of `size` zeros in storage."""
    key = default_storage.save(f"{space.pk}/{uuid4()}", ContentFile(b""))
    os.truncate(default_storage.path(key), size)
    sha256 = KNOWN.get(size) or digest(size)
    with cross_tenant(CrossTenant.SEED):
        return Media.objects.create(**clip_columns(space), storage_key=key, sha256=sha256, size=size)
