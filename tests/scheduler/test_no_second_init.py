"""Where an answer looks like proof that nothing was posted, and is none: the old id is asked about."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest

from accounts.tenancy import workspace_scope
from scheduler import dispatch, evidence, pulls, schedule, starting, switches
from scheduler.clock import database_now
from scheduler.evidence import Answered
from scheduler.lease import Lease
from scheduler.models import PublishAttempt
from scheduler.staged import Staged
from scheduler.states import Reason
from tests.factories import make_photo_post
from tests.scheduler.engine import age, attempts, fresh, loop, make_due, publish, run, story, take_step
from tests.tiktok.sandbox.caller import eventually
from tiktok.client.codes import Surface
from tiktok.client.errors import Refusal
from tiktok.models import AccountStatus

pytestmark = pytest.mark.django_db(transaction=True)

SIX_MEGABYTES_TWICE = 12_000_000


def posts(studio) -> int:
    return studio.tiktok.posts_on_page("luna.bakes")


def says_bytes_are_missing(studio, times: int = 1) -> None:
    """TikTok's status lags behind what it has."""
    data = {"status": "PROCESSING_UPLOAD", "uploaded_bytes": 0}
    body = json.dumps({"data": data, "error": {"code": "ok", "message": "", "log_id": "L1"}})
    studio.tiktok.fault("http", "status", http_status=200, body=body, times=times)


@pytest.fixture
def photos(studio, live_server, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    return lambda **fields: make_photo_post(studio.luna, 1, studio.alice, **fields)


# --- the last chunk


@pytest.mark.parametrize("status", [403, 404])
def test_an_upload_that_is_over_after_a_lost_answer_may_be_over_because_it_arrived(studio, status):
    studio.tiktok.fault("lose", "commit")
    waiting = run(studio.post(), until={"publishing"})
    says_bytes_are_missing(studio, times=2)
    studio.tiktok.fault("http", "commit", http_status=status)
    done = publish(waiting)
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def test_so_it_may_after_a_worker_that_died_with_its_request_under_way(studio):
    studio.tiktok.fault("lose", "commit")
    waiting = run(studio.post(), until={"publishing"})
    with workspace_scope(studio.workspace):
        PublishAttempt.objects.filter(workspace=studio.workspace).update(commits=0, code="")
    says_bytes_are_missing(studio, times=2)
    studio.tiktok.fault("http", "commit", http_status=404)
    done = publish(waiting)
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def test_a_question_that_finds_nothing_is_no_word_about_the_upload(studio):
    studio.tiktok.fault("lose", "commit")
    waiting = run(studio.post(), until={"publishing"})
    studio.tiktok.fault("http", "status", http_status=404)
    waiting = take_step(waiting)
    says_bytes_are_missing(studio)
    done = publish(waiting)
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


@pytest.mark.parametrize("status", [403, 404])
def test_a_last_chunk_that_was_turned_away_at_its_first_coming_begins_again_at_once(studio, status):
    studio.tiktok.fault("http", "commit", http_status=status)
    done = publish(studio.post())
    assert [attempt.stage for attempt in attempts(done)] == ["abandoned", "live"]
    assert (done.status, posts(studio)) == ("published", 1)


def test_an_upload_past_its_hour_that_lacks_bytes_begins_again(studio):
    studio.tiktok.fault("lose", "commit", effect=False)
    waiting = run(studio.post(), until={"publishing"})
    age(waiting, schedule.URL_MARGIN + timedelta(hours=1, minutes=1))
    waiting = take_step(waiting)
    assert [attempt.stage for attempt in attempts(waiting)] == ["abandoned"]
    assert waiting.status == "scheduled"


# --- an upload that TikTok gives up before its last byte


def begun(studio):
    """A post with one of two chunks to send."""
    post = take_step(studio.post(pad_to=SIX_MEGABYTES_TWICE, due_in=timedelta(seconds=75)))
    assert attempts(post)[0].stage == "started"
    return post


def says_failed(studio, reason: str) -> None:
    data = {"status": "FAILED", "fail_reason": reason}
    body = json.dumps({"data": data, "error": {"code": "ok", "message": "", "log_id": "L1"}})
    studio.tiktok.fault("http", "status", http_status=200, body=body)


def test_an_upload_that_failed_at_tiktok_for_a_passing_reason_begins_again_under_a_new_id(studio):
    post = begun(studio)
    studio.tiktok.fault("http", "upload", http_status=500)
    says_failed(studio, "internal")
    post = take_step(take_step(post))
    assert [attempt.stage for attempt in attempts(post)] == ["abandoned", "started"]
    assert post.status == "scheduled"


def test_one_that_failed_for_good_is_told_with_tiktoks_word(studio):
    post = begun(studio)
    studio.tiktok.fault("http", "upload", http_status=500)
    says_failed(studio, "file_format_check_failed")
    post = take_step(post)
    assert (post.status, post.reason, post.code) == (
        "failed",
        Reason.TIKTOK_REFUSED,
        "file_format_check_failed",
    )


def test_one_that_waits_for_a_person_is_held(studio):
    post = begun(studio)
    studio.tiktok.fault("http", "upload", http_status=500)
    says_failed(studio, "auth_removed")
    post = take_step(post)
    assert (post.status, post.hold, attempts(post)[0].stage) == (
        "scheduled",
        Reason.NEEDS_RECONNECT,
        "abandoned",
    )


def test_an_id_that_tiktok_forgot_before_the_last_byte_costs_an_attempt_and_not_the_post(studio):
    post = begun(studio)
    studio.tiktok.fault("http", "upload", http_status=500)
    studio.tiktok.fault("error", "status", code="invalid_publish_id", http_status=400)
    post = take_step(take_step(post))
    assert (post.status, [attempt.stage for attempt in attempts(post)]) == (
        "scheduled",
        ["abandoned", "started"],
    )


# --- the init that posts


def account(studio):
    with workspace_scope(studio.workspace):
        studio.luna.refresh_from_db()
    return studio.luna


def until_held(post):
    for _ in range(12):
        post = take_step(post)
        if post.hold:
            return post
    raise AssertionError(story(post))


def test_a_token_that_tiktok_no_longer_takes_is_renewed_and_the_photos_go_out(studio, photos):
    studio.tiktok.fault("error", "photo_init", code="access_token_invalid", http_status=401)
    done = publish(photos())
    assert (done.status, [attempt.stage for attempt in attempts(done)]) == (
        "published",
        ["abandoned", "live"],
    )
    assert account(studio).status == AccountStatus.ACTIVE
    assert len(studio.tiktok.requests(endpoint="token")) == 1


def test_a_renewed_token_that_is_refused_too_ends_the_connection(studio, photos):
    studio.tiktok.fault("error", "photo_init", code="access_token_invalid", http_status=401, times=2)
    post = until_held(photos())
    assert (post.hold, account(studio).status) == (Reason.NEEDS_RECONNECT, AccountStatus.NEEDS_RECONNECT)
    assert len(studio.tiktok.requests(endpoint="photo_init")) == 2


def test_a_refusal_in_unknown_words_is_believed_where_nothing_was_fetched(studio, photos):
    studio.tiktok.fault("error", "photo_init", code="a_code_of_tomorrow", http_status=403)
    post = until_held(photos())
    assert (post.status, post.hold) == ("scheduled", Reason.APP_CONFIGURATION)


def test_and_is_a_lost_answer_where_the_files_were_fetched(studio, photos):
    studio.tiktok.fault("lose", "photo_init")
    post = run(photos(), until={"publishing"})
    [attempt] = attempts(post)
    eventually(lambda: rows_served(attempt))
    make_due(post)
    [wake_up] = dispatch.claim_post(post.pk)

    with workspace_scope(studio.workspace):
        lease = Lease.take(wake_up)
        assert lease is not None
        error = Refusal(code="a_code_of_tomorrow", http_status=403, surface=Surface.PHOTO_INIT)
        staged = Staged(lease, post, attempt, None, publish_nothing)
        answers: asyncio.Queue[Answered] = asyncio.Queue()
        answers.put_nowait(Answered(staged, database_now(), error=error))
    loop().spawn(evidence.keep(loop(), answers, 1)).result(10)

    assert (fresh(post).status, [row.stage for row in attempts(post)]) == ("publishing", ["committing"])
    assert ("answer_lost", "a_code_of_tomorrow") in story(post)


def rows_served(attempt) -> bool:
    with workspace_scope(attempt.workspace_id):
        return all(row.served_at for row in pulls.rows_of(attempt))


async def publish_nothing() -> None:
    raise AssertionError("It has been sent already.")


# --- a pause


def test_a_pause_that_comes_while_a_file_is_read_stops_the_init(studio, monkeypatch):
    read = starting.keep_ahead

    def read_slowly(*span):
        read(*span)
        switches.pause_workspace(workspace=studio.workspace, by=studio.alice)

    monkeypatch.setattr(starting, "keep_ahead", read_slowly)
    post = take_step(studio.post())
    assert studio.tiktok.requests(endpoint="video_init") == []
    assert take_step(post).hold == Reason.PAUSED
    assert attempts(fresh(post)) == []
