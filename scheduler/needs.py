"""What of a workspace needs a person now: one sentence and one button, the same wherever it is told (ui.md 3.1 d).

The banner of each page, the badge in the menu, the card in the calendar and the mail say what the page of the post
says, and lead there. Which posts those are is `queries.attention`; why, in words, is `overdue.explain`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.permissions import Action, can
from scheduler import overdue, policies
from scheduler.queries import attention

if TYPE_CHECKING:
    from accounts.models import Membership, Workspace
    from scheduler.models import Post
    from scheduler.states import Explanation

SHOWN = 20
"""Posts that are looked at for one banner."""

LOOK = "See the post"
"""The button where there is nothing to do but to read."""


@dataclass(frozen=True)
class Need:
    """One post that needs somebody. `button` leads to its page, where it stands again and does what it says."""

    post: Post
    told: Explanation
    button: str


@dataclass(frozen=True)
class Needs:
    """All of a workspace: the first of `count`, soonest first."""

    first: list[Need]
    count: int

    @property
    def one(self) -> Need | None:
        """The one to name: the only one, or the first of several that all need the same."""
        causes = {need.told.title for need in self.first}
        return self.first[0] if len(causes) == 1 and self.count <= SHOWN else None


def needs_of(workspace: Workspace, membership: Membership) -> Needs:
    posts = list(attention(workspace)[:SHOWN])
    count = len(posts) if len(posts) < SHOWN else int(attention(workspace).count())
    return Needs([need for post in posts if (need := need_of(post, membership))], count)


def need_of(post: Post, membership: Membership) -> Need | None:
    """What this member is told of the post; nothing where there is nothing to explain."""
    told = overdue.explain(post)
    if told is None:
        return None
    return Need(post, told, (offer(post, told, membership) and told.label) or LOOK)


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
