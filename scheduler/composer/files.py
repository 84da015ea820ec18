"""The video or the photos that are in the composer: found in the workspace, drawn as their own answers are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.template.loader import render_to_string

from scheduler.digits import number_of
from scheduler.models import Media, MediaKind

if TYPE_CHECKING:
    from accounts.http import WorkspaceRequest
    from scheduler.forms import PostForm


@dataclass
class Files:
    """Those that the form names and that there are."""

    request: WorkspaceRequest
    form: PostForm

    @property
    def video_id(self) -> str:
        return str(self.video.pk) if self.video else ""

    @cached_property
    def video(self) -> Media | None:
        chosen = _uuids(str(self.form["media"].value() or ""))
        videos = Media.objects.filter(workspace=self.request.workspace, kind=MediaKind.VIDEO)
        return videos.filter(pk__in=chosen).first()

    @cached_property
    def images(self) -> list[Media]:
        """The photos that there are, in the order of the carousel."""
        chosen = _uuids(str(self.form["images"].value() or ""))
        photos = Media.objects.filter(workspace=self.request.workspace, kind=MediaKind.IMAGE)
        found = photos.in_bulk(chosen)
        return [found[each] for each in chosen if each in found]

    @property
    def image_ids(self) -> str:
        return ",".join(str(image.pk) for image in self.images)

    @property
    def cover(self) -> int:
        """Which of the photos is the cover, from 0."""
        chosen = number_of(str(self.form["cover_index"].value() or "")) or 0
        return chosen if chosen < len(self.images) else 0

    @property
    def video_fragment(self) -> str:
        """The video that there is, as its own answer draws it."""
        return self._fragment(self.video) if self.video else ""

    @property
    def image_fragments(self) -> list[str]:
        """The photos that there are, likewise."""
        return [self._fragment(image) for image in self.images]

    def _fragment(self, media: Media) -> str:
        return render_to_string("scheduler/_media.html", {"media": media}, self.request)


def _uuids(text: str) -> list[UUID]:
    """The ids in a text, divided by commas; nothing where one of them is none."""
    try:
        return [UUID(part) for part in text.split(",")]
    except ValueError:
        return []
