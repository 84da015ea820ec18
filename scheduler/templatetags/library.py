"""How the media library counts the posts of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

if TYPE_CHECKING:
    from collections import Counter
    from uuid import UUID

    from scheduler.models import Media

register = template.Library()


@register.filter
def uses_of(counted: Counter[UUID], file: Media) -> int:
    """How many posts use that file."""
    return counted[file.pk]
