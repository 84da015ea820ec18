"""After a restored backup nothing may go out by itself: posts of the time that the backup forgot may be live (R-90).

A **mark** counts up each minute, in the installation's row and, after it, as the name of an empty file beside the
media. A restored database is behind that file: whoever sees this first pauses the installation, before anything is
claimed. `manage.py resume_publishing` then asks people about the posts of the gap, and goes on.

A restore to less than a minute ago shows no gap in the marks, and one that brings back the media as well hides it:
pause by hand then (`manage.py pause_publishing --restored`). The same holds for what people did in the gap itself,
such as "publish now" for a post of next week.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import switches
from scheduler.asking import WATCH_EVERY
from scheduler.clock import database_now
from scheduler.models import ClockTimestamp, Installation, Post
from scheduler.states import ENGINE_DRIVEN, PostStatus, Reason, Stage
from scheduler.transitions import LostRace, move
from tiktok.models import AccountStatus, TikTokAccount

if TYPE_CHECKING:
    from accounts.models import User

logger = logging.getLogger(__name__)

FOLDER = "oncue/mark"
LOOKS_EVERY = 60.0
"""Seconds between two looks of one process."""

TOLD = (
    "The database was restored from a backup, so posts that were due meanwhile may be on TikTok already. "
    "Nothing goes out until `manage.py resume_publishing` has shown them and handed them to people."
)


@dataclass
class _Look:
    """What this process saw last; the first look is always a real one."""

    at: float = float("-inf")
    well: bool = False


_look = _Look()


@dataclass(frozen=True)
class Gap:
    """What to settle after a restore: the posts that may be live, the connections whose tokens are likely dead."""

    since: datetime | None
    until: datetime
    posts: list[Post] = field(default_factory=list)
    accounts: list[TikTokAccount] = field(default_factory=list)


def check() -> bool:
    """Whether posts may be claimed as far as backups are concerned; pauses the installation if they may not.

    Ask in every tick before claiming: cheap, a real look once a minute. A storage that can't be read raises: media
    could not be read either.
    """
    if _look.well and time.monotonic() - _look.at < LOOKS_EVERY:
        return True
    _look.well, _look.at = _is_in_step(), time.monotonic()
    return _look.well


def beat() -> None:
    """Count up once a minute, in the row first. Does nothing while a restore has to be settled."""
    if not _is_in_step():
        return
    row = Installation.read()
    Installation.objects.filter(pk=row.pk).update(
        mark=Greatest(F("mark"), _stored()) + 1, marked_at=ClockTimestamp()
    )
    row.refresh_from_db()
    _store(row.mark)


def pause() -> None:
    """Stop everything because of a restore; a pause that came back with the backup becomes one of these too."""
    if not switches.pause_all(why=Reason.RESTORED):
        Installation.objects.filter(pk=1).exclude(paused_why=Reason.RESTORED).update(
            paused_why=Reason.RESTORED, paused_at=ClockTimestamp()
        )


def find_gap() -> Gap:
    """What the pause for a restore left to settle; call inside `cross_tenant(CrossTenant.RESTORE)`."""
    row = Installation.read()
    until = row.paused_at or database_now()
    forgotten = Post.objects.filter(status=PostStatus.SCHEDULED, due_at__lte=until)
    # An init without an answer is settled by whether its files were fetched, and that is forgotten as well.
    unnamed = Post.objects.filter(
        status=PostStatus.PUBLISHING, attempts__stage=Stage.COMMITTING, attempts__publish_id=""
    )
    posts = (forgotten | unnamed).distinct().order_by("due_at", "pk")
    lost = TikTokAccount.objects.filter(status=AccountStatus.ACTIVE, refresh_due_at__lte=until)
    return Gap(
        row.marked_at,
        until,
        list(posts.select_related("account", "workspace")),
        list(lost.select_related("workspace").order_by("workspace_id", "username")),
    )


def resume(*, by: User | None = None) -> Gap:
    """Hand every post of the gap to a person, then let publishing go on. Returns what was settled."""
    with cross_tenant(CrossTenant.RESTORE):
        gap = find_gap()
    settled = [post for post in gap.posts if _hand_over(post)]
    with transaction.atomic():
        row = Installation.objects.select_for_update().get(pk=Installation.read().pk)
        row.mark, row.marked_at = max(row.mark, _stored()) + 1, database_now()
        row.save(update_fields=["mark", "marked_at"])
    _store(row.mark)
    switches.resume_all(by=by)
    return Gap(gap.since, gap.until, settled, gap.accounts)


def _hand_over(post: Post) -> bool:
    """Scheduled by the backup's word, and perhaps live: only a person can tell, or TikTok where it may be asked."""
    with workspace_scope(post.workspace_id):
        try:
            move(
                post,
                PostStatus.NEEDS_CHECK,
                fence=post.fence,
                raise_fence=True,
                next_step_at=database_now() + WATCH_EVERY,
                reason=Reason.RESTORED,
            )
        except LostRace:
            return False  # a person changed it meanwhile
    return True


def _is_in_step() -> bool:
    """The file first: the row counts before the file, so only a restored row can be behind it."""
    stored = _stored()
    row = Installation.read()
    if row.paused_at and row.paused_why == Reason.RESTORED:
        return False
    if stored <= row.mark or _is_empty():
        return True
    logger.error(
        "The database is older than its mark (%d, stored %d): restored from a backup", row.mark, stored
    )
    pause()
    return False


def _is_empty() -> bool:
    """A database without anything to publish repeats nothing: a new one beside old media."""
    with cross_tenant(CrossTenant.RESTORE):
        return not Post.objects.filter(status__in=ENGINE_DRIVEN).exists()


def _stored() -> int:
    return max(_marks(), default=0)


def _marks() -> list[int]:
    try:
        _, names = default_storage.listdir(FOLDER)
    except FileNotFoundError:
        return []
    return [int(name) for name in names if name.isdecimal()]


def _store(mark: int) -> None:
    """A new name first, then the old ones go: at no instant is there none."""
    if mark not in _marks():
        default_storage.save(f"{FOLDER}/{mark}", ContentFile(b""))
    for old in _marks():
        if old < mark:
            default_storage.delete(f"{FOLDER}/{old}")


def look_anew() -> None:
    """Make the next `check` a real one."""
    _look.well = False
