"""Planned posts when clocks change: a workspace gets another zone, or a zone gets other rules (F-41).

What was meant is kept beside each instant, as wall clock and zone. A workspace that moves says whether its posts keep
their moment or their clock time; new rules of a zone always keep the clock time, because that is what was agreed to.
Only what a person could still move is moved, and never into the past. `zone_moves` tells the owners.
"""

from __future__ import annotations

import logging
import zoneinfo
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo, available_timezones

from django.db import transaction

from accounts import membership
from accounts.once import alone
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import authoring, times
from scheduler.clock import database_now
from scheduler.models import Installation, Post
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import User, Workspace

logger = logging.getLogger(__name__)

PLANNED = frozenset({PostStatus.DRAFT, PostStatus.SCHEDULED})
"""With a time to come, in a status that lets a person give it another."""

AT_ONCE = 500
"""Posts that are read, or moved in one transaction."""


class Keep(StrEnum):
    """What stays the same of a planned post when its workspace gets another zone."""

    MOMENT = "moment"  # it goes out when it would have; another clock time is shown
    CLOCK = "clock"  # 12:30 stays 12:30, on the new zone's clocks


class Because(StrEnum):
    """Why Oncue gave a post another instant; kept on its timeline."""

    WORKSPACE_MOVED = "workspace_moved"
    RULES_CHANGED = "rules_changed"


def planned(workspace: Workspace) -> Any:
    """The posts that a change of zone is about, soonest first."""
    rows = Post.objects.filter(workspace=workspace, status__in=PLANNED, due_at__gt=database_now())
    return rows.order_by("due_at", "pk")


@transaction.atomic
def change_zone(
    *, workspace: Workspace, time_zone: str, keep: Keep, by: User
) -> tuple[list[Post], list[Post]]:
    """Plan this workspace in another zone from now on; slots and repeats are wall clock, and follow.

    Returns the posts that moved, and those that kept their moment because their new one has passed. Raises
    `ValidationError` for a zone that nobody knows.
    """
    was = workspace.time_zone
    membership.change_zone(workspace=workspace, time_zone=time_zone, keep=str(keep), by=by)
    if keep == Keep.MOMENT or was == time_zone:
        return [], []
    return _move_all(
        ((post, _shown(post, was), time_zone) for post in _locked(planned(workspace))),
        because=Because.WORKSPACE_MOVED,
        by=by,
    )


def follow_rules() -> int:
    """Once after each change of the zone files: every planned post at the instant that its wall clock means now.

    A process reads the zone files once, so it looks once; the first files ever seen have changed nothing. Returns how
    many posts moved.
    """
    with alone("follow_rules") as mine:
        known = Installation.read().zone_rules
        if not mine or known == rules():
            return 0
        moved = sum(_reread(workspace_id, ids) for workspace_id, ids in _misread()) if known else 0
        Installation.objects.update(zone_rules=rules())
    logger.info("the rules of time zones are new: %d posts have another instant", moved)
    return moved


@cache
def rules() -> str:
    """A digest of all zone files as this process reads them: the system's, else those of `tzdata`."""
    digest = sha256()
    for name in sorted(available_timezones()):
        digest.update(name.encode() + b"\0" + _zone_file(name))
    return digest.hexdigest()


def _zone_file(name: str) -> bytes:
    for folder in zoneinfo.TZPATH:
        if (path := Path(folder, name)).is_file():
            return path.read_bytes()
    return resources.files("tzdata").joinpath("zoneinfo", name).read_bytes()


def _reread(workspace_id: UUID, ids: list[UUID]) -> int:
    with workspace_scope(workspace_id), transaction.atomic():
        rows = _locked(Post.objects.filter(workspace_id=workspace_id, pk__in=ids, status__in=PLANNED))
        meant = ((row, datetime.fromisoformat(row.due_local), row.due_zone) for row in rows)
        return len(_move_all(meant, because=Because.RULES_CHANGED, by=None)[0])


def _misread() -> Iterator[tuple[UUID, list[UUID]]]:
    """Planned posts whose wall clock means another instant by today's rules: some of one workspace at a time."""
    for workspace_id in _workspaces():
        with workspace_scope(workspace_id):
            rows = Post.objects.filter(
                workspace_id=workspace_id, status__in=PLANNED, due_at__gt=database_now()
            )
            columns = rows.values_list("pk", "due_at", "due_local", "due_zone").iterator(chunk_size=AT_ONCE)
            wrong = [
                pk
                for pk, at, local, zone in columns
                if _differ(times.reread(datetime.fromisoformat(local), zone, at)[1], at)
            ]
        for start in range(0, len(wrong), AT_ONCE):
            yield workspace_id, wrong[start : start + AT_ONCE]


def _workspaces() -> list[UUID]:
    with cross_tenant(CrossTenant.ZONE_RULES):
        rows = Post.objects.filter(status__in=PLANNED, due_at__gt=database_now()).order_by()
        return list(rows.values_list("workspace_id", flat=True).distinct())


def _differ(one: datetime, other: datetime) -> bool:
    """By a second or more, which is all that a wall clock is kept to."""
    return abs(one - other) >= timedelta(seconds=1)


def _locked(rows: Any) -> list[Post]:
    return list(rows.select_for_update(of=("self",)))


def _shown(post: Post, zone: str) -> datetime:
    """What people see: the workspace's clock, also where the post was planned on another."""
    assert post.due_at is not None
    return post.due_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def _move_all(
    meant: Iterable[tuple[Post, datetime, str]], *, because: Because, by: User | None
) -> tuple[list[Post], list[Post]]:
    """(post, wall clock, zone) each; in the order given."""
    moved, left, now = [], [], database_now()
    for post, clock, zone in meant:
        assert post.due_at is not None
        local, at = times.reread(clock, zone, post.due_at)
        if not _differ(at, post.due_at):
            continue
        if at <= now:
            left.append(post)
            continue
        due = {"due_at": at, "due_local": local.isoformat(), "due_zone": zone}
        moved.append(authoring.replan(post=post, by=by, because=str(because), due=due))
    return moved, left
