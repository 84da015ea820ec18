"""What goes wrong across the whole installation: posts that are stuck, and what fails by code.

One cause that many workspaces share is the operator's to find. It differs from `needs`, which is what waits for the
people of one workspace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q

from scheduler.models import Post
from scheduler.states import ENGINE_DRIVEN, EXPLANATIONS, PostStatus, Reason
from tiktok.client import codes

NOT_POSTED = (PostStatus.FAILED, PostStatus.MISSED, PostStatus.NEEDS_CHECK)


@dataclass(frozen=True)
class Failure:
    """One cause, and how wide it is. Without a code the cause is ours to name."""

    reason: str
    hold: str
    code: str
    surface: str
    posts: int
    accounts: int
    workspaces: int
    last_due_at: datetime

    @property
    def sentence(self) -> str:
        """TikTok's reason in words, or our own."""
        if self.code and self.surface:
            title = codes.row_for(self.code, codes.Surface(self.surface)).title
        else:
            title = EXPLANATIONS[Reason(self.hold or self.reason)].title
        return title.format(account="The account")


def failing(since: datetime, until: datetime) -> list[Failure]:
    """Causes of posts due between the two that did not go out or are on hold, widest first. Call inside a scope."""
    troubled = Post.objects.filter(
        Q(status__in=NOT_POSTED) | ~Q(hold=""), due_at__gt=since, due_at__lte=until
    )
    causes: Any = troubled.values("reason", "hold", "code", "surface").annotate(
        posts=Count("pk"),
        accounts=Count("account", distinct=True),
        workspaces=Count("workspace", distinct=True),
        last_due_at=Max("due_at"),
    )
    return [Failure(**cause) for cause in causes.order_by("-workspaces", "-posts", "code", "reason", "hold")]


def stuck(longer_than: timedelta, now: datetime) -> Q:
    """A condition on posts that the engine should be done with: their step, or their due time, is so long ago."""
    then = now - longer_than
    return Q(status__in=ENGINE_DRIVEN) & (Q(next_step_at__lt=then) | Q(due_at__lt=then))
