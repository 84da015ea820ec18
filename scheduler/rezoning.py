"""Planned posts when clocks change: a workspace gets another zone, or a zone gets other rules (F-41).

What was meant is kept beside each instant, as wall clock and zone. A workspace that moves says whether its posts keep
their moment or their clock time; new rules of a zone always keep the clock time, because that is what was agreed to.
Only what a person could still move is moved, and never into the past. `zone_moves` tells the owners.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import connection, transaction

from accounts import membership
from accounts.models import Workspace
from accounts.once import alone
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import times, zone_files
from scheduler.clock import database_now
from scheduler.models import Installation, Post, PostEvent
from scheduler.preflight import NOT_LOOKED, first_look
from scheduler.states import EventKind, PostStatus

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

PLANNED = frozenset({PostStatus.DRAFT, PostStatus.SCHEDULED})
"""With a time to come, in a status that lets a person give it another."""

AT_ONCE = 500
"""Posts of one transaction where nobody waits for it, as for new rules; and lines of a timeline in one statement."""

COLUMNS = {
    **{"due_at": "timestamptz", "due_local": "text", "due_zone": "text"},
    **{"version": "int", "fence": "bigint", "next_step": "text", "next_step_at": "timestamptz"},
    **{
        "looked_ahead_at": "timestamptz",
        "risk": "text",
        "risk_sentence": "text",
        "risk_told_at": "timestamptz",
    },
}
"""Those of a post that has another time, with their types."""

WRITE = f"""
UPDATE scheduler_post AS post SET {", ".join(f"{name} = new.{name}" for name in COLUMNS)}
FROM unnest(%(id)s::uuid[], {", ".join(f"%({name})s::{kind}[]" for name, kind in COLUMNS.items())})
    AS new (id, {", ".join(COLUMNS)})
WHERE post.id = new.id AND post.workspace_id = %(workspace_id)s
"""


class Keep(StrEnum):
    """What stays the same of a planned post when its workspace gets another zone."""

    MOMENT = "moment"  # it goes out when it would have; another clock time is shown
    CLOCK = "clock"  # 12:30 stays 12:30, on the new zone's clocks


class Because(StrEnum):
    """Why Oncue gave a post another instant; kept on its timeline."""

    WORKSPACE_MOVED = "workspace_moved"
    RULES_CHANGED = "rules_changed"


class Preview(NamedTuple):
    """What keeping the clock time would do: the first that moves, from one instant (UTC) to another, and how many
    keep their moment all the same, because their new one has passed."""

    was: datetime
    now: datetime
    left: int


def preview(workspace: Workspace, time_zone: str) -> Preview | None:
    """None where no planned post would move, so that there is nothing to choose."""
    left, first, now = 0, None, database_now()
    for at in _planned(workspace).order_by("due_at").values_list("due_at", flat=True):
        new = times.reread(_shown(at, workspace.time_zone), time_zone, at)[1]
        if new <= now:
            left += 1
        elif first is None and _differ(new, at):
            first = (at, new)
    return Preview(*first, left) if first else None


@transaction.atomic
def change_zone(
    *, workspace: Workspace, time_zone: str, keep: Keep, by: User
) -> tuple[list[Post], list[Post]]:
    """Plan this workspace in another zone from now on; slots and repeats are wall clock, and follow.

    Returns the posts that moved, and those that kept their moment because their new one has passed. Raises
    `ValidationError` for a zone that nobody knows. Said twice, it is done once.
    """
    row = Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
    was = row.time_zone
    if was == time_zone:
        return [], []
    membership.change_zone(workspace=row, time_zone=time_zone, keep=str(keep), by=by)
    if keep == Keep.MOMENT:
        return [], []
    meant = [(post, _shown(at, was), time_zone) for post, at in _locked(_planned(row))]
    return _move_all(meant, because=Because.WORKSPACE_MOVED, by=by)


def follow_rules() -> int:
    """Once after each change of the zone files: every planned post at the instant that its wall clock means now.

    A process reads the zone files once, so it looks once; the first files ever seen have changed nothing, and older
    ones than were followed already are left to be replaced. Returns how many posts moved.
    """
    with alone("follow_rules") as mine:
        known, ours = Installation.read().zone_rules, zone_files.rules()
        if not mine or known == ours or zone_files.are_older(ours, known):
            return 0
        moved = sum(_reread(workspace_id, ids) for workspace_id, ids in _misread()) if known else 0
        Installation.objects.update(zone_rules=ours)
    logger.info("the rules of time zones are new: %d posts have another instant", moved)
    return moved


def _planned(workspace: Workspace) -> Any:
    """The posts that a change of zone is about."""
    return Post.objects.filter(workspace=workspace, status__in=PLANNED, due_at__gt=database_now())


def _reread(workspace_id: UUID, ids: list[UUID]) -> int:
    with workspace_scope(workspace_id), transaction.atomic():
        rows = _locked(Post.objects.filter(workspace_id=workspace_id, pk__in=ids, status__in=PLANNED))
        meant = [(row, datetime.fromisoformat(row.due_local), row.due_zone) for row, _ in rows]
        return len(_move_all(meant, because=Because.RULES_CHANGED, by=None)[0])


def _misread() -> Iterator[tuple[UUID, list[UUID]]]:
    """Planned posts whose wall clock means another instant by today's rules: some of one workspace at a time."""
    for workspace_id in _workspaces():
        with workspace_scope(workspace_id):
            rows = Post.objects.filter(
                workspace_id=workspace_id, status__in=PLANNED, due_at__gt=database_now()
            )
            columns = rows.values_list("pk", "due_at", "due_local", "due_zone").iterator(chunk_size=AT_ONCE)
            wrong = [pk for pk, *time in columns if _is_misread(pk, *time)]
        for start in range(0, len(wrong), AT_ONCE):
            yield workspace_id, wrong[start : start + AT_ONCE]


def _is_misread(pk: UUID, at: datetime, local: str, zone: str) -> bool:
    try:
        return _differ(times.reread(datetime.fromisoformat(local), zone, at)[1], at)
    except ZoneInfoNotFoundError:
        logger.exception("post %s keeps its moment: the zone files know no %s any more", pk, zone)
        return False


def _workspaces() -> list[UUID]:
    with cross_tenant(CrossTenant.ZONE_RULES):
        rows = Post.objects.filter(status__in=PLANNED, due_at__gt=database_now()).order_by()
        return list(rows.values_list("workspace_id", flat=True).distinct())


def _differ(one: datetime, other: datetime) -> bool:
    """By a second or more, which is all that a wall clock is kept to."""
    return abs(one - other) >= timedelta(seconds=1)


def _locked(rows: Any) -> list[tuple[Post, datetime]]:
    """Each with its instant; what fell due, or lost its time, while we waited for it is left alone.

    Locked by key, as everywhere else, so that no two wait for one another.
    """
    locked = list(rows.select_related("media").select_for_update(of=("self",)).order_by("pk"))
    now = database_now()
    return [(post, post.due_at) for post in locked if post.due_at and post.due_at > now]


def _shown(at: datetime, zone: str) -> datetime:
    """What people see (naive): the workspace's clock, also where the post was planned on another."""
    return at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)


def _move_all(
    meant: Iterable[tuple[Post, datetime, str]], *, because: Because, by: User | None
) -> tuple[list[Post], list[Post]]:
    """Locked posts, each with the wall clock and the zone that it is to keep; those that moved, and those that can't.

    A few statements for any number: the engine waits for these rows.
    """
    moved, kept, left, now = [], [], [], database_now()
    for post, clock, zone in meant:
        was = post.due_at
        assert was is not None
        local, at = times.reread(clock, zone, was)
        if at <= now:
            left.append(post)
            continue
        kept.append(post)
        post.due_local, post.due_zone = local.isoformat(), zone
        if _differ(at, was):
            _replan(post, at, now)
            moved.append((post, was))
    _write(kept)
    PostEvent.objects.bulk_create([_line(*each, because, by) for each in moved], batch_size=AT_ONCE)
    return [post for post, _ in moved], left


def _replan(post: Post, at: datetime, now: datetime) -> None:
    """What was agreed to stays agreed; whoever had the old row in hand, page or worker, finds that it lost."""
    post.due_at = at
    post.version += 1
    post.fence += 1
    if post.status == PostStatus.SCHEDULED:
        step, post.next_step_at = first_look(post, now)
        post.next_step = step.value
        for name, value in NOT_LOOKED.items():
            setattr(post, name, value)


def _write(posts: list[Post]) -> None:
    """Posts of one workspace, in one statement: of thousands, Django's own takes six times as long."""
    if not posts:
        return
    rows = {name: [getattr(post, name) for post in posts] for name in ("id", *COLUMNS)}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, rows | {"workspace_id": posts[0].workspace_id})


def _line(post: Post, was: datetime, because: Because, by: User | None) -> PostEvent:
    assert post.due_at is not None
    detail = {"was": was.isoformat(), "now": post.due_at.isoformat(), "because": str(because)}
    return PostEvent(
        workspace_id=post.workspace_id, post=post, kind=EventKind.RESCHEDULED, by=by, detail=detail
    )
