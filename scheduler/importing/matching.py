"""Which file a row means: by its name, first among those that were added to the import, then in the library.

Names are compared as people read them: without case, and however a device composes its letters. The same bytes under
the same name are one file, however often they were uploaded.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models.functions import Lower

from scheduler.media import shown_name
from scheduler.models import Media, MediaKind, MediaStatus

if TYPE_CHECKING:
    from accounts.models import Workspace
    from scheduler.importing.rows import Row

MOST_OF_A_NAME = 20
MOST_COMPARED = 200
MOST_ALIKE = 8
ALIKE = 0.6
"""How much of two names is the same, as `difflib` measures it."""


class Files:
    """The videos that rows may mean: those that were added, and those of the library that a row names or has."""

    def __init__(self, workspace: Workspace, ids: Iterable[str], rows: Iterable[Row]) -> None:
        rows = list(rows)
        videos = Media.objects.filter(workspace=workspace, kind=MediaKind.VIDEO, removed_at__isnull=True)
        found = videos.in_bulk(_uuids([*ids, *(row.fields.get("media", "") for row in rows)]))
        self.added = [found[each] for each in _uuids(ids) if each in found]
        self._by_id = {str(pk): media for pk, media in found.items()}
        self._by_name = _by_name(self.added)
        missing = {_folded(row.file) for row in rows if row.file} - self._by_name.keys()
        self._in_library = _by_name(_named(videos, missing)) if missing else {}
        self._videos = videos

    @property
    def all(self) -> list[Media]:
        """Every file that a row may mean."""
        in_library = [media for same in self._in_library.values() for media in same]
        return [*self._by_id.values(), *in_library]

    @cached_property
    def by_id(self) -> dict[str, Media]:
        return {str(media.pk): media for media in self.all}

    def called(self, name: str) -> list[Media]:
        """The files of that name; what can't be posted only where there is no other."""
        folded = _folded(name)
        found = self._by_name.get(folded) or self._in_library.get(folded, [])
        usable = [media for media in found if media.status != MediaStatus.REFUSED]
        return usable or found

    def of(self, row: Row) -> Media | None:
        """What was chosen for the row, otherwise the only file of its name."""
        chosen = self._by_id.get(row.fields.get("media", ""))
        if chosen or not row.file:
            return chosen
        found = self.called(row.file)
        return found[0] if len(found) == 1 else None

    def offered_to(self, row: Row) -> list[Media]:
        """What may be chosen for it: those of its name first and, where it has none, the library's most alike."""
        chosen = self._by_id.get(row.fields.get("media", ""))
        offered = [*(self.called(row.file) if row.file else []), *self.added, *([chosen] if chosen else [])]
        if self.of(row) is None:
            offered += self._alike(row.file)
        return list({media.pk: media for media in offered}.values())

    @cached_property
    def _newest(self) -> dict[str, Media]:
        """Of the library, by name; for a name that somebody mistyped."""
        ready = self._videos.filter(status=MediaStatus.READY).order_by("-created_at", "-pk")[:MOST_COMPARED]
        return {_folded(media.original_name): media for media in reversed(ready)}

    def _alike(self, name: str) -> list[Media]:
        names = get_close_matches(_folded(name), self._newest, n=MOST_ALIKE, cutoff=ALIKE)
        return [self._newest[each] for each in names] or list(reversed(self._newest.values()))[:MOST_ALIKE]

    def problem_with(self, row: Row) -> str:
        """Why no file is the row's; nothing where one is, or none was named."""
        if self.of(row) or not row.file:
            return ""
        if not self.called(row.file):
            return f"No video is called “{row.file}”. Add it above, or choose another."
        return f"{len(self.called(row.file))} videos are called “{row.file}”. Choose one."


def _by_name(files: Iterable[Media]) -> dict[str, list[Media]]:
    found: dict[str, list[Media]] = defaultdict(list)
    for media in files:
        same = found[_folded(media.original_name)]
        if not any(media.sha256 and media.sha256 == other.sha256 for other in same):
            same.append(media)
    return dict(found)


def _named(videos: Any, names: set[str]) -> list[Media]:
    """The library's files of these names, newest first."""
    spelled = {unicodedata.normalize(form, name) for name in names for form in ("NFC", "NFD")}
    rows = videos.annotate(lowered=Lower("original_name")).filter(lowered__in=spelled)
    return list(rows.order_by("-created_at", "-pk")[: MOST_OF_A_NAME * len(names)])


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", shown_name(name)).lower()


def _uuids(texts: Iterable[str]) -> list[UUID]:
    """The ids among them, each once, in order."""
    found: dict[UUID, None] = {}
    for text in texts:
        try:
            found[UUID(text)] = None
        except ValueError:
            continue  # no id of ours: as if nothing had been chosen
    return list(found)
