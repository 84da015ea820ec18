"""Posts at rest, written as the engine would have left them: row, attempt at TikTok, timeline.

Rows are only ever created here, with the status they rest in; changing one is for `scheduler.transitions`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User, Workspace
from config.demo.seed_posts import SETTINGS, Planned
from scheduler import lateness, policies
from scheduler.models import Media, Post, PostEvent, PublishAttempt
from scheduler.schedule import GIVE_UP_AFTER, first_step_at
from scheduler.states import EventKind, PostMode, PostStatus, Reason, Stage
from tiktok.models import TikTokAccount

PUBLIC = "PUBLIC_TO_EVERYONE"
URL_LIVES = timedelta(hours=1)
WRITTEN_AHEAD = timedelta(days=2)
AGREED_AFTER = timedelta(minutes=12)
HELD_AFTER = timedelta(hours=1)
CANCELLED_AFTER = timedelta(days=1)
SENT_AHEAD_BY = timedelta(seconds=90)
ANSWERED_AFTER = timedelta(seconds=11)
NAMED_AFTER = timedelta(seconds=72)

SENT = {
    PostStatus.PUBLISHED: (Stage.LIVE, "PUBLISH_COMPLETE"),
    PostStatus.FAILED: (Stage.REFUSED, "FAILED"),
    PostStatus.IN_INBOX: (Stage.COMMITTED, "SEND_TO_USER_INBOX"),
    PostStatus.NEEDS_CHECK: (Stage.COMMITTED, "PROCESSING_UPLOAD"),
}
"""How the attempt of a post stands, and TikTok's last word about it."""


@dataclass(frozen=True)
class Told:
    """One line of a timeline to be."""

    after: timedelta
    kind: EventKind
    columns: dict[str, Any]


@dataclass
class Writer:
    """Writes plans as rows of one workspace; `now` is the database's."""

    workspace: Workspace
    by: User
    accounts: dict[str, TikTokAccount]
    media: dict[str, Media]
    now: datetime

    def write(self, planned: Planned) -> Post:
        """The post with its attempt and timeline."""
        post = self._post(planned)
        post.save(force_insert=True)
        attempt = self._attempt(post, planned) if planned.status in SENT else None
        self._events(post, attempt, planned)
        return post

    # --- the row

    def _post(self, planned: Planned) -> Post:
        due = self._due(planned)
        post = Post(
            workspace=self.workspace,
            account=self.accounts[planned.creator],
            media=self.media.get(planned.clip),
            mode=planned.mode,
            caption=planned.caption,
            status=planned.status,
            reason=planned.reason or "",
            hold=planned.hold or "",
            created_by=self.by,
            created_at=min(due or self.now, self.now) - WRITTEN_AHEAD,
            **planned.said.columns | {"log_id": _log_id(due) if due and planned.said.code else ""},
            **(SETTINGS[planned.creator] if planned.clip and planned.mode == PostMode.DIRECT else {}),
        )
        if due:
            self._plan(post, due)
        if planned.status != PostStatus.DRAFT:
            self._agree(post)
        if planned.status == PostStatus.PUBLISHED:
            assert due is not None
            post.published_at = due + ANSWERED_AFTER
        return post

    def _due(self, planned: Planned) -> datetime | None:
        if not planned.at:
            return None
        today = self.now.astimezone(self.workspace.zone).date()
        local = f"{today + timedelta(days=planned.day)}T{planned.at}:00"
        return datetime.fromisoformat(local).replace(tzinfo=self.workspace.zone)

    def _plan(self, post: Post, due: datetime) -> None:
        post.due_at, post.due_local = due, due.replace(tzinfo=None).isoformat()
        post.due_zone = self.workspace.time_zone
        if post.status == PostStatus.SCHEDULED:
            assert post.media is not None
            post.next_step_at = due if post.hold else first_step_at(due, post.media.size)

    def _agree(self, post: Post) -> None:
        assert post.media is not None
        post.consent_by, post.consent_at = self.by, post.created_at + AGREED_AFTER
        post.consent_digest = policies.content_digest(post, post.media)

    # --- the attempt at TikTok

    def _attempt(self, post: Post, planned: Planned) -> PublishAttempt:
        stage, word = SENT[planned.status]
        assert post.media is not None
        assert post.due_at is not None
        size, due = post.media.size, post.due_at
        return PublishAttempt.objects.create(
            workspace=self.workspace,
            post=post,
            account_id=post.account_id,
            number=1,
            content_digest=post.consent_digest,
            stage=stage,
            publish_id=f"v_pub_file~demo.{secrets.randbelow(10**19):019d}",
            upload_expires_at=due - SENT_AHEAD_BY + URL_LIVES,
            video_size=size,
            chunk_size=size,
            chunk_count=1,
            chunks_sent=1,
            commits=1,
            checked_at=due - timedelta(minutes=1),
            started_at=due - SENT_AHEAD_BY,
            commit_intent_at=due,
            last_byte_at=due + timedelta(seconds=1),
            inbox_at=due + ANSWERED_AFTER if planned.status == PostStatus.IN_INBOX else None,
            ended_at=None if stage == Stage.COMMITTED else due + ANSWERED_AFTER,
            polls=2,
            tiktok_status=word,
            tiktok_bytes=size,
            code=post.code,
            log_id=post.log_id or _log_id(due),
            post_ids=[_post_id(due)] if stage == Stage.LIVE and post.privacy_level == PUBLIC else [],
        )

    # --- the timeline

    def _events(self, post: Post, attempt: PublishAttempt | None, planned: Planned) -> None:
        from_due = planned.status in {*SENT, PostStatus.MISSED}
        start = post.due_at if from_due and post.due_at else post.created_at
        lines = [(post.created_at, line) for line in _written(post, self.by)]
        lines += [(start, line) for line in (_sent(post, attempt) if attempt else _not_sent(post, self.by))]
        PostEvent.objects.bulk_create(
            PostEvent(
                workspace=self.workspace, post=post, at=begin + told.after, kind=told.kind, **told.columns
            )
            for begin, told in lines
        )


def _moved(was: PostStatus, to: PostStatus, **columns: Any) -> dict[str, Any]:
    return {"status_from": was, "status_to": to, **columns}


def _written(post: Post, by: User) -> Iterator[Told]:
    """What a person did, counted from the beginning."""
    yield Told(timedelta(0), EventKind.CREATED, {"by": by})
    if post.consent_at:
        yield Told(AGREED_AFTER, EventKind.MOVED, _moved(PostStatus.DRAFT, PostStatus.SCHEDULED, by=by))


def _not_sent(post: Post, by: User) -> Iterator[Told]:
    """Why nothing left us: counted from the due time where it was missed, else from the beginning."""
    scheduled = PostStatus.SCHEDULED
    if post.hold:
        said = {"code": post.code, "log_id": post.log_id, "reason": post.hold}
        yield Told(HELD_AFTER, EventKind.HELD, said)
    elif post.status == PostStatus.CANCELLED:
        yield Told(CANCELLED_AFTER, EventKind.MOVED, _moved(scheduled, PostStatus.CANCELLED, by=by))
    elif post.status == PostStatus.MISSED:
        late = timedelta(minutes=lateness.DEFAULT_LIMIT + 4)
        yield Told(late, EventKind.MOVED, _moved(scheduled, PostStatus.MISSED, reason=post.reason))


def _sent(post: Post, attempt: PublishAttempt) -> Iterator[Told]:
    """How the attempt went, counted from the due time."""
    ours = {"attempt": attempt}
    yield Told(-SENT_AHEAD_BY, EventKind.ATTEMPT_STARTED, ours | {"detail": {"number": 1}})
    moved = _moved(PostStatus.SCHEDULED, PostStatus.PUBLISHING)
    yield Told(timedelta(0), EventKind.MOVED, ours | moved)
    yield Told(timedelta(seconds=1), EventKind.LAST_BYTE_SENT, ours | {"detail": {"complete": True}})
    processing = {"status": "PROCESSING_UPLOAD", "log_id": attempt.log_id}
    yield Told(timedelta(seconds=6), EventKind.STATUS_READ, ours | {"detail": processing})
    if attempt.stage == Stage.REFUSED:
        ended = {"reason": Reason.TIKTOK_REFUSED, "detail": {"stage": Stage.REFUSED}}
        yield Told(ANSWERED_AFTER - timedelta(milliseconds=1), EventKind.ATTEMPT_ENDED, ours | ended)
    told_after = GIVE_UP_AFTER if post.status == PostStatus.NEEDS_CHECK else ANSWERED_AFTER
    said = {"reason": post.reason, "code": post.code, "log_id": post.log_id}
    moved = _moved(PostStatus.PUBLISHING, PostStatus(post.status), **said)
    yield Told(told_after, EventKind.MOVED, ours | moved)
    if attempt.post_ids:
        named = {"detail": {"post_ids": attempt.post_ids}}
        yield Told(NAMED_AFTER, EventKind.LINK_FOUND, ours | named)


def _log_id(at: datetime) -> str:
    """Shaped like TikTok's: the time, then what only they can read."""
    return f"{at:%Y%m%d%H%M%S}{secrets.token_hex(9).upper()}"


def _post_id(at: datetime) -> str:
    """Nineteen digits that begin with the time, as TikTok's do."""
    return str(int(at.timestamp()) << 32 | secrets.randbits(32))
