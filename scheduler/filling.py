"""Putting drafts without a time into the free slots of their accounts, and taking that back.

A filled draft has its time and stays a draft: TikTok wants a person to agree to each post (tiktok-api.md 15 point 24),
so nothing goes out until somebody schedules it.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from scheduler import authoring, policies, slots
from scheduler.models import Post
from scheduler.slots import FreeSlot
from scheduler.states import PostStatus
from tiktok.models import AccountStatus

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User, Workspace

NO_TIME = {"due_at": None, "due_local": "", "due_zone": ""}


@dataclass(frozen=True)
class Placement:
    """A draft and the slot it goes into; `version` is the draft's once it is there, 0 in a plan."""

    post: Post
    slot: FreeSlot
    version: int = 0


def plan(posts: Sequence[Post], free: Iterable[FreeSlot]) -> list[Placement]:
    """Each post, in the order given, into the earliest slot of its account that is left; by instant.

    Pure. `free` is by instant, and read no further than the last post needs; a post that finds none is left out.
    """
    waiting: dict[UUID | None, deque[Post]] = defaultdict(deque)
    for post in posts:
        waiting[post.account_id].append(post)
    placed: list[Placement] = []
    if not posts:
        return placed
    for slot in free:
        if waiting[slot.account.pk]:
            placed.append(Placement(waiting[slot.account.pk].popleft(), slot))
        if len(placed) == len(posts):
            break
    return placed


def plan_for(posts: Sequence[Post], *, after: datetime | None = None) -> list[Placement]:
    """What `fill` would do now: for the page that shows it first. Posts of one workspace."""
    drafts = _fillable(posts)
    accounts = list({post.account_id: post.account for post in drafts if post.account}.values())
    return plan(drafts, slots.upcoming(accounts, after=after))


def fill(posts: Sequence[Post], *, by: User, after: datetime | None = None) -> list[Placement]:
    """Give drafts of one workspace the times of free slots; they stay drafts. Returns what was placed.

    Left alone: a post that is no draft, has a time or no account by now, or that somebody changes at this moment. Two
    people who fill at once never use a slot twice.
    """
    placed: list[Placement] = []
    if not posts:
        return placed
    with transaction.atomic():
        _one_at_a_time(posts[0].workspace_id)
        for placement in plan_for(posts, after=after):
            try:
                post = authoring.edit(
                    post=placement.post, version=placement.post.version, by=by, fields=placement.slot.due
                )
            except (authoring.StaleVersion, policies.NotPossible):
                continue
            placed.append(replace(placement, post=post, version=post.version))
    return placed


def unfill(*, workspace: Workspace, placed: Iterable[tuple[UUID, int]], by: User) -> list[Post]:
    """Take back what `fill` did: (post, version) pairs of its placements. Returns the drafts without a time again.

    What somebody changed since keeps its time.
    """
    versions = dict(placed)
    drafts = Post.objects.filter(workspace=workspace, pk__in=versions, status=PostStatus.DRAFT)
    undone = []
    with transaction.atomic():
        for draft in drafts.order_by("due_at", "pk"):
            try:
                undone.append(
                    authoring.edit(post=draft, version=versions[draft.pk], by=by, fields=dict(NO_TIME))
                )
            except (authoring.StaleVersion, policies.NotPossible):
                continue
    return undone


def _fillable(posts: Sequence[Post]) -> list[Post]:
    """The drafts among them as they are now, in the order given."""
    workspaces = {post.workspace_id for post in posts}
    drafts = Post.objects.filter(
        workspace_id__in=workspaces,
        pk__in=[post.pk for post in posts],
        status=PostStatus.DRAFT,
        due_at__isnull=True,
        account__isnull=False,
    ).exclude(account__status=AccountStatus.DISCONNECTED)
    found = {draft.pk: draft for draft in drafts.select_related("account__workspace", "media", "workspace")}
    return [found[post.pk] for post in posts if post.pk in found]


def _one_at_a_time(workspace_id: UUID) -> None:
    """Until the transaction ends, nobody else fills slots of this workspace."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"fill {workspace_id}"])
