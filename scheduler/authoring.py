"""What people do with posts: write, schedule, move, cancel, try again, answer.

Each verb is one transaction with its timeline line, and raises the fence, so that whatever a worker was about to
do with the old row finds that it lost. A person's change wins until the commit intent is on record; after that
the policies refuse it with a sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from scheduler import policies
from scheduler.clock import database_now
from scheduler.content import ContentRefused, Problem, content_digest, content_problems, is_draft_for_app
from scheduler.found_links import keep as keep_link
from scheduler.models import Media, Post, PostImage, PublishAttempt
from scheduler.preflight import NOT_LOOKED, first_look
from scheduler.preparing import first_step_at
from scheduler.pulls import files_of
from scheduler.states import OPEN_STAGES, EventKind, PostStatus, Reason, Stage
from scheduler.transitions import keep, move, note
from scheduler.waking import wake

if TYPE_CHECKING:
    from datetime import datetime

    from accounts.models import User, Workspace
    from scheduler.found_links import Found
    from tiktok.client.types import CreatorInfo

CONTENT = (
    "account",
    "kind",
    "mode",
    "media",
    "title",
    "caption",
    "privacy_level",
    "allow_comment",
    "allow_duet",
    "allow_stitch",
    "disclose",
    "brand_organic",
    "brand_content",
    "is_aigc",
    "cover_timestamp_ms",
    "cover_index",
    "auto_add_music",
)
IMAGES = "images"
"""Photos in their order; rows of their own (`PostImage`)."""

TIME = ("due_at", "due_local", "due_zone")


class StaleVersion(Exception):
    """Somebody changed the post since this page was read; both versions can be shown."""


def create(*, workspace: Workspace, by: User, fields: dict[str, Any]) -> Post:
    """A draft from the composer's fields (`CONTENT`, `IMAGES`, `TIME`; missing ones keep their defaults)."""
    with transaction.atomic():
        post = Post.objects.create(workspace=workspace, created_by=by, **_known(fields))
        _place_images(post, fields.get(IMAGES, []))
        note(post, EventKind.CREATED, by=by)
    return post


def edit(*, post: Post, version: int, by: User, fields: dict[str, Any]) -> Post:
    """Change content or time. A scheduled post becomes a draft until it is agreed to again.

    Raises StaleVersion if the post is no longer at `version`, NotPossible if it may not be changed.
    """
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_edit(row)
        if row.version != version:
            raise StaleVersion(f"version {version} of post {row.pk} is now {row.version}")
        changed = [name for name, value in _known(fields).items() if getattr(row, name) != value]
        if IMAGES in fields and _place_images(row, fields[IMAGES]):
            changed.append(IMAGES)
        if row.status != PostStatus.DRAFT:
            _move_by(row, PostStatus.DRAFT, by=by)
        _change(row, version=row.version + 1, **_known(fields))
        note(row, EventKind.EDITED, by=by, fields=changed)
    return row


def schedule(*, post: Post, by: User, creator: CreatorInfo | None) -> Post:
    """Agree to publish exactly this at its due time. Raises ContentRefused, NotPossible.

    A draft for the app is not asked of a creator; everything else is refused without one.
    """
    with transaction.atomic():
        row = _locked(post)
        _agree(row, by=by, creator=creator, now=database_now())
    return row


def publish_now(*, post: Post, by: User, creator: CreatorInfo | None) -> Post:
    """Agree to publish exactly this at once. Raises ContentRefused, NotPossible."""
    with transaction.atomic():
        row = _locked(post)
        _due_now(row)
        _agree(row, by=by, creator=creator, now=None)
    return row


def reschedule(
    *, post: Post, version: int, by: User, due_at: datetime, due_local: str, due_zone: str
) -> Post:
    """Move a post in time; what was agreed to stays agreed. Raises StaleVersion, NotPossible, ContentRefused."""
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_reschedule(row)
        if row.version != version:
            raise StaleVersion(f"version {version} of post {row.pk} is now {row.version}")
        was = row.due_at
        row.due_at, row.due_local, row.due_zone = due_at, due_local, due_zone
        _refuse_past(row, database_now())
        if row.status != PostStatus.SCHEDULED:
            _move_by(row, PostStatus.SCHEDULED, by=by)
        # A hold ends with its cause, not with another time.
        _change(row, version=row.version + 1, **_first_look(row), **_columns(row, TIME))
        note(row, EventKind.RESCHEDULED, by=by, was=was.isoformat() if was else "", now=due_at.isoformat())
    return row


def cancel(*, post: Post, by: User) -> Post:
    """Stop the post for good. Raises NotPossible once the commit intent is on record."""
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_cancel(row)
        _move_by(row, PostStatus.CANCELLED, by=by)
    return row


def move_to_drafts(*, post: Post, by: User) -> Post:
    """Take the post off the schedule and keep it to work on."""
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_move_to_drafts(row)
        _move_by(row, PostStatus.DRAFT, by=by)
    return row


def retry(*, post: Post, by: User, version: int | None = None) -> Post:
    """Publish a failed or missed post now, as agreed to; creator info is checked again before anything leaves.

    Whoever presses it agrees to what they have seen: raises StaleVersion if that was another `version`.
    """
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_retry(row)
        if version is not None and row.version != version:
            raise StaleVersion(f"version {version} of post {row.pk} is now {row.version}")
        _due_now(row)
        _move_by(row, PostStatus.SCHEDULED, by=by, **_columns(row, TIME))
        _change(row, next_step_at=first_step_at(row), consent_by=by, consent_at=database_now())
    return row


def answer_live(*, post: Post, by: User, found: Found | None = None) -> Post:
    """A person found the post on the creator's page, perhaps with its address."""
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_answer(row)
        if found:
            keep_link(row, found)
        _end_open_attempt(row, Stage.LIVE)
        detail = found.detail if found else {}
        _move_by(row, PostStatus.PUBLISHED, by=by, published_at=database_now(), detail=detail)
    return row


def answer_not_live(*, post: Post, by: User) -> Post:
    """A person looked and did not find it; only now may it be tried again."""
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_answer(row)
        _end_open_attempt(row, Stage.ABANDONED)
        _move_by(row, PostStatus.FAILED, by=by, reason=Reason.PERSON_SAYS_NOT_LIVE)
    return row


def look_again(*, post: Post) -> None:
    """Have the engine ask TikTok about it now."""
    with transaction.atomic():
        wake(_locked(post))


def mark_posted(*, post: Post, by: User) -> Post:
    """The creator has finished the draft in the TikTok app; TikTok itself may never say so."""
    with transaction.atomic():
        row = _locked(post)
        policies.check_can_mark_posted(row)
        _end_open_attempt(row, Stage.LIVE)
        _move_by(row, PostStatus.PUBLISHED, by=by, published_at=database_now())
    return row


def time_problems(post: Post, now: datetime) -> list[Problem]:
    """What is wrong with when a post is due, for one that may not be saved yet; nothing where it has no time."""
    if post.due_at is None or post.due_at > now:
        return []
    return [Problem("time", "This time has passed. Choose a later one, or post now.")]


# --- the parts they share


def _locked(post: Post) -> Post:
    return Post.objects.select_for_update(of=("self",)).get(workspace_id=post.workspace_id, pk=post.pk)


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name in CONTENT + TIME}


def _place_images(post: Post, images: Sequence[Media]) -> bool:
    """Make these, in this order, the post's photos; whether that changed anything."""
    rows = PostImage.objects.filter(workspace_id=post.workspace_id, post=post)
    if [row.media_id for row in rows] == [image.pk for image in images]:
        return False
    rows.delete()
    PostImage.objects.bulk_create(
        PostImage(workspace_id=post.workspace_id, post=post, media=image, position=position)
        for position, image in enumerate(images)
    )
    return True


def _columns(row: Post, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _change(row: Post, **columns: Any) -> None:
    """Write under the lock and raise the fence, so that a worker's claim of the old row is void."""
    keep(row, fence=row.fence, raise_fence=True, **columns)


def _move_by(row: Post, to: PostStatus, *, by: User, reason: Reason | None = None, **columns: Any) -> None:
    next_step_at = database_now() if to == PostStatus.SCHEDULED else None
    move(
        row,
        to,
        fence=row.fence,
        raise_fence=True,
        by=by,
        reason=reason,
        next_step_at=next_step_at,
        **columns,
    )


def _first_look(row: Post) -> dict[str, Any]:
    """The columns of a post that was just given its time: an hour before it, somebody looks ahead."""
    next_step, next_step_at = first_look(row, database_now())
    return {"next_step": next_step, "next_step_at": next_step_at, **NOT_LOOKED}


def _due_now(row: Post) -> None:
    now = database_now()
    row.due_zone = row.due_zone or row.workspace.time_zone
    row.due_at, row.due_local = now, now.astimezone(row.zone).replace(tzinfo=None, microsecond=0).isoformat()


def _refuse_past(row: Post, now: datetime) -> None:
    if problems := time_problems(row, now):
        raise ContentRefused(problems)


def _agree(row: Post, *, by: User, creator: CreatorInfo | None, now: datetime | None) -> None:
    """Check everything, keep the consent (who, when, to what), and hand the row to the engine."""
    policies.check_can_schedule(row)
    if row.account is None:
        raise ContentRefused([Problem("account", "Choose the account that posts.")])
    if row.due_at is None:
        raise ContentRefused([Problem("time", "Choose when it goes out.")])
    if creator is None and not is_draft_for_app(row):
        raise policies.NotPossible("TikTok has to say first what this account may post.")
    _hold_files(row)
    files = files_of(row)
    problems = content_problems(row, creator, row.media, files)
    if problems:
        raise ContentRefused(problems)
    if now is not None:
        _refuse_past(row, now)
    consent = {
        "consent_by": by,
        "consent_at": database_now(),
        "consent_digest": content_digest(row, row.media, files),
    }
    _change(row, **consent, **_columns(row, TIME))
    _move_by(row, PostStatus.SCHEDULED, by=by)
    _change(row, **_first_look(row))


def _hold_files(row: Post) -> None:
    """Until this commits, nobody deletes a file of the post (`media.remove`); read them only after it."""
    photos = PostImage.objects.filter(workspace_id=row.workspace_id, post=row).values_list(
        "media_id", flat=True
    )
    files = Media.objects.filter(workspace_id=row.workspace_id, pk__in=[row.media_id, *photos])
    list(files.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _end_open_attempt(row: Post, stage: Stage) -> None:
    PublishAttempt.objects.filter(workspace_id=row.workspace_id, post=row, stage__in=OPEN_STAGES).update(
        stage=stage, ended_at=database_now()
    )
