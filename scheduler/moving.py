"""Another time for a post, and the way back.

`authoring` knows what a change of time means for what was agreed to; this module says it of one gesture: a card
dragged to another day, the Move dialog, drafts put into free slots. A draft stays a draft, a scheduled post stays
agreed to. Each gesture gives a `way_back`, a signed text with which it is undone exactly, once, and soon.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core import signing
from django.db import transaction

from scheduler import authoring, filling, policies, times
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.policies import ContentRefused, NotPossible, Problem
from scheduler.states import PostStatus

if TYPE_CHECKING:
    from accounts.models import User, Workspace

UNDO_SHOWN_SECONDS = 10
UNDO_TAKEN_SECONDS = 60
"""How long the page offers the way back, and how long the server takes it: networks are slow, people are not."""

GOES_BACK = frozenset({PostStatus.DRAFT, PostStatus.SCHEDULED})
"""Of these a move can be undone; a move of any other post schedules it again, which is no matter of time alone."""

SALT = "scheduler.moving"
NO_TIME: dict[str, Any] = {"due_at": None, "due_local": "", "due_zone": ""}


class TooLate(Exception):
    """The way back is closed: too long ago, or not one of ours. The message is a sentence for the person."""


def move(*, post: Post, by: User, day: date, time: time, version: int | None = None) -> Post:
    """To that time of that day on the workspace's clocks; skipped or repeated, as `times.on_day` reads it.

    `version` is the one the person saw; None takes the row's own. Raises StaleVersion, NotPossible, ContentRefused.
    """
    zone = post.workspace.time_zone
    meant = times.on_day(day, time, zone)
    if meant is None:
        raise ContentRefused([Problem("date", "The clocks skip this day. Choose another.")])
    local, instant = meant
    due = {"due_at": instant, "due_local": local.isoformat(), "due_zone": zone}
    return place(post=post, by=by, version=version, due=due)


def place(*, post: Post, by: User, version: int | None, due: dict[str, Any]) -> Post:
    """To these columns of time (`due_at`, `due_local`, `due_zone`). Raises as `move` does."""
    with transaction.atomic():
        row = _locked(post)
        if row.status == PostStatus.DRAFT and due["due_at"] <= database_now():
            raise ContentRefused([Problem("time", "This time has passed. Choose a later one.")])
        return _give_time(row, by=by, version=row.version if version is None else version, due=due)


def way_back_of_fill(placed: Iterable[filling.Placement]) -> str:
    """What `undo` takes to empty the slots again."""
    return signing.dumps(
        {"filled": [(str(each.post.pk), each.version) for each in placed]}, salt=SALT, compress=True
    )


def way_back(before: Iterable[Post], after: Iterable[Post]) -> str:
    """What `undo` takes to give each post the time that it had; empty where a move cannot be undone."""
    pairs = list(zip(before, after, strict=True))
    if any(was.status not in GOES_BACK or is_now.status != was.status for was, is_now in pairs):
        return ""
    return signing.dumps({"moved": [_step(was, is_now) for was, is_now in pairs]}, salt=SALT, compress=True)


def undo(*, way: str, workspace: Workspace, by: User) -> list[Post]:
    """The posts as they were before the gesture; of a move all or nothing, of a fill what nobody changed since.

    Raises TooLate, StaleVersion, NotPossible, ContentRefused.
    """
    try:
        steps = signing.loads(way, salt=SALT, max_age=UNDO_TAKEN_SECONDS)
    except signing.BadSignature as closed:
        raise TooLate("It is too late to undo this. Move the post again instead.") from closed
    if "filled" in steps:
        placed = [(UUID(post), version) for post, version in steps["filled"]]
        return filling.unfill(workspace=workspace, placed=placed, by=by)
    return _go_back(steps["moved"], workspace, by)


def _go_back(steps: list[dict[str, Any]], workspace: Workspace, by: User) -> list[Post]:
    with transaction.atomic():
        rows = Post.objects.select_for_update(of=("self",)).filter(
            workspace=workspace, pk__in=[UUID(step["post"]) for step in steps]
        )
        found = {str(row.pk): row for row in rows.order_by("pk")}
        if len(found) < len(steps):
            raise TooLate("This post is no longer here.")
        return [_undo_step(found[step["post"]], step, by) for step in steps]


def may_move(post: Post) -> bool:
    """Whether its state lets it have another time: `check_can_edit` of drafts, `check_can_reschedule` of the rest."""
    return policies.can_edit(post)


def why_not(post: Post) -> str:
    """The sentence of a post that has to stay where it is; empty for one that may move."""
    try:
        policies.check_can_edit(post)
    except NotPossible as no:
        return str(no)
    return ""


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).get(workspace_id=post.workspace_id, pk=post.pk)


def _give_time(row: Post, *, by: User, version: int, due: dict[str, Any]) -> Post:
    if row.status == PostStatus.DRAFT:
        return authoring.edit(post=row, version=version, by=by, fields=due)
    return authoring.reschedule(post=row, version=version, by=by, **due)


def _step(was: Post, is_now: Post) -> dict[str, Any]:
    return {
        "post": str(was.pk),
        "version": is_now.version,
        "status": str(is_now.status),
        "at": was.due_at.isoformat() if was.due_at else "",
        "local": was.due_local,
        "zone": was.due_zone,
    }


def _undo_step(row: Post, step: dict[str, Any], by: User) -> Post:
    """A draft may get a time back that has passed, or none; what is scheduled may not."""
    if row.status != step["status"]:
        raise authoring.StaleVersion(f"post {row.pk} was {step['status']} and is {row.status}")
    due = NO_TIME
    if step["at"]:
        at = datetime.fromisoformat(step["at"])
        due = {"due_at": at, "due_local": step["local"], "due_zone": step["zone"]}
    return _give_time(row, by=by, version=step["version"], due=due)
