"""Words on files: read from what a person types, and kept as they are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from scheduler.models import MAX_TAG, Media, MediaTag
from scheduler.policies import NotPossible

if TYPE_CHECKING:
    from accounts.models import Workspace

MOST_TAGS = 20
"""Of one file."""


def read(text: str) -> list[str]:
    """The words in a text, divided by commas: in lower case, without a leading #, each once, in order."""
    words = (" ".join(part.replace("\0", "").split()) for part in text.replace("\n", ",").split(","))
    return list(dict.fromkeys(tag for word in words if (tag := word.lstrip("#").strip().lower())))


def put(*, media: Media, names: list[str]) -> None:
    """Make these the words on a file, instead of what was there. Raises NotPossible with a sentence."""
    if len(names) > MOST_TAGS:
        raise NotPossible(f"A file takes up to {MOST_TAGS} tags. Remove {len(names) - MOST_TAGS}.")
    if long := next((name for name in names if len(name) > MAX_TAG), ""):
        raise NotPossible(f"A tag has up to {MAX_TAG} characters. Shorten “{long[:MAX_TAG]}…”.")
    with transaction.atomic():
        row = Media.objects.select_for_update(no_key=True).get(workspace_id=media.workspace_id, pk=media.pk)
        if row.removed_at is not None:
            raise NotPossible("This file was deleted.")
        MediaTag.objects.filter(workspace_id=row.workspace_id, media=row).exclude(name__in=names).delete()
        MediaTag.objects.bulk_create(
            (MediaTag(workspace_id=row.workspace_id, media=row, name=name) for name in names),
            ignore_conflicts=True,
        )


def all_of(workspace: Workspace) -> list[str]:
    """Every word that is on some file of the workspace, by name."""
    rows = MediaTag.objects.filter(workspace=workspace)
    return list(rows.order_by("name").values_list("name", flat=True).distinct())
