"""One post, its attempts and its events as plain named values: what an export says, in whichever form.

Instants are UTC; beside the due time stands what was meant, wall clock and zone. No secret is among the columns: the
address of an upload is one, and is not even read.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scheduler.content import is_photos
from scheduler.found_links import told_in
from scheduler.states import Stage

if TYPE_CHECKING:
    from accounts.models import User
    from scheduler.models import Media, Post, PostEvent, PublishAttempt

Row = dict[str, object]

AS_THEY_ARE = (
    "kind",
    "mode",
    "title",
    "caption",
    "privacy_level",
    "allow_comment",
    "allow_duet",
    "allow_stitch",
    "disclose",
    "brand_organic",
    "brand_content",
    "is_aigc",
    "auto_add_music",
    "cover_timestamp_ms",
    "cover_index",
)
ATTEMPT_COLUMNS = (
    "post",
    "attempt",
    "account",
    "way",
    "stage",
    "publish_id",
    "tiktok_status",
    "code",
    "log_id",
    "content_digest",
    "bytes",
    "parts",
    "parts_sent",
    "bytes_at_tiktok",
    "started_at_utc",
    "checked_at_utc",
    "commit_intent_at_utc",
    "last_byte_at_utc",
    "inbox_at_utc",
    "ended_at_utc",
    "status_questions",
    "tiktok_post_ids",
    "share_url",
    "hidden_at_utc",
)
EVENT_COLUMNS = (
    "post",
    "at_utc",
    "event",
    "status_from",
    "status_to",
    "reason",
    "by",
    "attempt",
    "code",
    "http_status",
    "log_id",
    "detail",
)


def post_row(post: Post) -> Row:
    """What there is to say of a post that has its `tries` fetched, by name."""
    live = next((row for row in _tries(post) if row.stage == Stage.LIVE), None)
    files, found = files_of(post), told_in(_story(post))
    row: Row = {name: getattr(post, name) for name in AS_THEY_ARE}
    return row | {
        "post": post.pk,
        "account": post.account.username if post.account else "",
        "account_name": post.account.display_name if post.account else "",
        "status": post.status,
        "hold": post.hold,
        "reason": post.reason,
        "code": post.code,
        "log_id": post.log_id,
        "due_at_utc": instant(post.due_at),
        "due_local": post.due_local,
        "due_zone": post.due_zone,
        "published_at_utc": instant(post.published_at),
        "files": [file.original_name for file in files],
        "files_sha256": [file.sha256 for file in files],
        "written_by": _name(post.created_by),
        "created_at_utc": instant(post.created_at),
        "agreed_by": _name(post.consent_by),
        "agreed_at_utc": instant(post.consent_at),
        "content_digest": post.consent_digest,
        "version": post.version,
        "tiktok_post_ids": live.post_ids if live else list(found.post_ids),
        "share_url": live.share_url if live else found.share_url,
    }


def files_of(post: Post) -> list[Media]:
    """Its video, or its photos in their order."""
    if is_photos(post):
        return [image.media for image in post.images.all()]
    return [post.media] if post.media else []


def attempt_rows(post: Post) -> Iterator[Row]:
    """`ATTEMPT_COLUMNS` of each attempt, first to last."""
    for row in _tries(post):
        yield {
            "post": post.pk,
            "attempt": row.number,
            "account": row.account.username,
            "way": row.way,
            "stage": row.stage,
            "publish_id": row.publish_id,
            "tiktok_status": row.tiktok_status,
            "code": row.code,
            "log_id": row.log_id,
            "content_digest": row.content_digest,
            "bytes": row.video_size,
            "parts": row.chunk_count,
            "parts_sent": row.chunks_sent,
            "bytes_at_tiktok": row.tiktok_bytes,
            "started_at_utc": instant(row.started_at),
            "checked_at_utc": instant(row.checked_at),
            "commit_intent_at_utc": instant(row.commit_intent_at),
            "last_byte_at_utc": instant(row.last_byte_at),
            "inbox_at_utc": instant(row.inbox_at),
            "ended_at_utc": instant(row.ended_at),
            "status_questions": row.polls,
            "tiktok_post_ids": row.post_ids,
            "share_url": row.share_url,
            "hidden_at_utc": instant(row.hidden_at),
        }


def event_rows(post: Post) -> Iterator[Row]:
    """`EVENT_COLUMNS` of each event, first to last."""
    for event in _story(post):
        yield {
            "post": post.pk,
            "at_utc": instant(event.at),
            "event": event.kind,
            "status_from": event.status_from,
            "status_to": event.status_to,
            "reason": event.reason,
            "by": _name(event.by),
            "attempt": event.attempt.number if event.attempt else None,
            "code": event.code,
            "http_status": event.http_status,
            "log_id": event.log_id,
            "detail": event.detail,
        }


def instant(moment: datetime | None) -> str:
    """`2026-12-04T12:30:00.000Z`; nothing for nothing."""
    if moment is None:
        return ""
    return f"{moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"


def as_text(value: object) -> str:
    """A value in one cell: `yes` and `no`, lists with semicolons, anything deeper as JSON."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return "; ".join(str(each) for each in value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False) if value else ""
    return str(value)


def _tries(post: Post) -> list[PublishAttempt]:
    return post.tries  # type: ignore[attr-defined,no-any-return]  # fetched ahead under this name


def _story(post: Post) -> list[PostEvent]:
    return post.story  # type: ignore[attr-defined,no-any-return]  # fetched ahead under this name


def _name(person: User | None) -> str:
    return str(person) if person else ""
