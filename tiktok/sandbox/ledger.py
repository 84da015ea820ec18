"""The books: every publish by creator and by content, so that a test can say 'exactly once'."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

from aiohttp import web

from .context import Call, sandbox_of
from .posts import NS, is_post, status_of, will_be_post
from .state import Publish


async def ledger(request: web.Request) -> web.Response:
    """`GET /sandbox/ledger`: `publishes`, counts per creator, counts per content, and what is there twice."""
    publishes, now = list(sandbox_of(request).store.publishes.values()), time.time()
    contents = _contents(publishes)
    return web.json_response(
        {
            "publishes": [_entry(publish, now) for publish in publishes],
            "creators": _creators(publishes, now),
            "contents": contents,
            "published_twice": [row for row in contents if int(str(row["posts"])) > 1],
        }
    )


async def requests(request: web.Request) -> web.Response:
    """`GET /sandbox/requests`: what was asked of TikTok's side, oldest first. Filters: creator, endpoint, publish_id.

    Paths come without their query, so no token is in them. `status` null: the call got no answer.
    """
    wanted = {
        key: request.query[key] for key in ("creator", "endpoint", "publish_id") if key in request.query
    }
    rows = [_row(call) for call in sandbox_of(request).calls]
    return web.json_response([row for row in rows if all(row[key] == value for key, value in wanted.items())])


def _entry(publish: Publish, now: float) -> dict[str, object]:
    """One init and what came of it; `committed_at` is epoch seconds of the commit request's last byte, or null."""
    arrived = publish.committed_at_ns
    return {
        "publish_id": publish.publish_id,
        "creator": publish.creator,
        "caption": publish.caption,
        "post_info": publish.post_info,
        "privacy_level": publish.privacy_level,
        "video_size": publish.video_size,
        "sha256": publish.sha256,
        "uploaded_bytes": publish.uploaded_bytes,
        "initiated_at": publish.initiated_at,
        "committed_at": None if arrived is None else arrived / NS,
        "committed_at_ns": arrived,
        "status": status_of(publish, now),
        "fail_reason": publish.fail_reason,
        "post_id": str(publish.post_id) if publish.post_id else None,
        "requests": publish.requests,
    }


def _creators(publishes: list[Publish], now: float) -> dict[str, dict[str, int]]:
    """Per creator: `inits` accepted, `committed`, `posts` on the profile by now."""
    inits: Counter[str] = Counter(publish.creator for publish in publishes)
    committed = Counter(publish.creator for publish in publishes if publish.committed_at_ns is not None)
    posts = Counter(publish.creator for publish in publishes if is_post(publish, now))
    return {
        name: {"inits": inits[name], "committed": committed[name], "posts": posts[name]} for name in inits
    }


def _contents(publishes: list[Publish]) -> list[dict[str, object]]:
    """One row per creator, media and caption that was committed; one on its way to be a post counts as one."""
    groups: defaultdict[tuple[str, str, str], list[Publish]] = defaultdict(list)
    for publish in publishes:
        if will_be_post(publish):
            groups[publish.creator, publish.sha256, publish.caption].append(publish)
    return [
        {
            "creator": creator,
            "sha256": sha256,
            "caption": caption,
            "posts": len(group),
            "publish_ids": [publish.publish_id for publish in group],
        }
        for (creator, sha256, caption), group in groups.items()
    ]


def _row(call: Call) -> dict[str, object]:
    return {
        "time": call.time,
        "method": call.method,
        "path": call.path,
        "endpoint": call.endpoint,
        "creator": call.creator,
        "publish_id": call.publish.publish_id if call.publish is not None else None,
        "status": call.status,
        "fault": call.fault.kind if call.fault is not None else None,
    }
