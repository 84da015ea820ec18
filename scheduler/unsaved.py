"""Keeping what somebody types into the composer until it is saved: through a reload, a crash, a lost session.

Nothing here touches a post. A post that was changed meanwhile is met when the kept form is sent: it carries the version
that was read, and the composer shows both.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.http import QueryDict

from scheduler.clock import database_now
from scheduler.models import UnsavedPost

if TYPE_CHECKING:
    from accounts.models import User, Workspace
    from scheduler.models import Post

NOT_KEPT = frozenset({"csrfmiddlewaretoken", "action", "unsaved"})
MOST_FIELDS = 400
MOST_CHARACTERS = 100_000
MOST_OF_PERSON = 20
KEPT_FOR = timedelta(days=30)


class TooMuch(Exception):
    """More than any form of ours sends."""


def keep(*, place: UUID, workspace: Workspace, by: User, post: Post | None, data: QueryDict) -> UnsavedPost:
    """Remember the form under this id of the person's own, instead of what was there. Raises TooMuch."""
    fields = {name: values for name, values in data.lists() if name not in NOT_KEPT}
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if len(fields) > MOST_FIELDS or size > MOST_CHARACTERS:
        raise TooMuch(f"{len(fields)} fields of {size} characters")
    row, _ = UnsavedPost.objects.update_or_create(
        workspace=workspace,
        by=by,
        place=place,
        defaults={"post": post, "fields": fields, "kept_at": database_now()},
    )
    _make_room(by, workspace)
    return row


def find(place: UUID, *, workspace: Workspace, by: User, post: Post | None) -> UnsavedPost | None:
    """What that person left under this id, of that post or of a new one."""
    found: UnsavedPost | None = _of(by, workspace).filter(place=place, post=post).first()
    return found


def at(place: UUID, *, workspace: Workspace, by: User) -> UnsavedPost | None:
    """What that person left under this id, of whatever post."""
    found: UnsavedPost | None = _of(by, workspace).filter(place=place).first()
    return found


def change(kept: UnsavedPost, fields: dict[str, list[str]]) -> None:
    """Put these fields in the place of what was typed there."""
    with transaction.atomic():
        row = UnsavedPost.objects.select_for_update().get(workspace_id=kept.workspace_id, pk=kept.pk)
        row.fields |= fields
        row.kept_at = database_now()
        row.save(update_fields=["fields", "kept_at"])


def left_by(by: User, *, workspace: Workspace, post: Post | None) -> list[UnsavedPost]:
    """What that person began and did not save, newest first."""
    since = database_now() - KEPT_FOR
    return list(_of(by, workspace).filter(post=post, kept_at__gte=since).order_by("-kept_at")[:5])


def discard(place: UUID, *, workspace: Workspace, by: User) -> None:
    _of(by, workspace).filter(place=place).delete()


def data_of(kept: UnsavedPost) -> QueryDict:
    """The form as it was sent."""
    data = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        data.setlist(name, values)
    return data


def _make_room(by: User, workspace: Workspace) -> None:
    """Nobody leaves more than so many behind, nor for ever."""
    newest = _of(by, workspace).order_by("-kept_at").values_list("pk", flat=True)[:MOST_OF_PERSON]
    old = Q(kept_at__lt=database_now() - KEPT_FOR) | ~Q(pk__in=list(newest))
    _of(by, workspace).filter(old).delete()


def _of(by: User, workspace: Workspace) -> Any:
    return UnsavedPost.objects.filter(workspace=workspace, by=by)
