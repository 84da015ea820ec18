"""The kill switch: publishing stops for one workspace, or for the whole installation, and goes on where it stood.

A pause is a fact in the database, asked for before each init, each chunk and each commit intent, so it holds within
seconds on every worker without a deploy (R-29). It is not a hold: a post is held (`Reason.PAUSED`) only when its
step meets the pause. What TikTok has already been given is still asked about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from accounts import audit
from accounts.models import Workspace
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.clock import database_now
from scheduler.models import ClockTimestamp, Installation, Post, PostEvent, PublishingSettings
from scheduler.states import EventKind, NextStep, PostStatus, Reason
from scheduler.transitions import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accounts.models import User

LOOKS_AGAIN = timedelta(minutes=1)
"""A post held for a pause is looked at this often: a resume may cross the step that is just about to hold it."""

WAKES_AT_ONCE = 500

PAUSED = """
SELECT owner FROM unnest(%s::uuid[]) AS owner
WHERE EXISTS (SELECT 1 FROM scheduler_installation WHERE paused_at IS NOT NULL)
   OR EXISTS (SELECT 1 FROM scheduler_publishingsettings
              WHERE workspace_id = owner AND paused_at IS NOT NULL)
"""


@dataclass(frozen=True)
class Pause:
    """For people: since when nothing goes out, who or what stopped it, and whether it stopped everything."""

    since: datetime
    reason: Reason
    everywhere: bool
    by: User | None = None


def paused(workspace_id: UUID) -> Reason | None:
    """Why nothing of this workspace may go to TikTok now: what to hold the post with. One query, any scope."""
    return Reason.PAUSED if paused_among([workspace_id]) else None


def paused_among(workspace_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the workspaces whose posts may not go out now. One query, any scope."""
    with connection.cursor() as cursor:
        cursor.execute(PAUSED, [list(set(workspace_ids))])
        return {row[0] for row in cursor}


def current_pause(workspace: Workspace) -> Pause | None:
    """What a page says about it: the installation's pause first, it outlives the workspace's own."""
    whole = Installation.objects.filter(pk=1, paused_at__isnull=False).first()
    if whole is not None:
        assert whole.paused_at is not None
        return Pause(whole.paused_at, Reason(whole.paused_why), everywhere=True)
    return own_pause(workspace)


def own_pause(workspace: Workspace) -> Pause | None:
    """The pause that the workspace can end itself."""
    rows = PublishingSettings.objects.filter(workspace=workspace, paused_at__isnull=False)
    own: PublishingSettings | None = rows.select_related("paused_by").first()
    return Pause(own.paused_at, Reason.PAUSED, False, own.paused_by) if own and own.paused_at else None


def settings_of(workspace: Workspace) -> PublishingSettings:
    """The workspace's row, made on first sight."""
    row, _ = PublishingSettings.objects.get_or_create(workspace=workspace)
    assert isinstance(row, PublishingSettings)
    return row


def pause_workspace(*, workspace: Workspace, by: User | None) -> bool:
    """Stop the publishing of one workspace. False where it was stopped already."""
    return _switch(workspace, by=by, at=database_now())


def resume_workspace(*, workspace: Workspace, by: User | None) -> bool:
    """Let it publish again, and wake what was held. False where it was not paused."""
    if not _switch(workspace, by=by, at=None):
        return False
    if not Installation.objects.filter(pk=1, paused_at__isnull=False).exists():
        _wake([workspace.pk])
    return True


def pause_all(*, why: Reason = Reason.PAUSED, by: User | None = None) -> bool:
    """Stop the publishing of every workspace. False where it was stopped already: the first reason stands."""
    with cross_tenant(CrossTenant.PAUSE), transaction.atomic():
        Installation.read()
        running = Installation.objects.filter(pk=1, paused_at__isnull=True)
        if not running.update(paused_at=ClockTimestamp(), paused_why=why):
            return False
        audit.record_everywhere(action="publishing.paused_everywhere", by=by, detail={"why": why})
    return True


def resume_all(*, by: User | None = None) -> bool:
    """Let every workspace publish that has not paused itself. False where nothing was paused.

    After a restore `scheduler.restores.resume` comes first: it calls this.
    """
    with cross_tenant(CrossTenant.PAUSE):
        with transaction.atomic():
            if not Installation.objects.filter(pk=1, paused_at__isnull=False).update(
                paused_at=None, paused_why=""
            ):
                return False
            audit.record_everywhere(action="publishing.resumed_everywhere", by=by)
        held = Post.objects.filter(hold=Reason.PAUSED, status=PostStatus.SCHEDULED)
        waiting = set(held.values_list("workspace_id", flat=True).distinct())
    _wake(waiting - paused_among(waiting))
    return True


def _switch(workspace: Workspace, *, by: User | None, at: datetime | None) -> bool:
    with workspace_scope(workspace), transaction.atomic():
        row = settings_of(workspace)
        stands_otherwise = PublishingSettings.objects.filter(
            workspace=workspace, pk=row.pk, paused_at__isnull=at is not None
        )
        if not stands_otherwise.update(paused_at=at, paused_by=by if at else None):
            return False
        audit.record(action="publishing.paused" if at else "publishing.resumed", by=by, target=workspace)
    return True


def _wake(workspace_ids: Iterable[UUID]) -> None:
    """Release what the pause held, a bounded number in one transaction."""
    for workspace_id in workspace_ids:
        with workspace_scope(workspace_id):
            while _wake_some(workspace_id) == WAKES_AT_ONCE:
                pass


def _wake_some(workspace_id: UUID) -> int:
    with transaction.atomic():
        held = Post.objects.filter(
            workspace_id=workspace_id, status=PostStatus.SCHEDULED, hold=Reason.PAUSED
        ).order_by("due_at", "pk")
        ids = list(held.select_for_update(of=("self",)).values_list("pk", flat=True)[:WAKES_AT_ONCE])
        Post.objects.filter(workspace_id=workspace_id, pk__in=ids).update(
            hold="",
            next_step=NextStep.START,
            next_step_at=ClockTimestamp(),
            fence=F("fence") + 1,
            **NOTHING.columns,
        )
        PostEvent.objects.bulk_create(
            PostEvent(
                workspace_id=workspace_id, post_id=post_id, kind=EventKind.RELEASED, reason=Reason.PAUSED
            )
            for post_id in ids
        )
    return len(ids)
