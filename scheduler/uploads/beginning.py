"""An upload begins: the file is one we may take, and there is room for all of it before its first byte."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction

from scheduler.clock import database_now
from scheduler.media import check_size, shown_name
from scheduler.models import Upload
from scheduler.uploads import room

if TYPE_CHECKING:
    from accounts.models import User, Workspace

LIFE = timedelta(hours=24)
"""How long an upload waits for its next part (R-46)."""


def begin(*, workspace: Workspace, by: User, name: str, length: int, metadata: str = "") -> Upload:
    """Reserve the room for `length` bytes. Raises UploadRefused for a file that need not come, or has no room."""
    shown = shown_name(name)
    check_size(length, name=shown)
    with transaction.atomic():
        room.check(workspace, length)
        upload: Upload = Upload.objects.create(
            workspace=workspace,
            by=by,
            name=shown,
            metadata=metadata,
            length=length,
            expires_at=database_now() + LIFE,
        )
    return upload
