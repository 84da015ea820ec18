"""Uploads that stopped on the way, after a reload or on another page: the same file, chosen again, goes on."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import F

from scheduler.images import is_named_image
from scheduler.media import UploadRefused
from scheduler.models import ClockTimestamp, Upload
from scheduler.uploads.metadata import MODIFIED, NAME, value_of

if TYPE_CHECKING:
    from accounts.models import User, Workspace

MOST = 20
"""As many as a page lists."""


@dataclass(frozen=True)
class Unfinished:
    """One of them, and how a browser knows its file: by name, length and last change."""

    upload: Upload

    @cached_property
    def file_name(self) -> str:
        """As the person's device calls it; what is shown is `upload.name`."""
        return self._value_of(NAME)

    @cached_property
    def modified(self) -> str:
        return self._value_of(MODIFIED)

    def _value_of(self, name: str) -> str:
        """Nothing where it cannot be read: a page lists what stopped, and is no place to refuse it."""
        try:
            return value_of(self.upload.metadata, name)
        except UploadRefused:
            return ""

    @property
    def is_photo(self) -> bool:
        return is_named_image(self.upload.name)


def left_by(by: User, *, workspace: Workspace) -> list[Unfinished]:
    """Those of that person in that workspace that may go on, the newest first."""
    rows = Upload.objects.filter(workspace=workspace, by=by, offset__lt=F("length"))
    rows = rows.filter(expires_at__gt=ClockTimestamp()).order_by("-created_at", "pk")
    return [Unfinished(row) for row in rows[:MOST]]
