"""What of a workspace needs a person now: one sentence and one button, the same wherever it is told (ui.md 3.1 d).

The banner of each page, the badge in the menu, the card in the calendar and the mail say what the page of the post
says, and lead there. Which posts those are is `queries.attention`; why, in words, is `overdue.explain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from django.db.models import Count

from accounts.permissions import Action, can
from scheduler import explaining, overdue, policies
from scheduler.models import Post
from scheduler.queries import attention
from tiktok.models import AccountStatus, TikTokAccount

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from accounts.models import Membership, Workspace
    from scheduler.states import Explanation

SHOWN = 20
"""Posts that are looked at for one banner."""

LOST = ("failed", "unplug")
"""Tone and icon of an account that is lost."""

LOOK = "See the post"
"""The button where there is nothing to do but to read."""


@dataclass(frozen=True)
class Need:
    """One post that needs somebody. `button` leads to its page, where it stands again and does what it says."""

    post: Post
    told: Explanation
    button: str

    @property
    def tone(self) -> str:
        return LOST[0] if self.told.action == "reconnect" else "attention"

    @property
    def icon(self) -> str:
        return LOST[1] if self.told.action == "reconnect" else "triangle-alert"


@dataclass(frozen=True)
class Loss:
    """An account that its owner has to connect again, said once for the `count` posts that wait for that.

    `post_id` is the first of them, on whose page it is done; None where nothing waits.
    """

    account: TikTokAccount
    told: Explanation
    count: int = 0
    post_id: UUID | None = None
    tone, icon = LOST


@dataclass(frozen=True)
class Needs:
    """All of a workspace: the first of `count` posts, soonest first, and the accounts that were lost.

    Posts that wait for one of those are told by it, and not among `count`; `posts` counts all.
    """

    first: list[Need]
    count: int
    losses: list[Loss] = field(default_factory=list)
    posts: int = 0

    @property
    def one(self) -> Need | None:
        """The one to name: the only one, or the first of several that all need the same."""
        causes = {need.told.title for need in self.first}
        return self.first[0] if len(causes) == 1 and self.count <= SHOWN else None


@dataclass(frozen=True)
class Others:
    """What else the same reconnecting releases: `count` posts, the `first` of them."""

    count: int
    first: Post


def all_of(workspace: Workspace, membership: Membership) -> Needs:
    """What every page of the workspace says."""
    lost = TikTokAccount.objects.filter(workspace=workspace, status=AccountStatus.NEEDS_RECONNECT)
    losses = losses_of(lost.order_by("nickname", "username", "pk"))
    accounts = [loss.account for loss in losses]
    told = needs_of(workspace, membership, besides=accounts)
    theirs = attention(workspace).filter(account__in=accounts, hold__in=explaining.CONNECTION_LOST)
    return replace(told, losses=losses, posts=told.count + (theirs.count() if accounts else 0))


def others_released(post: Post) -> Others | None:
    """The other posts that wait for this one's account to be connected; None without any."""
    rows = Post.objects.filter(workspace_id=post.workspace_id, account=post.account_id).exclude(pk=post.pk)
    held = rows.filter(hold__in=explaining.ENDS_BY_CONNECTING).order_by("due_at", "pk")
    first = held.first()
    return Others(int(held.count()), first) if first else None


def needs_of(workspace: Workspace, membership: Membership, *, besides: Iterable[TikTokAccount] = ()) -> Needs:
    """All of them, but for those that wait for one of these accounts (`losses_of`)."""
    rows = attention(workspace).exclude(account__in=list(besides), hold__in=explaining.CONNECTION_LOST)
    posts = list(rows[:SHOWN])
    count = len(posts) if len(posts) < SHOWN else int(rows.count())
    return Needs([need for post in posts if (need := need_of(post, membership))], count)


def losses_of(accounts: Iterable[TikTokAccount]) -> list[Loss]:
    """What is to be said of those among them that were lost."""
    lost = [account for account in accounts if account.status == AccountStatus.NEEDS_RECONNECT]
    if not lost:
        return []
    posts = Post.objects.filter(workspace=lost[0].workspace_id, account__in=lost)
    held = posts.filter(hold__in=explaining.CONNECTION_LOST)
    soonest = held.order_by("account_id", "due_at", "pk").distinct("account_id")
    first = dict(soonest.values_list("account_id", "pk"))
    counts = dict(held.order_by().values_list("account_id").annotate(Count("pk")))
    return [
        Loss(account, explaining.explain_loss(account), counts.get(account.pk, 0), first.get(account.pk))
        for account in lost
    ]


def need_of(post: Post, membership: Membership) -> Need | None:
    """What this member is told of the post; nothing where there is nothing to explain."""
    told = overdue.explain(post)
    if told is None:
        return None
    return Need(post, told, button(post, told, membership))


def button(post: Post, told: Explanation, membership: Membership | None) -> str:
    """The words that lead this member to the page of the post: of what it offers there, or of reading."""
    offered = offer(post, told, membership) if membership else ""
    return (offered and told.label) or LOOK


def offer(post: Post, told: Explanation | None, membership: Membership) -> str:
    """The one thing this member may do about the post, as a key of `post/fix.html`; nothing where it only waits."""
    publishes, composes = can(membership, Action.PUBLISH), can(membership, Action.COMPOSE)
    if publishes and policies.can_answer(post):
        return "answer"
    allowed = {
        "reconnect": True,
        "details": True,
        "private": True,
        "open": bool(post.account and post.account.username),
        "again": publishes and policies.can_try_again(post),
        "retry": publishes and policies.can_retry(post),
        "edit": composes and policies.can_edit(post),
        "reschedule": publishes and policies.can_reschedule(post),
    }
    return told.action if told and allowed.get(told.action) else ""
