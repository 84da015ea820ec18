"""What TikTok fetches: addresses of one attempt, open from its intent to its end, closed for good by a revocation."""

from __future__ import annotations

import threading
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.tenancy import workspace_scope
from scheduler import pulls
from scheduler.clock import database_now
from scheduler.models import PublishAttempt, Pull
from scheduler.states import Stage, Way
from tests.clips import make_image, picture
from tests.factories import make_image_media, make_media, make_photo_post

pytestmark = pytest.mark.django_db(transaction=True)

BODY = make_image(picture())


@pytest.fixture
def attempt(studio):
    """Two photos, the init on its way."""
    images = [make_image_media(studio.workspace, content=body) for body in (BODY, make_image())]
    return _attempt(make_photo_post(studio.luna, images, studio.alice), images)


def _attempt(post, files, **changes):
    with workspace_scope(post.workspace_id):
        row = PublishAttempt.objects.create(
            workspace_id=post.workspace_id,
            post=post,
            account_id=post.account_id,
            number=1,
            content_digest=post.consent_digest,
            **{
                "way": Way.PULL,
                "stage": Stage.COMMITTING,
                "commit_intent_at": database_now(),
                **changes,
            },
        )
        pulls.open_for(row, files)
    return row


def paths(attempt):
    with workspace_scope(attempt.workspace_id):
        return [urlsplit(address.reveal()).path for address in pulls.addresses(attempt)]


def rows(attempt):
    with workspace_scope(attempt.workspace_id):
        return pulls.rows_of(attempt)


def revoke(attempt):
    with workspace_scope(attempt.workspace_id):
        return pulls.revoke(attempt)


def change(attempt, **columns):
    with workspace_scope(attempt.workspace_id):
        PublishAttempt.objects.filter(pk=attempt.pk).update(**columns)


def get(path, **headers):
    answer = Client().get(path, headers=headers)
    answer.body = b"".join(answer) if answer.streaming else answer.content
    return answer


def test_each_file_has_an_address_under_our_own(attempt, settings):
    with workspace_scope(attempt.workspace_id):
        first, second = (address.reveal() for address in pulls.addresses(attempt))
    assert first.startswith(f"{settings.PUBLIC_BASE_URL}/pull/")
    assert first != second
    assert first.endswith(".jpg")
    assert "?" not in first


def test_a_video_keeps_its_type(studio):
    clip = make_media(studio.workspace, content_type="video/quicktime", container="mov")
    assert paths(_attempt(studio.post(media=clip), [clip]))[0].endswith(".mov")


def test_tiktok_gets_the_whole_file_and_we_remember_when(attempt):
    answer = get(paths(attempt)[0])
    assert (answer.status_code, answer.body) == (200, BODY)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Length"] == str(len(BODY))
    assert answer["Accept-Ranges"] == "bytes"
    assert answer["Cache-Control"] == "private, no-store"
    assert not answer.cookies
    first, second = rows(attempt)
    assert (first.fetches, second.fetches) == (1, 0)
    assert first.served_at is not None
    assert second.served_at is None


def test_the_first_moment_stays_when_it_is_fetched_again(attempt):
    get(paths(attempt)[0])
    was = rows(attempt)[0].served_at
    get(paths(attempt)[0])
    assert (rows(attempt)[0].served_at, rows(attempt)[0].fetches) == (was, 2)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("bytes=0-9", BODY[:10]), ("bytes=10-", BODY[10:]), ("bytes=-5", BODY[-5:])],
)
def test_a_part_is_served_as_a_part(attempt, wanted, expected):
    answer = get(paths(attempt)[0], range=wanted)
    assert (answer.status_code, answer.body) == (206, expected)
    assert answer["Content-Length"] == str(len(expected))
    assert answer["Content-Range"].endswith(f"/{len(BODY)}")


@pytest.mark.parametrize("wanted", [f"bytes={len(BODY)}-", "bytes=-0", "bytes=9-3", "bytes=0-1,4-5"])
def test_a_part_that_there_is_not_serves_nothing(attempt, wanted):
    answer = get(paths(attempt)[0], range=wanted)
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(BODY)}")
    assert rows(attempt)[0].served_at is None


def test_head_tells_the_size_and_serves_nothing(attempt):
    answer = Client().head(paths(attempt)[0])
    assert (answer.status_code, answer["Content-Length"], answer["Content-Type"]) == (
        200,
        str(len(BODY)),
        "image/jpeg",
    )
    assert rows(attempt)[0].served_at is None
    assert revoke(attempt)


def test_only_reading_is_possible(attempt):
    assert Client().post(paths(attempt)[0]).status_code == 405


def test_what_was_never_fetched_is_closed_for_good(attempt):
    assert revoke(attempt)
    assert revoke(attempt)
    assert [get(path).status_code for path in paths(attempt)] == [404, 404]
    assert Client().head(paths(attempt)[0]).status_code == 404


def test_once_something_was_fetched_the_rest_stays_open(attempt):
    """TikTok may be about to post it: closing half of it would not undo that."""
    first, second = paths(attempt)
    get(first)
    assert not revoke(attempt)
    assert get(second).status_code == 200


def test_nothing_is_served_before_the_intent(attempt):
    change(attempt, stage=Stage.STAGED, commit_intent_at=None)
    assert get(paths(attempt)[0]).status_code == 404


@pytest.mark.parametrize("stage", [Stage.LIVE, Stage.REFUSED, Stage.ABANDONED])
def test_nothing_is_served_after_the_end(attempt, stage):
    change(attempt, stage=stage)
    assert get(paths(attempt)[0]).status_code == 404


def test_an_address_is_open_for_longer_than_tiktok_tries(attempt):
    change(attempt, commit_intent_at=database_now() - timedelta(minutes=65))
    assert get(paths(attempt)[0]).status_code == 200
    change(attempt, commit_intent_at=database_now() - timedelta(hours=3))
    assert get(paths(attempt)[0]).status_code == 404


def test_an_address_can_not_be_made_up(attempt):
    path = paths(attempt)[0]
    token, _, suffix = path.rpartition(".")
    forged = [f"{token[:-1]}{'A' if token[-1] != 'A' else 'B'}.{suffix}", "/pull/a.b.jpg", "/pull/x.jpg"]
    assert [get(each).status_code for each in forged] == [404, 404, 404]


def test_closing_waits_for_whoever_is_being_served(attempt):
    """Both lock the row: either it was served and stays open, or it is closed and was not."""
    answers = []
    row = rows(attempt)[0]

    def close():
        answers.append(revoke(attempt))
        connection.close()

    with workspace_scope(attempt.workspace_id), transaction.atomic():
        Pull.objects.select_for_update().get(pk=row.pk)
        closing = threading.Thread(target=close)
        closing.start()
        closing.join(0.3)
        assert answers == []
        Pull.objects.filter(pk=row.pk).update(served_at=database_now())
    closing.join()
    assert answers == [False]
