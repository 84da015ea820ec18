"""How the work of the whole installation goes, in three numbers: what waits, when the last post left, who answers.

Without names, so that anybody who is signed in may know. It differs from `config.heartbeat`, which knows whether the
workers take work at all, and from `failing`, which is for the operator.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.clock import database_now
from scheduler.models import Lane, Post, PublishAttempt
from scheduler.states import NextStep, Stage

LOOKS_BACK = timedelta(hours=24)
ANSWERED = (Stage.COMMITTED, Stage.LIVE, Stage.REFUSED)
"""TikTok has answered what posts, or has told since what became of it."""


@dataclass(frozen=True)
class Traffic:
    """`waits_since`: since when the oldest step that is due waits for a worker; None where none does.

    `last_left_at`: when the last post left for TikTok. `answered` of `sent`: of the posts of the last 24 hours.
    """

    waits_since: datetime | None
    last_left_at: datetime | None
    sent: int
    answered: int

    def waited(self, now: datetime) -> timedelta:
        return max(now - self.waits_since, timedelta(0)) if self.waits_since else timedelta(0)

    @property
    def answer_rate(self) -> int | None:
        """Percent, rounded down; None where nothing was sent."""
        return self.answered * 100 // self.sent if self.sent else None


def traffic() -> Traffic:
    """As of now, over all workspaces. Four queries, each by an index."""
    now = database_now()
    with cross_tenant(CrossTenant.STATUS):
        free = Lane.objects.filter(Q(busy_until__isnull=True) | Q(busy_until__lte=now), next_at__lte=now)
        commits = Post.objects.filter(next_step=NextStep.COMMIT, next_step_at__lte=now)
        waiting = [_first(free, "next_at"), _first(commits, "next_step_at")]
        sent = PublishAttempt.objects.filter(commit_intent_at__isnull=False)
        last = sent.aggregate(at=Max("commit_intent_at"))["at"]
        told = sent.filter(commit_intent_at__gt=now - LOOKS_BACK).aggregate(
            sent=Count("pk"), answered=Count("pk", filter=Q(stage__in=ANSWERED))
        )
    return Traffic(min(filter(None, waiting), default=None), last, told["sent"], told["answered"])


def _first(rows: Any, column: str) -> datetime | None:
    at: datetime | None = rows.aggregate(at=Min(column))["at"]
    return at
