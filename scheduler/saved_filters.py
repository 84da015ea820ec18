"""What a person does with their own views of the table of posts: keep one under a name, take it away again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from scheduler.models import SavedFilter

if TYPE_CHECKING:
    from accounts.models import User, Workspace
    from scheduler.post_filters import Filters

LONGEST_NAME = 40
MOST = 30


class NotSaved(Exception):
    """The view can't be kept under that name; the message is a sentence for the person."""


@transaction.atomic
def save(*, workspace: Workspace, by: User, name: str, filters: Filters) -> SavedFilter:
    """Keep the filter under a name; one of that name is replaced. Raises NotSaved."""
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise NotSaved("Give the view a name.")
    if len(name) > LONGEST_NAME:
        raise NotSaved(f"A name has up to {LONGEST_NAME} characters. Shorten it.")
    own = SavedFilter.objects.filter(workspace=workspace, user=by)
    if own.exclude(name=name).count() >= MOST:
        raise NotSaved(f"You have {MOST} views already. Remove one first.")
    row, _ = own.update_or_create(
        name=name,
        defaults={"query": filters.query},
        create_defaults={
            "workspace": workspace,
            "user": by,
            "query": filters.query,
        },
    )
    return row


def remove(row: SavedFilter) -> None:
    row.delete()
