"""The books: every publish by creator and by content, so that a test can say 'exactly once'."""

from __future__ import annotations

import time
from collections import Counter, defaultdict

from aiohttp import web

from .context import Call, sandbox_of
from .posts import posts_of, status_of, will_be_post
from .publishes import NS, Publish

Words = tuple[str, str, str]


async def ledger(request: web.Request) -> web.Response:
    """`GET /sandbox/ledger`: `publishes`, counts per creator, counts per content, what is there twice, and how the
    app behaved as a caller (see `tally`).
    """
    sandbox, now = sandbox_of(request), time.time()
    publishes = list(sandbox.store.publishes.values())
    contents = _contents(publishes)
    return web.json_response(
        {
            "publishes": [_entry(publish, now) for publish in publishes],
            "creators": _creators(publishes, now),
            "contents": contents,
            "published_twice": [row for row in contents if int(str(row["posts"])) > 1],
            "calls": sandbox.tally.to_json(),
        }
    )


async def commits(request: web.Request) -> web.Response:
    """`GET /sandbox/commits`: [publish_id, caption, nanoseconds of the last byte] per commit, in order; cheap.

    With `since=N` the first N are left out.
    """
    since = int(request.query.get("since", "0"))
    return web.json_response(sandbox_of(request).commits[since:])


async def requests(request: web.Request) -> web.Response:
    """`GET /sandbox/requests`: what was asked of TikTok's side, oldest first. Filters: creator, endpoint, publish_id.

    Paths come without their query, so no token is in them. `status` null: the call got no answer.
    """
    wanted = {
        key: request.query[key] for key in ("creator", "endpoint", "publish_id") if key in request.query
    }
    rows = [_row(call) for call in sandbox_of(request).calls]
    return web.json_response([row for row in rows if all(row[key] == value for key, value in wanted.items())])


async def webhooks(request: web.Request) -> web.Response:
    """`GET /sandbox/webhooks`: `attempts` so far, oldest first (see `webhooks.Attempt`), and what is `pending`."""
    sandbox = sandbox_of(request)
    pending = [
        {
            "order": it.order,
            "creator": it.creator,
            "event": it.event,
            "attempts": it.attempts,
            "next_at": it.next_at,
        }
        for it in sandbox.store.deliveries.values()
    ]
    attempts = [vars(attempt) for attempt in sandbox.herald.attempts]
    return web.json_response({"attempts": attempts, "pending": pending})


def _entry(publish: Publish, now: float) -> dict[str, object]:
    """One init and what came of it; `committed_at` is epoch seconds of the commit request's last byte, or null."""
    arrived = publish.committed_at_ns
    return {
        "publish_id": publish.publish_id,
        "creator": publish.creator,
        "kind": publish.kind,
        "inbox": publish.inbox,
        "by_pull": publish.by_pull,
        "caption": publish.caption,
        "post_info": publish.post_info,
        "privacy_level": publish.privacy_level,
        "video_size": publish.video_size,
        "sha256": publish.sha256,
        "uploaded_bytes": publish.uploaded_bytes,
        "downloaded_bytes": publish.downloaded_bytes,
        "pulled": publish.pulled,
        "initiated_at": publish.initiated_at,
        "committed_at": None if arrived is None else arrived / NS,
        "committed_at_ns": arrived,
        "status": status_of(publish, now),
        "fail_reason": publish.fail_reason,
        "post_id": str(publish.posts[0].post_id) if publish.posts else None,
        "post_ids": [str(post.post_id) for post in publish.posts],
        "requests": publish.requests,
    }


def _creators(publishes: list[Publish], now: float) -> dict[str, dict[str, int]]:
    """Per creator: `inits` accepted, `committed`, `posts` on the profile by now."""
    inits: Counter[str] = Counter(publish.creator for publish in publishes)
    committed = Counter(publish.creator for publish in publishes if publish.committed_at_ns is not None)
    posts: Counter[str] = Counter()
    for publish in publishes:
        posts[publish.creator] += len(posts_of(publish, now))
    return {
        name: {"inits": inits[name], "committed": committed[name], "posts": posts[name]} for name in inits
    }


def _contents(publishes: list[Publish]) -> list[dict[str, object]]:
    """One row per content that was committed; one that is on its way to be a post or a draft counts as one.

    Content is creator, kind, words and bytes. While the bytes of a publish are not known (they are being fetched, or
    benchmark mode keeps none) it counts with those that have its words.
    """
    live = [publish for publish in publishes if will_be_post(publish)]
    known = {_words(publish): publish.sha256 for publish in reversed(live) if publish.sha256}
    groups: defaultdict[tuple[Words, str], list[Publish]] = defaultdict(list)
    for publish in live:
        words = _words(publish)
        unknown = known.get(words, "") if publish.caption else publish.publish_id
        groups[words, publish.sha256 or unknown].append(publish)
    return [
        {
            "creator": creator,
            "kind": kind,
            "sha256": group[0].sha256,
            "caption": caption,
            "posts": len(group),
            "publish_ids": [publish.publish_id for publish in group],
        }
        for ((creator, kind, caption), _), group in groups.items()
    ]


def _words(publish: Publish) -> Words:
    return publish.creator, publish.kind, publish.caption


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
