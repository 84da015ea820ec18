"""Another name for a file, as people see it; where it is stored says nothing of its name (R-51)."""

from __future__ import annotations

from django.db import transaction

from scheduler.media.receiving import NAME_LENGTH, shown_name
from scheduler.models import Media, MediaStatus
from scheduler.policies import NotPossible


def rename(*, media: Media, name: str) -> None:
    """Call it that from now on, wherever it is shown. Raises NotPossible with a sentence."""
    shown = shown_name(name)
    if not shown:
        raise NotPossible("Write a name for the file.")
    if len(name.strip()) > NAME_LENGTH:
        raise NotPossible(f"A name has up to {NAME_LENGTH} characters. Shorten it.")
    with transaction.atomic():
        row = Media.objects.select_for_update(no_key=True).get(workspace_id=media.workspace_id, pk=media.pk)
        if row.removed_at is not None:
            raise NotPossible("This file was deleted.")
        if row.status == MediaStatus.CHECKING:  # the check holds the name against what is inside
            raise NotPossible("This file is still being checked. Rename it in a moment.")
        Media.objects.filter(workspace_id=row.workspace_id, pk=row.pk).update(original_name=shown)
