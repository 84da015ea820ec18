"""How a chunk is judged and what it does (contract 7.2), apart from how its bytes are received.

`uploads` receives them in full; `express`, in benchmark mode, only counts them. Strict readings where the contract is
silent: an accepted range sent again is 416, and so is a chunk after the last one; a bearer header on an upload is
malformed (1.2 lists three headers and advises against it).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass

from aiohttp import hdrs

from .context import Sandbox
from .endpoints import Endpoint
from .envelopes import UploadRefusal
from .lifecycle import commit
from .plans import UploadPlan
from .publishes import Publish
from .store import Store

CONTENT_TYPES = frozenset({"video/mp4", "video/quicktime", "video/webm"})
RANGE = re.compile(r"bytes (\d{1,12})-(\d{1,12})/(\d{1,12})", re.ASCII)

Accepted = tuple[int, dict[str, str]]  # HTTP status and headers


@dataclass(frozen=True, slots=True)
class ChunkHead:
    """The headers of a chunk that matter."""

    content_range: str
    content_type: str
    length: int | None
    has_bearer: bool

    def aim(self, publish: Publish | None) -> Endpoint:
        """Whether it carries the last byte of this publish."""
        stated = RANGE.fullmatch(self.content_range)
        last_byte = publish.video_size - 1 if publish is not None else -1
        return Endpoint.COMMIT if stated and int(stated[2]) == last_byte else Endpoint.UPLOAD


def publish_of(store: Store, upload_id: str, upload_token: str) -> Publish | None:
    """The publish whose upload URL this is; both the id and the token in it must be right."""
    publish = store.publishes.get(upload_id)
    return publish if publish is not None and publish.upload_token == upload_token else None


def check_hour(publish: Publish) -> None:
    """The whole upload must finish while the URL is valid (contract 6.3)."""
    if time.time() >= publish.upload_expires_at:
        raise UploadRefusal(403)


def checked_range(publish: Publish, head: ChunkHead) -> tuple[int, int]:
    """The byte range of this chunk. Raises 400 where the headers are wrong, 416 where they are out of turn."""
    stated = RANGE.fullmatch(head.content_range)
    if stated is None or head.content_type not in CONTENT_TYPES or head.has_bearer:
        raise UploadRefusal(400)
    first, last, total = (int(number) for number in stated.groups())
    if total != publish.video_size or head.length != last - first + 1:
        raise UploadRefusal(400)
    plan = UploadPlan(publish.video_size, publish.chunk_size, publish.total_chunk_count)
    if publish.uploaded_bytes == publish.video_size or (first, last) != plan.span(publish.uploaded_bytes):
        raise UploadRefusal(416)
    return first, last


def accept(sandbox: Sandbox, publish: Publish, head: ChunkHead, last: int, *, at_ns: int) -> Accepted:
    """The chunk that ends at `last` is here: 206 with the progress, or 201 and the commit."""
    publish.content_type = head.content_type
    publish.uploaded_bytes = last + 1
    if publish.uploaded_bytes == publish.video_size:
        commit(sandbox, publish, at_ns=at_ns)
        return 201, {}
    sandbox.store.save_publish(publish)
    return 206, {hdrs.CONTENT_RANGE: f"bytes 0-{publish.uploaded_bytes}/{publish.video_size}"}
