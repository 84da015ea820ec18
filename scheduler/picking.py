"""Files of the library picked into a composer: a video in the place of the one there is, photos after those there are.

What was typed is kept meanwhile under an id of the person's own (`scheduler.unsaved`), so that looking for a file loses
nothing; the composer goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.urls import reverse

from scheduler import unsaved
from scheduler.library import BROKEN, PAGE, USE_WORDS, Library
from scheduler.models import MAX_IMAGES, Media, MediaKind, MediaStatus
from scheduler.policies import NotPossible
from scheduler.states import PostKind

if TYPE_CHECKING:
    from typing import Any

    from accounts.models import Workspace
    from scheduler.models import UnsavedPost

FIELDS = {MediaKind.VIDEO: "media", MediaKind.IMAGE: "images"}
"""The field of the composer that holds files of that kind, as ids divided by commas."""


@dataclass
class Picking(Library):
    """One page of the files that a kept composer may take, for the person who left it."""

    kept: UnsavedPost = field(kw_only=True)
    refusal: str = ""
    """Why what was picked could not be taken."""

    @property
    def kind(self) -> MediaKind:
        return kind_of(self.kept)

    @cached_property
    def page(self) -> Page[Media]:
        """A page that there is not is the last one."""
        rows = _takable(self.filters.rows(self.workspace), self.kind)
        return Paginator(rows, PAGE).get_page(self.number)

    @cached_property
    def there(self) -> list[str]:
        """The ids of the files that the composer has already."""
        return _ids(self.kept)

    @property
    def kinds(self) -> list[tuple[str, str]]:
        """Nothing to ask for: the composer takes one kind."""
        return []

    @property
    def ways_of_use(self) -> list[tuple[str, str]]:
        return [(use, words) for use, words in USE_WORDS.items() if use != BROKEN]

    @property
    def address(self) -> str:
        return reverse("media_pick", args=[self.workspace.slug, self.kept.place])

    @property
    def back(self) -> str:
        return composer_of(self.kept, self.workspace)


def kind_of(kept: UnsavedPost) -> MediaKind:
    """What the post is made of."""
    return MediaKind.IMAGE if kept.fields.get("kind") == [PostKind.PHOTO.value] else MediaKind.VIDEO


def composer_of(kept: UnsavedPost, workspace: Workspace) -> str:
    """The address of the composer that goes on with it."""
    post = reverse("post_edit", args=[workspace.slug, kept.post_id]) if kept.post_id else ""
    return f"{post or reverse('post_new', args=[workspace.slug])}?unsaved={kept.place}"


def pick(*, kept: UnsavedPost, workspace: Workspace, files: Sequence[str]) -> None:
    """Put these files of the workspace, by their ids, into the kept composer. Raises NotPossible with a sentence."""
    kind = kind_of(kept)
    rows = Media.objects.filter(workspace=workspace, pk__in=_uuids(files))
    found = {str(pk) for pk in _takable(rows, kind).values_list("pk", flat=True)}
    picked = [each for each in dict.fromkeys(files) if each in found]
    if not picked:
        raise NotPossible("Choose a photo first." if kind == MediaKind.IMAGE else "Choose a video first.")
    if kind == MediaKind.IMAGE:
        there = _ids(kept)
        picked = there + [each for each in picked if each not in there]
        _check_count(len(picked), len(there))
    unsaved.change(kept, {FIELDS[kind]: [",".join(picked if kind == MediaKind.IMAGE else picked[:1])]})


def _check_count(count: int, there: int) -> None:
    if count > MAX_IMAGES:
        raise NotPossible(
            f"TikTok takes up to {MAX_IMAGES} photos in one post. "
            f"This one has {there}, so choose up to {MAX_IMAGES - there}."
        )


def _takable(rows: Any, kind: MediaKind) -> Any:
    return rows.filter(kind=kind, removed_at__isnull=True).exclude(status=MediaStatus.REFUSED)


def _ids(kept: UnsavedPost) -> list[str]:
    typed = kept.fields.get(FIELDS[kind_of(kept)]) or [""]
    return [each for each in typed[-1].split(",") if each]


def _uuids(texts: Sequence[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError as unknown:
            raise NotPossible("This file was not found in this workspace. Choose again.") from unknown
    return found
