"""Files of one kind by their names.

Names are compared as people read them: without case, and however a device composes its letters. The same bytes under
the same name are one file, however often they were uploaded.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cached_property
from typing import Any

from django.db.models.functions import Lower

from scheduler.media import shown_name
from scheduler.models import Media, MediaKind, MediaStatus

MOST_OF_A_NAME = 20
MOST_COMPARED = 200
MOST_ALIKE = 8
ALIKE = 0.6
"""How much of two names is the same, as `difflib` measures it."""


class Pile:
    """The videos, or the photos, that were added to an import, and those of the library that its rows name."""

    def __init__(self, media: Any, kind: MediaKind, added: Iterable[Media], names: Iterable[str]) -> None:
        self._files = media.filter(kind=kind)
        self.added = [each for each in added if each.kind == kind]
        self._by_name = _by_name(self.added)
        missing = {_folded(name) for name in names if name} - self._by_name.keys()
        self._in_library = _by_name(_named(self._files, missing)) if missing else {}

    @property
    def named(self) -> list[Media]:
        """Those that were added, and those of the library."""
        in_library = [media for same in self._in_library.values() for media in same]
        return [*self.added, *in_library]

    def called(self, name: str) -> list[Media]:
        """The files of that name; what can't be posted only where there is no other."""
        folded = _folded(name)
        found = self._by_name.get(folded) or self._in_library.get(folded, [])
        usable = [media for media in found if media.status != MediaStatus.REFUSED]
        return usable or found

    def alike(self, name: str) -> list[Media]:
        """The library's most alike, or its newest where none is."""
        return self._close_to(name, MOST_ALIKE) or list(reversed(self._newest.values()))[:MOST_ALIKE]

    def most_alike(self, name: str) -> Media | None:
        return next(iter(self._close_to(name, 1)), None)

    def _close_to(self, name: str, most: int) -> list[Media]:
        names = get_close_matches(_folded(name), self._newest, n=most, cutoff=ALIKE)
        return [self._newest[each] for each in names]

    @cached_property
    def _newest(self) -> dict[str, Media]:
        """Of the library, by name; for a name that somebody mistyped."""
        ready = self._files.filter(status=MediaStatus.READY).order_by("-created_at", "-pk")[:MOST_COMPARED]
        return {_folded(media.original_name): media for media in reversed(ready)}


def _by_name(files: Iterable[Media]) -> dict[str, list[Media]]:
    found: dict[str, list[Media]] = defaultdict(list)
    for media in files:
        same = found[_folded(media.original_name)]
        if not any(media.sha256 and media.sha256 == other.sha256 for other in same):
            same.append(media)
    return dict(found)


def _named(files: Any, names: set[str]) -> list[Media]:
    """The library's files of these names, newest first."""
    spelled = {unicodedata.normalize(form, name) for name in names for form in ("NFC", "NFD")}
    rows = files.annotate(lowered=Lower("original_name")).filter(lowered__in=spelled)
    return list(rows.order_by("-created_at", "-pk")[: MOST_OF_A_NAME * len(names)])


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", shown_name(name)).lower()
