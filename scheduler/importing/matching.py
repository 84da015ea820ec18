"""Which files a row means: by their names, first among those that were added to the import, then in the library.

How names are compared, and what is alike, is `piles`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from scheduler.importing.piles import Pile
from scheduler.models import Media, MediaKind

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.importing.rows import Row

MOST_NAMED = 4
"""Of the names in one sentence."""


@dataclass(frozen=True)
class Place:
    """One photo of a row: its place from 0, the name that stands there, the files of that name, the one it means."""

    number: int
    name: str
    found: list[Media]
    media: Media | None

    @property
    def is_double(self) -> bool:
        return len(self.found) > 1

    @property
    def shown_number(self) -> int:
        return self.number + 1


class Files:
    """The files that rows may mean: those that were added, and those of the library that a row names or has."""

    def __init__(self, workspace: Workspace, ids: Iterable[str], rows: Iterable[Row]) -> None:
        rows = list(rows)
        media = Media.objects.filter(workspace=workspace, removed_at__isnull=True)
        found = media.in_bulk(_uuids([*ids, *(row.fields.get("media", "") for row in rows)]))
        self.added = [found[each] for each in _uuids(ids) if each in found]
        self._by_id = {str(pk): each for pk, each in found.items() if each.kind == MediaKind.VIDEO}
        self.videos = Pile(media, MediaKind.VIDEO, self.added, {row.file for row in rows})
        self.photos = Pile(media, MediaKind.IMAGE, self.added, {name for row in rows for name in row.photos})

    @property
    def all(self) -> list[Media]:
        """Every file that a row may mean."""
        return [*self._by_id.values(), *self.videos.named, *self.photos.named]

    @cached_property
    def by_id(self) -> dict[str, Media]:
        """The videos among them."""
        return {str(media.pk): media for media in self.all if media.kind == MediaKind.VIDEO}

    @cached_property
    def photos_by_id(self) -> dict[str, Media]:
        return {str(media.pk): media for media in self.photos.named}

    def of(self, row: Row) -> Media | None:
        """The video that was chosen for the row, otherwise the only one of its name; photos have none."""
        if row.is_photos:
            return None
        chosen = self._by_id.get(row.fields.get("media", ""))
        if chosen or not row.file:
            return chosen
        found = self.videos.called(row.file)
        return found[0] if len(found) == 1 else None

    def photos_of(self, row: Row) -> list[Place]:
        """Each of its photos: the one that was settled for its place, otherwise the only one of its name."""
        return [self._place(number, name, row.which.get(number)) for number, name in enumerate(row.photos)]

    def _place(self, number: int, name: str, settled: str | None) -> Place:
        found = self.photos.called(name)
        chosen = next((media for media in found if str(media.pk) == settled), None)
        return Place(number, name, found, chosen or (found[0] if len(found) == 1 else None))

    def offered_to(self, row: Row) -> list[Media]:
        """The videos that may be chosen for it: those of its name first and, where it has none, the most alike."""
        if row.is_photos:
            return []
        chosen = self._by_id.get(row.fields.get("media", ""))
        offered = [*(self.videos.called(row.file) if row.file else []), *self.videos.added]
        offered += [chosen] if chosen else []
        if self.of(row) is None:
            offered += self.videos.alike(row.file)
        return list({media.pk: media for media in offered}.values())

    def problem_with(self, row: Row) -> str:
        """Why no video is the row's; nothing where one is, or none was named."""
        if self.of(row) or not row.file:
            return ""
        if not self.videos.called(row.file):
            return f"No video is called “{row.file}”. Add it above, or choose another."
        return f"{len(self.videos.called(row.file))} videos are called “{row.file}”. Choose one."

    def problem_with_photos(self, places: Iterable[Place]) -> str:
        """Which of these names are nobody's, and which are more than one photo's; nothing where each is one."""
        places = list(places)
        missing = list(dict.fromkeys(place.name for place in places if not place.found))
        doubles = dict.fromkeys((place.name, len(place.found)) for place in places if not place.media)
        told = [self._missing(missing)] if missing else []
        told += [f"{count} photos are called “{name}”. Choose one." for name, count in doubles if count]
        return " ".join(told)

    def _missing(self, names: list[str]) -> str:
        shown = ", ".join(f"“{name}”" for name in names[:MOST_NAMED])
        more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
        alike = self.photos.most_alike(names[0]) if len(names) == 1 else None
        meant = f" Did you mean “{alike.original_name}”?" if alike else ""
        it = "it" if len(names) == 1 else "them"
        return f"No photo is called {shown}{more}. Add {it} above, or write another name.{meant}"


def _uuids(texts: Iterable[str]) -> list[UUID]:
    """The ids among them, each once, in order."""
    found: dict[UUID, None] = {}
    for text in texts:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue  # no id of ours: as if nothing had been chosen
    return list(found)
