"""Posts that are due now, as rows that the database's own constraints accept; for the million others see `backlog`.

A `Cast` are the accounts that post, with tokens that the sandbox accepts. `schedule_posts` gives them posts that the
real engine prepares, `schedule_staged` posts that stand where it leaves them a minute before the due time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F

from accounts.models import User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import content, schedule
from scheduler.clock import database_now
from scheduler.models import Media, Post, PublishAttempt
from scheduler.states import NextStep, PostStatus, Stage
from tests.benchmarks.bench import CLIP_BYTES
from tiktok.client import Secret
from tiktok.models import TikTokAccount
from tiktok.vault import seal_on

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench
    from tests.benchmarks.remote import Connection, OpenUpload

ACCOUNTS_PER_WORKSPACE = 10
URL_LIVES = timedelta(hours=1)
TOKENS_LIVE = timedelta(hours=20)


@dataclass
class Cast:
    """Who posts: account `number` belongs to workspace `number // ACCOUNTS_PER_WORKSPACE`, which has one clip."""

    by: User
    accounts: list[TikTokAccount]
    media: list[Media]
    connections: Sequence[Connection]
    taken: int = 0

    def take(self, posts: int) -> list[int]:
        """The numbers of the next accounts, so that two repetitions do not share an account's limits."""
        first, self.taken = self.taken, self.taken + posts
        return [number % len(self.accounts) for number in range(first, first + posts)]

    def clip_of(self, number: int) -> Media:
        return self.media[number // ACCOUNTS_PER_WORKSPACE]


def cast_of(bench: Bench) -> Cast:
    """The planted creators as connected accounts, made once per run."""
    cast: Cast = bench.once("the accounts that post", lambda: _make_cast(bench))
    return cast


def _make_cast(bench: Bench) -> Cast:
    by = User.objects.create_user("bench@people.example", name="Bench")
    spaces = workspaces(len(bench.connections) // ACCOUNTS_PER_WORKSPACE, "cast")
    client_key = bench.running.environment["TIKTOK_CLIENT_KEY"]
    with cross_tenant(CrossTenant.SEED):
        media = [make_clip(space, CLIP_BYTES) for space in spaces]
        accounts = [
            _account(spaces[number // ACCOUNTS_PER_WORKSPACE], client_key, known)
            for number, known in enumerate(bench.connections)
        ]
        TikTokAccount.objects.bulk_create(accounts, batch_size=1000)
    return Cast(by, accounts, media, bench.connections)


def workspaces(count: int, prefix: str) -> list[Workspace]:
    made = [Workspace(name=f"{prefix} {n}", slug=f"{prefix}-{n}", time_zone="UTC") for n in range(count)]
    return Workspace.objects.bulk_create(made, batch_size=1000)


def make_clip(space: Workspace, size: int, **fields: Any) -> Media:
    """A checked video of one workspace. Call inside a scope."""
    body = bytes(size)
    known = {
        "storage_key": default_storage.save(f"{space.pk}/{uuid4()}", ContentFile(body)),
        "sha256": hashlib.sha256(body).hexdigest(),
        "size": size,
    }
    return Media.objects.create(**clip_columns(space) | known | fields)


def clip_columns(space: Workspace) -> dict[str, Any]:
    return {
        "workspace": space,
        "original_name": "loaf.mp4",
        "content_type": "video/mp4",
        "status": "ready",
        "container": "mp4",
        "codec": "h264",
        "duration_ms": 1000,
        "width": 360,
        "height": 640,
        "frame_rate": 30.0,
    }


def _account(space: Workspace, client_key: str, known: Connection) -> TikTokAccount:
    account = TikTokAccount(
        workspace=space,
        client_key=client_key,
        open_id=known.answer["open_id"],
        username=known.creator,
        nickname=known.creator,
        scopes=known.answer["scope"].split(","),
        access_expires_at=datetime.now(UTC) + TOKENS_LIVE,
        refresh_expires_at=datetime.now(UTC) + timedelta(days=100),
        refresh_due_at=datetime.now(UTC) + TOKENS_LIVE,
    )
    account.access_token = seal_on(account, "access_token", Secret(known.token))
    account.refresh_token = seal_on(account, "refresh_token", Secret(known.answer["refresh_token"]))
    return account


# --- posts that are due now


def new_post(cast: Cast, number: int, due_at: datetime, caption: str, media: Media | None = None) -> Post:
    """An unsaved post of account `number`, agreed to, for which nothing has been prepared yet."""
    clip = media or cast.clip_of(number)
    post = Post(
        workspace_id=clip.workspace_id,
        account=cast.accounts[number],
        media=clip,
        caption=caption,
        privacy_level="PUBLIC_TO_EVERYONE",
        allow_comment=True,
        due_at=due_at,
        due_local=due_at.replace(tzinfo=None, microsecond=0).isoformat(),
        due_zone="UTC",
        status=PostStatus.SCHEDULED,
        consent_by=cast.by,
        consent_at=due_at - timedelta(hours=2),
        looked_ahead_at=due_at - timedelta(hours=1),
        created_by=cast.by,
        next_step=NextStep.START,
        next_step_at=schedule.first_step_at(due_at, clip.size),
    )
    post.consent_digest = content.content_digest(post, clip)
    return post


def schedule_posts(
    bench: Bench,
    offsets: Sequence[float],
    captions: Sequence[str],
    *,
    lead: float,
    media: Media | None = None,
) -> list[Post]:
    """One post each on an account of its own, due `lead` + offset seconds from now; the engine prepares them."""
    cast = cast_of(bench)
    dues = instants(offsets, lead)
    numbers = cast.take(len(dues))
    posts = [new_post(cast, *known, media) for known in zip(numbers, dues, captions, strict=True)]
    with cross_tenant(CrossTenant.SEED):
        Post.objects.bulk_create(posts, batch_size=1000)
    return posts


def schedule_staged(
    bench: Bench, offsets: Sequence[float], captions: Sequence[str], *, lead: float
) -> list[Post]:
    """The same, already opened at TikTok and checked: what is left is the commit."""
    cast = cast_of(bench)
    numbers = cast.take(len(offsets))
    uploads = bench.remote.open_uploads([cast.connections[n] for n in numbers], captions, CLIP_BYTES)
    dues = instants(offsets, lead)
    posts = [new_post(cast, *known) for known in zip(numbers, dues, captions, strict=True)]
    attempts = [staged_attempt(post, upload) for post, upload in zip(posts, uploads, strict=True)]
    for post, due in zip(posts, dues, strict=True):
        post.next_step, post.next_step_at = NextStep.COMMIT, schedule.commit_at(due)
    save(posts, attempts)
    return posts


def schedule_in_flight(bench: Bench, captions: Sequence[str], uploads: Sequence[OpenUpload]) -> list[Post]:
    """Posts whose last byte went out just now: TikTok has these `uploads` and is asked about them from now on."""
    cast, now = cast_of(bench), database_now()
    numbers = range(len(captions))
    posts = [new_post(cast, number, now, caption) for number, caption in zip(numbers, captions, strict=True)]
    attempts = [staged_attempt(post, upload) for post, upload in zip(posts, uploads, strict=True)]
    for number, (post, attempt) in enumerate(zip(posts, attempts, strict=True)):
        post.status, post.next_step = PostStatus.PUBLISHING, NextStep.ASK
        post.next_step_at = now + timedelta(seconds=schedule.POLL_AFTER[0] * number / len(posts))
        attempt.stage, attempt.chunks_sent, attempt.commits = Stage.COMMITTED, 1, 1
        attempt.commit_intent_at = attempt.last_byte_at = now
    save(posts, attempts)
    return posts


def staged_attempt(post: Post, upload: OpenUpload) -> PublishAttempt:
    """Where the engine leaves an attempt before the due time: all but the last chunk sent, creator info read."""
    assert post.due_at is not None
    attempt = PublishAttempt(
        workspace_id=post.workspace_id,
        post=post,
        account=post.account,
        number=1,
        content_digest=post.consent_digest,
        stage=Stage.STAGED,
        publish_id=upload.publish_id,
        upload_expires_at=database_now() + URL_LIVES,
        video_size=CLIP_BYTES,
        chunk_size=CLIP_BYTES,
        chunk_count=1,
        checked_at=post.due_at,
    )
    attempt.upload_url = seal_on(attempt, "upload_url", Secret(upload.upload_url))
    return attempt


def save(posts: Sequence[Post], attempts: Sequence[PublishAttempt]) -> None:
    with cross_tenant(CrossTenant.SEED), transaction.atomic():
        Post.objects.bulk_create(posts, batch_size=1000)
        PublishAttempt.objects.bulk_create(attempts, batch_size=1000)


def instants(offsets: Sequence[float], lead: float) -> list[datetime]:
    now = database_now()
    return [now + timedelta(seconds=lead + offset) for offset in offsets]


def forget(posts: Sequence[Post]) -> None:
    """Nobody looks at a scene's posts any more. They stay, because their timelines are append-only."""
    with cross_tenant(CrossTenant.SEED), transaction.atomic():
        rows = Post.objects.filter(pk__in=[post.pk for post in posts])
        # In the engine's own order, or the two would wait for each other.
        list(rows.order_by("pk").select_for_update(of=("self",)).values_list("pk"))
        rows.update(status=PostStatus.CANCELLED, hold="", next_step_at=None, fence=F("fence") + 1)
