"""Who posts what while things break: workspaces, creators with tokens that TikTok knows, and posts of every kind.

What is made here is committed before the fault; afterwards no test writes a row (I8), it only acts as a person can.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db.models import F, QuerySet

from accounts.models import User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.clock import database_now
from scheduler.models import Media, Post, PostEvent, PublishAttempt
from scheduler.reconciling import EVENTS_LATE, NAMED_WITHIN
from scheduler.states import PostStatus, Stage, Way
from tests.factories import clip_bytes, make_account, make_image_media, make_media, make_post
from tests.people import make_person, make_workspace
from tests.sandbox_process import Sandbox
from tiktok.models import TikTokAccount

THREE_CHUNKS = 17_000_000
"""Bytes of a video that is sent ahead in two chunks and committed by a third (design 4.3)."""

FINAL = frozenset({"published", "in_inbox", "failed", "needs_check", "missed", "cancelled", "draft"})
KINDS = ("video", "chunks", "photos", "inbox video", "inbox photos")


@dataclass(frozen=True)
class Pause:
    """Publishing was stopped between two instants of the database's clock; `workspace_id` None: everywhere."""

    workspace_id: UUID | None
    begin: datetime
    end: datetime | None = None


@dataclass
class World:
    """`home` is where the fault happens, `elsewhere` a workspace that must not notice."""

    sandbox: Sandbox
    owner: User
    home: Workspace
    elsewhere: Workspace
    stranger: User
    luna: TikTokAccount
    workspaces: list[Workspace] = field(default_factory=list)
    posts: list[Post] = field(default_factory=list)
    bystanders: list[Post] = field(default_factory=list)
    pauses: list[Pause] = field(default_factory=list)
    _files: dict[Any, Media] = field(default_factory=dict)
    _names: Iterator[int] = field(default_factory=count)

    @classmethod
    def begin(cls, sandbox: Sandbox) -> World:
        alice, charlie = make_person("Alice"), make_person("Charlie")
        home = make_workspace(alice)
        elsewhere = make_workspace(charlie, name="Elsewhere")
        return cls(sandbox, alice, home, elsewhere, charlie, make_account(home, sandbox), [home])

    def creator(self, workspace: Workspace | None = None, **settings: Any) -> TikTokAccount:
        """One more creator of TikTok's, connected to the workspace (home)."""
        name = f"creator.{next(self._names)}"
        self.sandbox.control(creators={name: {"nickname": name, **settings}})
        return make_account(workspace or self.home, self.sandbox, name)

    def renew_nothing(self) -> None:
        """Nobody's tokens are due for renewal before tomorrow; those of new accounts are due at once."""
        with cross_tenant(CrossTenant.SEED):
            TikTokAccount.objects.update(refresh_due_at=database_now() + timedelta(days=1))

    def post(self, kind: str = "video", account: TikTokAccount | None = None, **fields: Any) -> Post:
        """A scheduled post of one of `KINDS`, by Luna unless told; `due_in` and `due_at` as in `make_post`."""
        made = self._post(kind, account or self.luna, self.owner, fields)
        self.posts.append(made)
        return made

    def bystander(self, kind: str = "video", *, due_in: timedelta = timedelta(seconds=4)) -> Post:
        """A post in the other workspace, which must be on time unless everything is broken (I4)."""
        account = self.creator(self.elsewhere)
        made = self._post(kind, account, self.stranger, {"due_in": due_in})
        self.bystanders.append(made)
        return made

    def all_posts(self) -> list[Post]:
        """Every post of this world as it stands now."""
        ids = [post.pk for post in (*self.posts, *self.bystanders)]
        with cross_tenant(CrossTenant.SEED):
            rows = Post.objects.filter(pk__in=ids).select_related("media", "account", "workspace")
            return list(rows.order_by("created_at"))

    def attempts(self) -> list[PublishAttempt]:
        with cross_tenant(CrossTenant.SEED):
            return list(PublishAttempt.objects.select_related("account", "post").order_by("started_at"))

    def events(self) -> list[PostEvent]:
        with cross_tenant(CrossTenant.SEED):
            return list(PostEvent.objects.order_by("at"))

    def _post(self, kind: str, account: TikTokAccount, by: User, fields: dict[str, Any]) -> Post:
        workspace = account.workspace
        if kind in ("inbox video", "inbox photos"):
            fields = {"mode": "inbox", "privacy_level": ""} | fields
        if kind in ("photos", "inbox photos"):
            images = [self._image(workspace, number) for number in range(fields.pop("images", 2))]
            return make_post(account, None, by, kind="photo", images=images, **fields)
        if kind == "inbox video":  # it has no words at TikTok: its bytes tell it from others
            fields = {
                "caption": "",
                "media": make_media(workspace, content=clip_bytes() + uuid4().bytes),
            } | fields
        pad_to = fields.pop("pad_to", THREE_CHUNKS if kind == "chunks" else 0)
        media = fields.pop("media", None) or self._video(workspace, pad_to)
        return make_post(account, media, by, **fields)

    def _video(self, workspace: Workspace, pad_to: int) -> Media:
        key = (workspace.pk, "video", pad_to)
        if key not in self._files:
            self._files[key] = make_media(workspace, pad_to=pad_to)
        return self._files[key]

    def _image(self, workspace: Workspace, number: int) -> Media:
        key = (workspace.pk, "image", number)
        if key not in self._files:
            self._files[key] = make_image_media(workspace)
        return self._files[key]


def count_lost_inits() -> int:
    """Inits that TikTok may or may not have heard, of which only its event, or an hour without one, says more."""
    with cross_tenant(CrossTenant.SEED):
        return _lost_inits().filter(post__status=PostStatus.PUBLISHING).count()


def let_time_pass_for_lost_inits() -> int:
    """Make every lost init as old as the engine waits for TikTok's word about it; returns how many there were.

    Nothing else is known of them, so all that passes is time.
    """
    wait = NAMED_WITHIN + EVENTS_LATE
    with cross_tenant(CrossTenant.SEED):
        lost = _lost_inits()
        ids = list(lost.values_list("post_id", flat=True))
        lost.update(commit_intent_at=F("commit_intent_at") - wait, started_at=F("started_at") - wait)
        Post.objects.filter(pk__in=ids).update(next_step_at=database_now())
    return len(ids)


def _lost_inits() -> QuerySet[PublishAttempt]:
    return PublishAttempt.objects.filter(way=Way.PULL, stage=Stage.COMMITTING, publish_id="")


def let_time_pass(post: Post, by: timedelta) -> None:
    """Make what was committed of this post older, and have it looked at: nothing but time has passed."""
    with cross_tenant(CrossTenant.SEED):
        mine = PublishAttempt.objects.filter(post=post, commit_intent_at__isnull=False)
        mine.update(commit_intent_at=F("commit_intent_at") - by, last_byte_at=F("last_byte_at") - by)
        Post.objects.filter(pk=post.pk).update(due_at=F("due_at") - by, next_step_at=database_now())
