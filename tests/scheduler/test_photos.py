"""Photos, and videos that TikTok fetches: the init posts, so it is sent once, or again only on proof."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.core.files.storage import default_storage

from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import pulls, schedule
from scheduler.clock import database_now
from scheduler.models import Post, PublishAttempt
from scheduler.states import Reason, Stage, Way
from tests.factories import make_image_media, make_media, make_photo_post
from tests.scheduler import engine
from tests.scheduler.engine import attempts, fresh, publish, run, story, take_step
from tiktok.webhook_models import WebhookEvent

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def reachable(live_server, settings):
    """TikTok's side reaches us here."""
    settings.PUBLIC_BASE_URL = live_server.url
    return live_server.url


@pytest.fixture
def photos(studio, reachable):
    def post(count=2, **fields):
        return make_photo_post(studio.luna, fields.pop("images", count), studio.alice, **fields)

    return post


def entries(studio):
    return studio.tiktok.ledger()["publishes"]


def tell(studio, publish_id, *, at, event="post.publish.complete"):
    """TikTok's event about a publish of Luna's, as it was taken in."""
    return WebhookEvent.objects.create(
        digest=f"{publish_id}{event}",
        client_key=studio.luna.client_key,
        event=event,
        open_id=studio.luna.open_id,
        created_at=at,
        publish_id=publish_id,
    )


def committing(post):
    """Steps until the init has gone out."""
    return run(post, until={"publishing"})


# --- the ordinary way


def test_photos_are_fetched_and_posted_once_in_their_order(studio, photos):
    images = [make_image_media(studio.workspace) for _ in range(3)]
    done = publish(photos(images=images, title="Loaf", caption="Three of them", cover_index=1))
    assert done.status == "published"
    [entry] = entries(studio)
    assert (entry["kind"], entry["by_pull"], entry["inbox"]) == ("photo", True, False)
    assert [row["sha256"] for row in entry["pulled"]] == [image.sha256 for image in images]
    [attempt] = attempts(done)
    assert (attempt.way, attempt.stage, attempt.publish_id) == (Way.PULL, Stage.LIVE, entry["publish_id"])


def test_every_choice_about_photos_arrives_as_it_was_made(studio, photos):
    publish(photos(title="Loaf", caption="Crumb 🍞", privacy_level="SELF_ONLY", auto_add_music=True))
    [entry] = entries(studio)
    assert entry["post_info"] == {
        "title": "Loaf",
        "description": "Crumb 🍞",
        "privacy_level": "SELF_ONLY",
        "disable_comment": True,
        "auto_add_music": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
    }


def test_photos_never_go_out_before_their_instant(studio, photos):
    post = publish(photos(due_in=timedelta(seconds=2)))
    [entry] = entries(studio)
    assert 0 <= entry["committed_at"] - post.due_at.timestamp() < 2


def test_photos_of_a_server_that_lost_its_app_are_held_with_the_reason(studio, photos, settings):
    post = take_step(photos(due_in=timedelta(seconds=50)))
    settings.TIKTOK_CLIENT_KEY = ""
    held = take_step(post)
    assert (held.status, held.hold) == ("scheduled", Reason.APP_CONFIGURATION)
    assert entries(studio) == []


def test_photos_that_may_be_out_are_never_held_when_a_server_loses_its_app(studio, photos, settings):
    post = take_step(photos(due_in=timedelta(seconds=50)))
    with cross_tenant(CrossTenant.SEED):  # as a worker that was killed after its intent leaves them
        Post.objects.filter(pk=post.pk).update(status="publishing")
        PublishAttempt.objects.filter(post=post).update(
            stage=Stage.COMMITTING, commit_intent_at=database_now()
        )
    settings.TIKTOK_CLIENT_KEY = ""
    asked = take_step(post)
    assert (asked.status, asked.hold, asked.next_step) == ("publishing", "", "ask")


def test_nothing_reaches_tiktok_while_photos_wait_for_their_time(studio, photos):
    post = take_step(photos(due_in=timedelta(seconds=50)))
    [attempt] = attempts(post)
    assert (post.status, post.next_step, attempt.stage) == ("scheduled", "commit", Stage.STAGED)
    assert entries(studio) == []


def test_a_video_is_fetched_where_the_install_says_so(studio, reachable, settings):
    settings.TIKTOK_VIDEO_SOURCE = "pull_from_url"
    clip = make_media(studio.workspace)
    assert publish(studio.post(media=clip)).status == "published"
    [entry] = entries(studio)
    assert (entry["kind"], entry["by_pull"], entry["sha256"]) == ("video", True, clip.sha256)


def test_a_photo_that_changed_since_it_was_agreed_to_is_not_sent(studio, photos):
    images = [make_image_media(studio.workspace) for _ in range(2)]
    post = photos(images=images)
    with default_storage.open(images[1].storage_key, "r+b") as stored:
        stored.write(b"x")
    done = publish(post)
    assert (done.status, done.reason) == ("failed", Reason.MEDIA_CHANGED)
    assert entries(studio) == []


def test_an_edit_after_the_preparation_starts_over(studio, photos):
    post = take_step(photos(due_in=timedelta(seconds=50)))
    with workspace_scope(post.workspace_id):
        PublishAttempt.objects.filter(post=post).update(content_digest="0" * 64)
    for _ in range(3):  # given back by the clock, dropped, prepared anew
        post = take_step(post)
    assert [attempt.stage for attempt in attempts(post)] == [Stage.ABANDONED, Stage.STAGED]


def test_photos_that_were_kept_waiting_are_checked_again(studio, photos):
    """Prepared for their time, then paused: what the creator allowed then may be gone."""
    post = take_step(photos(due_in=timedelta(seconds=50)))
    engine.age(post, timedelta(minutes=7))
    done = publish(post)
    assert done.status == "published"
    assert [attempt.stage for attempt in attempts(done)] == [Stage.ABANDONED, Stage.LIVE]
    assert len(studio.tiktok.requests(endpoint="creator_info")) == 2


# --- the answer to the init is lost


@pytest.mark.parametrize("kind", ["lose", "malformed"])
def test_a_lost_answer_before_any_fetch_closes_the_files_and_begins_again(studio, photos, kind):
    """TikTok got the init, and comes too late: every address of it is closed for good."""
    studio.tiktok.control(settings={"pull_delay_seconds": 600.0})
    studio.tiktok.fault(kind, endpoint="photo_init")
    post = committing(photos())
    [lost] = attempts(post)
    assert (lost.stage, lost.publish_id) == (Stage.COMMITTING, "")
    studio.tiktok.control(settings={"pull_delay_seconds": 0.0})
    done = publish(post)
    assert done.status == "published"
    assert [attempt.stage for attempt in attempts(done)] == [Stage.ABANDONED, Stage.LIVE]
    assert ("attempt_ended", Reason.NEVER_FETCHED) in story(done)
    assert studio.tiktok.posts_on_page("luna.bakes") == 1


def test_an_init_that_never_arrived_is_sent_again(studio, photos):
    studio.tiktok.fault("lose", endpoint="photo_init", effect=False)
    done = publish(photos())
    assert done.status == "published"
    assert studio.tiktok.posts_on_page("luna.bakes") == 1


def test_a_lost_answer_after_a_fetch_is_never_followed_by_a_second_init(studio, photos):
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(photos())
    wait_for_fetch(post)
    for _ in range(4):
        post = take_step(post)
    assert post.status == "publishing"
    assert len(attempts(post)) == 1
    assert studio.tiktok.posts_on_page("luna.bakes") == 1


def test_the_event_of_tiktok_names_the_id_of_a_lost_init(studio, photos):
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(photos())
    wait_for_fetch(post)
    [entry] = entries(studio)
    tell(studio, entry["publish_id"], at=database_now())
    done = publish(post)
    assert done.status == "published"
    assert [attempt.publish_id for attempt in attempts(done)] == [entry["publish_id"]]


def test_an_event_is_not_adopted_where_another_lost_init_could_own_it(studio, photos):
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(photos())
    wait_for_fetch(post)
    rival = photos(due_in=timedelta(days=1))
    with workspace_scope(rival.workspace_id):
        PublishAttempt.objects.create(
            workspace_id=rival.workspace_id,
            post=rival,
            account_id=rival.account_id,
            number=1,
            way=Way.PULL,
            stage=Stage.ABANDONED,
            content_digest=rival.consent_digest,
        )
    tell(studio, entries(studio)[0]["publish_id"], at=database_now())
    assert take_step(post).status == "publishing"
    assert attempts(post)[0].publish_id == ""


def fetched_after_a_fenced_one(studio, photos):
    """A post whose first init was lost and fenced, and whose second was lost and fetched; the two ids."""
    studio.tiktok.control(settings={"pull_delay_seconds": 600.0})
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(photos())
    [first] = entries(studio)
    studio.tiktok.control(settings={"pull_delay_seconds": 0.0})
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(take_step(post))
    wait_for_fetch(post)
    [second] = [entry for entry in entries(studio) if entry["publish_id"] != first["publish_id"]]
    assert [attempt.stage for attempt in attempts(post)] == [Stage.ABANDONED, Stage.COMMITTING]
    return post, first["publish_id"], second["publish_id"]


def test_an_attempt_that_was_fenced_is_no_rival_for_a_success(studio, photos):
    """Two kills on one post: what was never fetched can only have failed, so the other id is this attempt's."""
    post, dead, ours = fetched_after_a_fenced_one(studio, photos)
    tell(studio, dead, at=database_now(), event="post.publish.failed")
    tell(studio, ours, at=database_now())
    done = publish(post)
    assert done.status == "published"
    assert attempts(done)[-1].publish_id == ours
    assert studio.tiktok.posts_on_page("luna.bakes") == 1


def test_a_failure_may_be_that_of_a_fenced_attempt_so_it_names_nothing(studio, photos):
    """Taken for ours, it would have a post that is live sent once more."""
    post, dead, _ = fetched_after_a_fenced_one(studio, photos)
    tell(studio, dead, at=database_now(), event="post.publish.failed")
    post = take_step(post)
    assert (post.status, attempts(post)[-1].publish_id) == ("publishing", "")


def test_of_two_unknown_ids_none_is_adopted(studio, photos):
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(photos())
    wait_for_fetch(post)
    for publish_id in (entries(studio)[0]["publish_id"], "p_pub_url~another"):
        tell(studio, publish_id, at=database_now())
    take_step(post)
    assert attempts(post)[0].publish_id == ""


def test_without_a_word_a_person_is_asked_and_a_late_event_still_settles_it(studio, photos):
    studio.tiktok.fault("lose", endpoint="photo_init")
    post = committing(photos())
    wait_for_fetch(post)
    sent = attempts(post)[0].commit_intent_at
    engine.age(post, timedelta(minutes=75))
    post = take_step(post)
    assert (post.status, post.reason) == ("needs_check", Reason.OUTCOME_UNKNOWN)
    assert post.next_step_at is not None
    tell(studio, entries(studio)[0]["publish_id"], at=sent - timedelta(minutes=75))
    assert publish(run(post, until={"published", "needs_check"})).status == "published"


# --- TikTok refuses, fails, or does not end


def test_a_refused_init_leaves_nothing_behind(studio, photos):
    studio.tiktok.fault(
        "error", endpoint="photo_init", code="spam_risk_user_banned_from_posting", http_status=403
    )
    done = publish(photos())
    assert done.status == "failed"
    assert entries(studio) == []


def test_a_failed_fetch_is_tried_again_a_limited_number_of_times(studio, photos, monkeypatch):
    monkeypatch.setattr(schedule, "MAX_TROUBLES", 3)
    studio.tiktok.fault("fail", fail_reason="photo_pull_failed", times=50)
    done = publish(photos())
    assert (done.status, done.code, len(attempts(done))) == ("failed", "photo_pull_failed", 3)
    assert studio.tiktok.posts_on_page("luna.bakes") == 0


def test_a_fetch_that_never_ends_is_stopped_after_its_hour(studio, photos):
    studio.tiktok.fault("stall_pull")
    post = take_step(committing(photos()))
    [attempt] = attempts(post)
    assert attempt.tiktok_status == "PROCESSING_DOWNLOAD"
    engine.age(post, timedelta(minutes=75))
    done = publish(post)
    assert (done.status, done.reason) == ("failed", Reason.PULL_STUCK)
    assert studio.tiktok.posts_on_page("luna.bakes") == 0


def wait_for_fetch(post):
    """Until TikTok's side has fetched everything of the post's attempt."""
    deadline = time.monotonic() + 10
    while True:
        with workspace_scope(post.workspace_id):
            if all(row.served_at for row in pulls.rows_of(attempts(fresh(post))[-1])):
                return
        assert time.monotonic() < deadline, "TikTok never fetched"
        time.sleep(0.02)  # the fetch is another process's; nothing here to await
