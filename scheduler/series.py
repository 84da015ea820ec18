"""What the pages of recurring posts show, gathered once: the rule, its copies, and which may be agreed to together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from accounts.permissions import Action, can
from scheduler import policies, repeating
from scheduler.clock import database_now
from scheduler.content import is_draft_for_app
from scheduler.creators import CreatorLook, look_at
from scheduler.models import Post, Repeat
from scheduler.post_page import PostPage
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import Membership, Workspace

AT_A_TIME = 4
"""Copies that one button schedules: a person looks at each."""


@dataclass(frozen=True)
class Copy:
    """One copy to come, and whether it says what the series' post says."""

    post: Post
    is_like: bool

    @property
    def is_draft(self) -> bool:
        return bool(self.post.status == PostStatus.DRAFT)

    @property
    def may_skip(self) -> bool:
        return policies.can_cancel(self.post)


class SeriesPage:
    """One rendering of the series of `post` for one member."""

    def __init__(self, post: Post, membership: Membership, form: Any = None, notice: str = "") -> None:
        self.post, self.membership, self.form, self.notice = post, membership, form, notice
        self.about = PostPage(post, membership)

    @cached_property
    def repeat(self) -> Repeat | None:
        return repeating.series_of(self.post)

    @property
    def is_running(self) -> bool:
        return self.repeat is not None and self.repeat.ended_at is None

    @cached_property
    def why_not(self) -> str:
        """Why the post cannot begin to repeat now."""
        try:
            repeating.check_can_repeat(self.post)
        except policies.NotPossible as no:
            return str(no)
        return ""

    @cached_property
    def copies(self) -> list[Copy]:
        """Those to come, soonest first; what is behind is on the calendar."""
        if self.repeat is None:
            return []
        posts = Post.objects.filter(
            workspace_id=self.post.workspace_id, repeat_copy__repeat=self.repeat, due_at__gt=database_now()
        )
        rows = posts.select_related("account", "media").prefetch_related("images__media")
        return [Copy(row, repeating.is_like(row, self.post)) for row in rows.order_by("due_at", "pk")]

    @cached_property
    def next_ones(self) -> list[Copy]:
        """What the button schedules: the next drafts that are like the post."""
        return [copy for copy in self.copies if copy.is_draft and copy.is_like][:AT_A_TIME]

    @cached_property
    def creator(self) -> CreatorLook | None:
        """TikTok's word on the creator, asked where there is something to agree to (tiktok-api.md 15 point 1)."""
        if not (self.next_ones and self.may_publish and self.post.account):
            return None
        return None if is_draft_for_app(self.post) else look_at(self.post.account)

    @property
    def may_agree(self) -> bool:
        is_answered = is_draft_for_app(self.post) or bool(self.creator and self.creator.info)
        return bool(self.next_ones) and self.may_publish and is_answered

    @property
    def name(self) -> str:
        """The creator's nickname as TikTok says it today, or as we last knew it."""
        if self.creator and self.creator.info:
            return self.creator.info.nickname
        return self.post.account.display_name if self.post.account else "No account yet"

    @property
    def may_stop(self) -> bool:
        return self.may_compose and (self.is_running or any(copy.is_draft for copy in self.copies))

    @property
    def may_compose(self) -> bool:
        return can(self.membership, Action.COMPOSE)

    @property
    def may_publish(self) -> bool:
        return can(self.membership, Action.PUBLISH)


@dataclass(frozen=True)
class Series:
    """One line of the list of recurring posts."""

    repeat: Repeat
    drafts: int
    scheduled: int
    next_at: Any


def running(workspace: Workspace) -> list[Series]:
    """Every rule that makes copies, or whose copies are still to come; the next one first."""
    now = database_now()
    posts = Post.objects.filter(
        workspace=workspace,
        repeat_copy__isnull=False,
        due_at__gt=now,
        status__in=[PostStatus.DRAFT, PostStatus.SCHEDULED],
    )
    coming: dict[Any, list[Post]] = defaultdict(list)
    for post in posts.select_related("repeat_copy").order_by("due_at", "pk"):
        coming[post.repeat_copy.repeat_id].append(post)
    rows = Repeat.objects.filter(Q(ended_at__isnull=True) | Q(pk__in=list(coming)), workspace=workspace)
    rows = rows.select_related("post__account", "post__media").prefetch_related("post__images__media")
    lines = [_line(repeat, coming[repeat.pk]) for repeat in rows]
    return sorted(lines, key=lambda line: (line.next_at is None, line.next_at or now))


def _line(repeat: Repeat, posts: list[Post]) -> Series:
    drafts = sum(post.status == PostStatus.DRAFT for post in posts)
    return Series(repeat, drafts, len(posts) - drafts, posts[0].due_at if posts else None)
