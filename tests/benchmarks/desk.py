"""A workspace in which much is planned, and somebody signed in to it: what the pages of a calendar are measured on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image

from accounts.membership import create_workspace
from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import content, schedule, stills
from scheduler.clock import database_now
from scheduler.models import Media, Post, PostingSlot
from scheduler.states import NextStep, PostStatus
from tests.benchmarks import load
from tests.people import client_of
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from tests.benchmarks.bench import Bench

POSTS, ACCOUNTS = 10_000, 5
SLOTS = ("09:00", "12:30", "18:00")
SPAN = timedelta(days=364)
QUIET = timedelta(hours=3)
"""Nothing is due so near to now: the engine has nothing to do meanwhile."""

CAPTION = "Berry layer cake in forty seconds, number {}: cream, berries, patience. #baking #cake"


@dataclass(frozen=True)
class Desk:
    """`cookie` is the session of somebody who may do everything in the workspace."""

    workspace: Workspace
    cookie: str
    post: Post
    """One that may be moved: on the third day of the next week."""

    @property
    def calendar(self) -> str:
        return f"/w/{self.workspace.slug}/calendar/"

    @property
    def composer(self) -> str:
        return f"/w/{self.workspace.slug}/posts/new/"


def desk_of(bench: Bench) -> Desk:
    """Made once per run: half of the posts are out, half are planned, evenly over a year."""
    made: Desk = bench.once(f"a workspace of {POSTS:,} posts", _make)
    return made


def _make() -> Desk:
    person = User.objects.create_user("desk@people.example", name="Inês Duarte")
    workspace = create_workspace(name="Harbour Social", time_zone="Europe/Lisbon", by=person)
    now = database_now()
    with workspace_scope(workspace):
        accounts = [_account(workspace, number) for number in range(ACCOUNTS)]
        media = [_video(workspace, number) for number in range(ACCOUNTS)]
        PostingSlot.objects.bulk_create(
            PostingSlot(workspace=workspace, account=account, weekday=weekday, at=at)
            for account in accounts
            for weekday in range(7)
            for at in SLOTS
        )
        instants = [now - SPAN / 2 + SPAN / POSTS * number for number in range(POSTS)]
        posts = [
            _post(workspace, person, accounts[number % ACCOUNTS], media[number % ACCOUNTS], at, now, number)
            for number, at in enumerate(instants)
            if abs(at - now) > QUIET
        ]
        Post.objects.bulk_create(posts, batch_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE scheduler_post, scheduler_publishattempt")
    monday = now + timedelta(days=7 - now.weekday())
    movable = next(b for a, b in pairwise(posts) if b.due_at and b.due_at.date() > monday.date() + DAY)
    return Desk(workspace, client_of(person).cookies["sessionid"].value, movable)


DAY = timedelta(days=1)


def _account(workspace: Workspace, number: int) -> TikTokAccount:
    """Nobody calls TikTok for it."""
    sealed = {"access_token": b"x", "refresh_token": b"x"}
    return TikTokAccount.objects.create(
        workspace=workspace,
        open_id=f"desk-{number}",
        client_key="desk",
        username=f"creator{number}",
        nickname=f"Creator {number}",
        scopes=["video.publish", "video.upload"],
        **sealed,
    )


def _video(workspace: Workspace, number: int) -> Media:
    """With a still of the size that ours have."""
    drawn = BytesIO()
    noise = Image.effect_noise(stills.BOX, 40 + number).convert("RGB").resize((54, 96)).resize(stills.BOX)
    noise.save(drawn, "WEBP", quality=40)
    key = default_storage.save(f"{workspace.pk}/still-{number}", ContentFile(drawn.getvalue()))
    return load.make_clip(workspace, 1000, cover_key=key)


def _post(
    workspace: Workspace,
    by: User,
    account: TikTokAccount,
    media: Media,
    at: datetime,
    now: datetime,
    number: int,
) -> Post:
    is_out = at < now
    engine: dict[str, Any] = (
        {"status": PostStatus.PUBLISHED, "published_at": at, "next_step_at": None}
        if is_out
        else {
            "status": PostStatus.SCHEDULED,
            "next_step": NextStep.START,
            "next_step_at": schedule.first_step_at(at, media.size),
        }
    )
    post = Post(
        workspace=workspace,
        account=account,
        media=media,
        caption=CAPTION.format(number),
        privacy_level="PUBLIC_TO_EVERYONE",
        due_at=at,
        due_local=at.replace(tzinfo=None, microsecond=0).isoformat(),
        due_zone="UTC",
        consent_by=by,
        consent_at=at - timedelta(days=200),
        created_by=by,
        **engine,
    )
    post.consent_digest = content.content_digest(post, media)
    return post
