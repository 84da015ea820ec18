"""What was given up as never posted, and turns out to be out: it is taken up again, and nothing is sent twice."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.tenancy import workspace_scope
from scheduler import answers, authoring
from scheduler.clock import database_now
from scheduler.states import Reason
from tests.factories import make_account
from tests.scheduler import engine
from tests.scheduler.engine import attempts, fresh, publish, run, take_step
from tiktok.sessions import client_for
from tiktok.signals import publish_news

pytestmark = pytest.mark.django_db(transaction=True)

ALWAYS = 50


def says(studio, status: str, **data: object) -> None:
    """From now on TikTok answers every question about a status so."""
    body = {"data": {"status": status} | data, "error": {"code": "ok", "message": "", "log_id": "L1"}}
    studio.tiktok.fault("http", "status", http_status=200, body=json.dumps(body), times=ALWAYS)


@pytest.fixture
def denied(studio):
    """A post that TikTok went on processing for a day, and that a person did not find on the page."""
    studio.tiktok.fault("stuck")
    post = run(studio.post(), until={"publishing"})
    engine.age(post, timedelta(hours=25))
    post = take_step(post)
    with workspace_scope(studio.workspace):
        post = answers.is_not_live(post=post, by=studio.alice, sure=True)
    assert (post.status, post.reason) == ("failed", Reason.PERSON_SAYS_NOT_LIVE)
    return post


def again(studio, post):
    """Somebody presses Post now."""
    with workspace_scope(studio.workspace):
        return authoring.retry(post=post, by=studio.alice)


def hear(studio, event: str, publish_id: str):
    with workspace_scope(studio.workspace):
        publish_news.send(
            sender=None,
            account=studio.luna,
            event=event,
            publish_id=publish_id,
            post_ids=(),
            at=database_now(),
        )


def inits(studio) -> int:
    return len(studio.tiktok.requests(endpoint="video_init"))


# --- asked before anything new is opened


def test_a_post_that_is_out_after_all_is_not_sent_again(studio, denied):
    says(studio, "PUBLISH_COMPLETE", publicaly_available_post_id=[7301234567890123456])
    done = publish(again(studio, denied))
    [attempt] = attempts(done)
    assert (done.status, attempt.stage, inits(studio)) == ("published", "live", 1)
    assert attempt.post_ids == ["7301234567890123456"]


def test_a_draft_that_is_in_the_inbox_after_all_is_not_sent_again(studio, denied):
    says(studio, "SEND_TO_USER_INBOX")
    done = run(again(studio, denied), until={"in_inbox"})
    assert (len(attempts(done)), inits(studio)) == (1, 1)


@pytest.mark.parametrize("status", ["PROCESSING_UPLOAD", "FAILED"])
def test_what_is_not_out_by_tiktoks_word_is_sent_again(studio, denied, status):
    says(studio, status, **({"fail_reason": "internal"} if status == "FAILED" else {"uploaded_bytes": 0}))
    take_step(again(studio, denied))
    studio.tiktok.control(clear_faults=True)
    done = publish(denied)
    assert (done.status, [attempt.stage for attempt in attempts(done)]) == (
        "published",
        ["abandoned", "live"],
    )


def test_an_id_that_tiktok_does_not_know_stops_nothing(studio, denied):
    studio.tiktok.fault("error", "status", code="invalid_publish_id", http_status=400)
    done = publish(again(studio, denied))
    assert (done.status, len(attempts(done))) == ("published", 2)


def test_without_an_answer_nothing_is_opened(studio, denied):
    studio.tiktok.fault("http", "status", http_status=503, times=2)
    waiting = take_step(again(studio, denied))
    assert (waiting.status, waiting.troubles, inits(studio)) == ("scheduled", 1, 1)
    assert publish(waiting).status == "published"


def test_an_edited_post_is_asked_about_too(studio, denied):
    with workspace_scope(studio.workspace):
        edited = authoring.edit(
            post=denied, version=denied.version, by=studio.alice, fields={"caption": "Miracle loaf, again"}
        )
        creator = client_for(studio.luna).creator_info()
        authoring.publish_now(post=edited, by=studio.alice, creator=creator)
    says(studio, "PUBLISH_COMPLETE")
    done = publish(fresh(denied))
    assert (done.status, inits(studio)) == ("published", 1)


def test_a_post_that_goes_to_another_creator_now_does_not_ask_about_the_first_ones(studio, denied):
    fern = make_account(studio.workspace, studio.tiktok, "fernandfold")
    with workspace_scope(studio.workspace):
        edited = authoring.edit(
            post=denied, version=denied.version, by=studio.alice, fields={"account": fern}
        )
        creator = client_for(fern).creator_info()
        authoring.publish_now(post=edited, by=studio.alice, creator=creator)
    done = publish(fresh(denied))
    assert (done.status, [attempt.stage for attempt in attempts(done)]) == (
        "published",
        ["abandoned", "live"],
    )
    with workspace_scope(studio.workspace):
        fern.refresh_from_db()
    assert fern.is_active


# --- told by TikTok


@pytest.mark.parametrize(
    "event", ["post.publish.complete", "post.publish.inbox_delivered", "post.publish.publicly_available"]
)
def test_an_event_brings_back_what_a_person_did_not_find(studio, denied, event):
    says(studio, "PUBLISH_COMPLETE")
    hear(studio, event, attempts(denied)[0].publish_id)
    assert fresh(denied).status == "publishing"
    assert publish(denied).status == "published"
    assert len(attempts(denied)) == 1


@pytest.mark.parametrize("event", ["post.publish.failed", "post.publish.no_longer_publicaly_available"])
def test_other_events_change_nothing(studio, denied, event):
    hear(studio, event, attempts(denied)[0].publish_id)
    assert fresh(denied).status == "failed"


def test_an_event_about_another_post_changes_nothing(studio, denied):
    hear(studio, "post.publish.complete", "v_pub_file~v2-1.404")
    assert fresh(denied).status == "failed"


def test_a_post_that_failed_by_tiktoks_word_stays_failed(studio):
    studio.tiktok.fault("fail", fail_reason="file_format_check_failed")
    failed = publish(studio.post())
    hear(studio, "post.publish.complete", attempts(failed)[0].publish_id)
    assert fresh(failed).status == "failed"
