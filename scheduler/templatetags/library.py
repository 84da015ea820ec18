"""What the media library says of a file beside what stands on its row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django import template

from scheduler import images, probe
from scheduler.models import MAX_IMAGES, MediaKind
from scheduler.video_limits import RATES, SIDES

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection
    from uuid import UUID

    from scheduler.models import Media
    from scheduler.uploads import Unfinished

register = template.Library()

VIDEOS, PHOTOS = "MP4, MOV or WebM", "JPEG, PNG or WebP"


@register.filter
def uses_of(counted: Counter[UUID], file: Media) -> int:
    """How many posts use that file."""
    return counted[file.pk]


@register.filter
def is_in(file: Media, ids: Collection[str]) -> bool:
    """Whether it is one of those files."""
    return str(file.pk) in ids


@register.filter
def of_kind(left: list[Unfinished], kind: str) -> list[Unfinished]:
    """Those of a `video` or an `image`, by their names."""
    return [each for each in left if each.is_photo == (kind == MediaKind.IMAGE)]


@register.simple_tag
def video_limits() -> str:
    """What a video has to be, for the box that takes one; how long is its account's."""
    (slow, fast), (short, long) = RATES, SIDES
    size = f"up to {probe.SIZE_LIMIT // 10**9} GB, {short} to {long:,} pixels a side"
    return f"{VIDEOS}, {size}, {slow} to {fast} frames a second; may be paused and continued"


@register.simple_tag
def photo_limits() -> str:
    """What photos have to be; a larger picture is fitted by us."""
    return f"{PHOTOS}, up to {MAX_IMAGES} of up to {images.UPLOAD_LIMIT // 10**6} MB each"


@register.simple_tag
def file_limits() -> str:
    """What any file has to be."""
    videos = f"{VIDEOS} up to {probe.SIZE_LIMIT // 10**9} GB"
    photos = f"{PHOTOS} up to {images.UPLOAD_LIMIT // 10**6} MB"
    return f"{videos}; {photos}. Uploads may be paused and continued."
