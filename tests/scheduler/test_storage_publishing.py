"""Posts whose media lies in a bucket go out as the others do: nothing is fetched from it at the instant itself."""

from __future__ import annotations

import os
import shutil
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from pytest_django import Settings

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler import ahead, files, media, pulls
from scheduler.clock import database_now
from scheduler.models import PublishAttempt
from scheduler.states import Stage, Way
from tests.factories import clip_bytes, make_image_media, make_photo_post
from tests.s3_process import S3Server
from tests.scheduler.engine import attempts, fresh, publish, story, take_step
from tests.scheduler.test_storage import away

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STAGED = 12_000_000
"""Bytes of a video that is sent in two chunks, the last of them at its instant."""


@pytest.fixture
def staged(s3: S3Server, studio: SimpleNamespace) -> Any:
    """A large video of which TikTok has all but the last chunk, due at once."""
    post = studio.post(pad_to=STAGED, due_in=timedelta(seconds=75))
    while attempts(post)[:1] == [] or attempts(post)[0].stage != Stage.STAGED:
        post = take_step(post)
    return post


def copies(settings: Settings) -> list[Path]:
    return list((Path(settings.MEDIA_ROOT) / ahead.FOLDER).glob("*"))


def last_byte_from(post: Any, s3: S3Server) -> int:
    """Publish it; how many requests the bucket got for that."""
    before = s3.asked("GET", "HEAD", "PUT")
    with workspace_scope(post.workspace_id):
        type(post).objects.filter(pk=post.pk).update(due_at=database_now())
    assert publish(post).status == "published"
    return s3.asked("GET", "HEAD", "PUT") - before


def test_what_was_uploaded_is_published_byte_for_byte(
    s3: S3Server, studio: SimpleNamespace, receive: Any, harbour: Workspace
) -> None:
    with workspace_scope(harbour):
        row = media.check(receive(clip_bytes(seconds=3)).pk)
    done = publish(studio.post(media=row))
    [entry] = studio.tiktok.ledger()["publishes"]
    assert (done.status, entry["sha256"]) == ("published", row.sha256)


def test_a_last_chunk_that_was_kept_ahead_needs_no_bucket(
    staged: Any, s3: S3Server, studio: SimpleNamespace, settings: Settings
) -> None:
    [copy] = copies(settings)
    assert copy.stat().st_size == STAGED - 5_242_880

    away(settings)
    assert last_byte_from(staged, s3) == 0

    [entry] = studio.tiktok.ledger()["publishes"]
    assert entry["sha256"] == staged.media.sha256


def test_another_machine_fetches_the_last_chunk_before_the_instant(
    staged: Any, s3: S3Server, studio: SimpleNamespace, settings: Settings
) -> None:
    shutil.rmtree(Path(settings.MEDIA_ROOT) / ahead.FOLDER)
    assert last_byte_from(staged, s3) > 0
    assert len(copies(settings)) == 1
    [entry] = studio.tiktok.ledger()["publishes"]
    assert entry["sha256"] == staged.media.sha256


def test_a_last_chunk_that_cannot_be_had_puts_the_post_off_and_nothing_is_sent(
    staged: Any, studio: SimpleNamespace, settings: Settings
) -> None:
    working = settings.STORAGES
    shutil.rmtree(Path(settings.MEDIA_ROOT) / ahead.FOLDER)
    with workspace_scope(staged.workspace_id):
        type(staged).objects.filter(pk=staged.pk).update(due_at=database_now())
    away(settings)

    put_off = take_step(staged)

    assert put_off.status == "scheduled"
    assert story(put_off)[-1] == ("retrying", "engine_trouble")
    settings.STORAGES = working
    assert publish(staged).status == "published"
    assert len(studio.tiktok.ledger()["publishes"]) == 1


def test_a_file_that_changed_in_the_bucket_is_not_posted(s3: S3Server, studio: SimpleNamespace) -> None:
    post = fresh(studio.post())
    key = post.media.storage_key
    s3.client.put_object(Bucket="oncue-media", Key=key, Body=s3.body(key)[:-1] + b"!")
    failed = publish(post)
    assert (failed.status, failed.reason) == ("failed", "media_changed")


def test_tiktok_fetches_a_photo_or_a_part_of_it_from_us(s3: S3Server, studio: SimpleNamespace) -> None:
    image = make_image_media(studio.workspace)
    post = make_photo_post(studio.luna, [image], studio.alice)
    with workspace_scope(studio.workspace):
        attempt = PublishAttempt.objects.create(
            workspace_id=post.workspace_id,
            post=post,
            account_id=post.account_id,
            number=1,
            way=Way.PULL,
            stage=Stage.COMMITTING,
            commit_intent_at=database_now(),
            content_digest=post.consent_digest,
        )
        pulls.open_for(attempt, [image])
        [place] = [urlsplit(one.reveal()).path for one in pulls.addresses(attempt)]
    body = s3.body(image.storage_key)
    assert b"".join(Client().get(place)) == body
    assert b"".join(Client().get(place, headers={"Range": "bytes=5-"})) == body[5:]


def test_copies_that_nobody_asked_for_in_an_hour_go(staged: Any, settings: Settings) -> None:
    [copy] = copies(settings)
    assert ahead.remove_old() == 0
    os.utime(copy, (0, 0))
    assert ahead.remove_old() == 1
    assert copies(settings) == []


def test_a_copy_that_breaks_off_is_none(s3: S3Server, studio: SimpleNamespace, settings: Settings) -> None:
    key = fresh(studio.post()).media.storage_key
    with pytest.raises(EOFError):
        files.keep_ahead(key, 0, 10_000_000)
    assert copies(settings) == []
