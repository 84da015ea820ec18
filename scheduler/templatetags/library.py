"""What the media library says of a file beside what stands on its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection
    from uuid import UUID

    from scheduler.models import Media

register = template.Library()


@register.filter
def uses_of(counted: Counter[UUID], file: Media) -> int:
    """How many posts use that file."""
    return counted[file.pk]


@register.filter
def is_in(file: Media, ids: Collection[str]) -> bool:
    """Whether it is one of those files."""
    return str(file.pk) in ids
