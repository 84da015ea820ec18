"""Deleting files: what a post still needs stays, what goes leaves the disk only once that is on record (P36)."""

from __future__ import annotations

from datetime import time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, transaction

from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import authoring, media, repeating
from scheduler.clock import database_now
from scheduler.content import ContentRefused
from scheduler.media.removing import A_WHILE
from scheduler.media_tasks import look_after_media
from scheduler.models import Media, MediaTag, Post
from scheduler.policies import NotPossible
from scheduler.recurrence import Rule
from scheduler.states import PostStatus
from scheduler.uploads import room
from tests.factories import make_image_media, make_media, make_photo_post, make_post
from tests.scheduler.accounts import plain_account
from tests.scheduler.engine import fresh
from tests.scheduler.test_agreeing import LUNA
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db

OVER_FOR_GOOD = {PostStatus.PUBLISHED, PostStatus.CANCELLED}


@pytest.fixture
def luna(harbour: Workspace) -> TikTokAccount:
    return plain_account(harbour, "luna.bakes")


@pytest.fixture
def film(harbour: Workspace) -> Media:
    """A video in storage with its small still."""
    return make_media(harbour, cover_key=default_storage.save("cover.webp", ContentFile(b"still")))


def put_in(post: Post, status: PostStatus) -> Post:
    """The post as it would be in that status."""
    scheduled = status in {PostStatus.SCHEDULED, PostStatus.PUBLISHING}
    columns = {"status": status, "reason": "late", "next_step_at": post.due_at if scheduled else None}
    with workspace_scope(post.workspace_id):
        Post.objects.filter(pk=post.pk).update(**columns)
    return fresh(post)


def gone(row: Media) -> Media:
    with workspace_scope(row.workspace_id):
        return Media.objects.get(pk=row.pk)


@pytest.mark.parametrize("status", PostStatus)
def test_a_file_stays_as_long_as_a_post_may_need_it(
    status: PostStatus, luna: TikTokAccount, film: Media, alice: User
) -> None:
    post = put_in(make_post(luna, film, alice, due_in=timedelta(days=1)), status)

    with workspace_scope(post.workspace_id):
        if status in OVER_FOR_GOOD:
            media.remove(media=film, by=alice)
        else:
            with pytest.raises(NotPossible, match="1 post still needs this file"):
                media.remove(media=film, by=alice)

    assert (gone(film).removed_at is not None) == (status in OVER_FOR_GOOD)


def test_a_photo_of_a_carousel_stays_too(luna: TikTokAccount, harbour: Workspace, alice: User) -> None:
    photos = [make_image_media(harbour) for _ in range(2)]
    make_photo_post(luna, photos, alice, due_in=timedelta(days=1))

    with workspace_scope(harbour), pytest.raises(NotPossible):
        media.remove(media=photos[1], by=alice)


def test_what_comes_back_keeps_its_file_though_it_was_published(
    luna: TikTokAccount, film: Media, alice: User, harbour: Workspace
) -> None:
    post = make_post(luna, film, alice, due_in=timedelta(days=1))
    rule = Rule(weekdays=frozenset(range(7)), at=time(9), starts=database_now().date())
    with workspace_scope(harbour):
        repeat = repeating.start(post=post, rule=rule, by=alice)
        put_in(post, PostStatus.PUBLISHED)
        repeat.copies.all().delete()
        Post.objects.exclude(pk=post.pk).update(status=PostStatus.CANCELLED)
        with pytest.raises(NotPossible):
            media.remove(media=film, by=alice)

        repeating.stop(repeat=repeat, by=alice)
        media.remove(media=film, by=alice)


def test_a_file_that_is_being_checked_is_left_to_it(harbour: Workspace, receive: Any, alice: User) -> None:
    with pytest.raises(NotPossible, match="being checked"):
        media.remove(media=receive(b"x" * 100), by=alice)


def test_the_file_goes_after_the_row_and_only_then(
    film: Media, harbour: Workspace, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    with workspace_scope(harbour), django_capture_on_commit_callbacks(execute=True):
        media.remove(media=film, by=alice)
        assert default_storage.exists(film.storage_key)

        row = gone(film)
        assert (row.status, row.is_stored) == ("refused", True)

    with workspace_scope(harbour):
        assert not default_storage.exists(film.storage_key)
        assert not default_storage.exists("cover.webp")
        assert (gone(film).is_stored, gone(film).cover_key) == (False, "")
        assert AuditEvent.objects.get(action="media.removed").by == alice


def test_a_transaction_that_fails_leaves_everything(
    film: Media, harbour: Workspace, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    with (
        workspace_scope(harbour),
        django_capture_on_commit_callbacks(execute=True) as waiting,
        transaction.atomic(),
    ):
        media.remove(media=film, by=alice)
        transaction.set_rollback(True)

    assert waiting == []
    assert gone(film).removed_at is None
    assert default_storage.exists(film.storage_key)


def test_a_post_that_is_over_keeps_its_small_picture(
    luna: TikTokAccount, film: Media, alice: User, django_capture_on_commit_callbacks: Any
) -> None:
    post = put_in(make_post(luna, film, alice, due_in=timedelta(days=1)), PostStatus.PUBLISHED)

    with workspace_scope(post.workspace_id), django_capture_on_commit_callbacks(execute=True):
        media.remove(media=film, by=alice)

    assert not default_storage.exists(film.storage_key)
    assert default_storage.exists("cover.webp")
    assert fresh(post).media_id == film.pk


def test_what_a_process_left_behind_the_sweep_takes_away(
    film: Media, harbour: Workspace, alice: User
) -> None:
    with workspace_scope(harbour):
        media.remove(media=film, by=alice)  # its callback never runs, as if the process had died
    look_after_media()
    assert default_storage.exists(film.storage_key)

    with cross_tenant(CrossTenant.SEED):
        row = Media.objects.get(pk=film.pk)
        Media.objects.filter(pk=film.pk).update(removed_at=row.removed_at - A_WHILE)
    look_after_media()

    assert not default_storage.exists(film.storage_key)
    assert not gone(film).is_stored


def test_only_what_is_stored_counts_against_the_share(
    film: Media, harbour: Workspace, alice: User, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MEDIA_QUOTA_BYTES = film.size + 10
    with workspace_scope(harbour):
        with pytest.raises(media.UploadRefused), transaction.atomic():
            room.check(harbour, 100)

        with django_capture_on_commit_callbacks(execute=True):
            media.remove(media=film, by=alice)
        room.check(harbour, 100)


def test_words_on_it_go_with_it(film: Media, harbour: Workspace, alice: User) -> None:
    with workspace_scope(harbour):
        MediaTag.objects.create(workspace=harbour, media=film, name="autumn")
        media.remove(media=film, by=alice)
        assert not MediaTag.objects.exists()


def test_a_draft_with_a_deleted_file_is_not_scheduled(
    luna: TikTokAccount, film: Media, alice: User, harbour: Workspace
) -> None:
    post = put_in(make_post(luna, film, alice, due_in=timedelta(days=1)), PostStatus.CANCELLED)
    with workspace_scope(harbour):
        media.remove(media=film, by=alice)
        draft = authoring.move_to_drafts(post=post, by=alice)
        with pytest.raises(ContentRefused, match="was deleted"):
            authoring.schedule(post=draft, by=alice, creator=LUNA)


@pytest.mark.django_db(transaction=True)
def test_nobody_deletes_a_file_while_somebody_agrees_to_its_post(
    luna: TikTokAccount, film: Media, alice: User, harbour: Workspace
) -> None:
    """The post is new and not committed, so nobody else sees it yet."""
    agreed = Barrier(2, timeout=10)
    refused: list[str] = []

    def delete() -> None:
        with workspace_scope(harbour):
            agreed.wait()
            try:
                media.remove(media=film, by=alice)
            except NotPossible as no:
                refused.append(str(no))
        connection.close()

    other = Thread(target=delete)
    other.start()
    with workspace_scope(harbour), transaction.atomic():
        draft = authoring.create(workspace=harbour, by=alice, fields=complete(luna, film))
        authoring.schedule(post=draft, by=alice, creator=LUNA)
        agreed.wait()
        other.join(timeout=0.5)
        assert other.is_alive()  # it waits for us
    other.join(timeout=10)

    assert refused == [
        "1 post still needs this file. Give it another one, or cancel it, then delete the file."
    ]
    assert gone(film).removed_at is None


def complete(account: TikTokAccount, film: Media) -> dict[str, Any]:
    due_at = (database_now() + timedelta(days=1)).replace(microsecond=0)
    when = {"due_at": due_at, "due_local": due_at.replace(tzinfo=None).isoformat(), "due_zone": "UTC"}
    content = {"account": account, "media": film, "caption": "Loaf", "privacy_level": "PUBLIC_TO_EVERYONE"}
    return content | when
