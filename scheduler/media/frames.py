"""The frame of a video that somebody chose as the cover of a post: a small still of it, drawn in jail.

There is no row for it: a moment of a file has one name, whoever chose it, and what is missing is drawn when somebody
looks for it (`scheduler.media_tasks`).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.core.files.storage import default_storage

from scheduler import frame_worker, probe
from scheduler.jail import run_jailed
from scheduler.media import shelf
from scheduler.models import Media, MediaKind, MediaStatus, Post

if TYPE_CHECKING:
    from uuid import UUID


def key_of(media: Media, at_ms: int) -> str:
    """The storage key of that still, drawn or not."""
    return f"{_folder(media)}/{at_ms}.webp"


def is_chosen(media: Media, at_ms: int) -> bool:
    """Whether a post has it as its cover; no other moment is ever drawn."""
    posts = Post.objects.filter(workspace=media.workspace_id, media=media, cover_timestamp_ms=at_ms)
    return bool(posts.exists())


def draw(media_id: UUID, at_ms: int) -> None:
    """Draw it, unless it is there; where the video shows nothing at that moment, its first still stands for it."""
    media = Media.objects.filter(pk=media_id, kind=MediaKind.VIDEO, status=MediaStatus.READY).first()
    if media is None or not is_chosen(media, at_ms) or default_storage.exists(key_of(media, at_ms)):
        return
    with shelf.at_hand(media.storage_key) as file:
        seconds = probe.time_limit(media.size)
        drawn = run_jailed(Path(frame_worker.__file__), file, seconds=seconds, arguments=[str(at_ms)])
    if not drawn and media.cover_key:
        with default_storage.open(media.cover_key) as first:
            drawn = first.read()
    if drawn:
        shelf.store(drawn, key_of(media, at_ms))


def remove_all(media: Media) -> None:
    """Delete those of a file that is in no post any more."""
    try:
        names = default_storage.listdir(_folder(media))[1]
    except FileNotFoundError:
        return
    for name in names:
        shelf.remove(f"{_folder(media)}/{name}")


def _folder(media: Media) -> str:
    return f"{media.workspace_id}/{media.pk}.frames"
