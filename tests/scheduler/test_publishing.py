"""A direct video post from due to done, against the sandbox over HTTP: the ordinary way, and each way it can bend."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction

from accounts.models import AuditEvent
from accounts.tenancy import workspace_scope
from scheduler import authoring, dispatch, explaining, links, notices, pacing, schedule, switches
from scheduler.asking import ask_again
from scheduler.clock import Clock, database_now
from scheduler.lease import Lease
from scheduler.models import Post, PostEvent
from scheduler.recovery import after_crash
from scheduler.schedule import MAX_TROUBLES
from scheduler.states import LaneKind, PostStatus, Reason
from scheduler.transitions import LostRace, keep
from scheduler.work import Work
from tests.scheduler.engine import age, attempts, fresh, publish, run, story, take_step
from tests.tiktok.sandbox.caller import eventually
from tiktok import notices as account_notices
from tiktok.sessions import client_for
from tiktok.signals import account_connected, account_disconnected

SIX_MEGABYTES_TWICE = 12_000_000


def posts(studio, creator="luna.bakes"):
    return studio.tiktok.ledger()["creators"].get(creator, {}).get("posts", 0)


# --- the ordinary way


def test_a_due_post_is_published_once_and_knows_its_public_id(studio):
    done = publish(studio.post())
    assert (done.status, posts(studio)) == ("published", 1)
    [attempt] = attempts(done)
    [entry] = studio.tiktok.ledger()["publishes"]
    assert attempt.publish_id == entry["publish_id"]
    assert entry["sha256"] == done.media.sha256


def test_every_choice_arrives_at_tiktok_as_it_was_made(studio):
    publish(
        studio.post(
            caption="Fern #plants",
            allow_comment=True,
            disclose=True,
            brand_organic=True,
            is_aigc=True,
            cover_timestamp_ms=500,
        )
    )
    [entry] = studio.tiktok.ledger()["publishes"]
    assert entry["post_info"] == {
        "title": "Fern #plants",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": False,
        "disable_duet": True,
        "disable_stitch": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": True,
        "is_aigc": True,
        "video_cover_timestamp_ms": 500,
    }


def test_the_timeline_tells_each_step_in_order(studio):
    done = publish(studio.post())
    kinds = [kind for kind, _ in story(done)]
    assert kinds == ["created", "attempt_started", "moved", "last_byte_sent", "moved"]


def test_a_large_video_is_sent_ahead_and_stays_scheduled_until_its_time(studio):
    waiting = studio.post(pad_to=SIX_MEGABYTES_TWICE, due_in=timedelta(seconds=75))
    for _ in range(2):
        waiting = take_step(waiting)
    [attempt] = attempts(waiting)
    assert (waiting.status, attempt.stage, attempt.chunks_sent) == ("scheduled", "staged", 1)
    assert posts(studio) == 0


def test_a_post_whose_bytes_are_all_at_tiktok_but_the_last_goes_straight_to_the_clock(studio):
    ready = take_step(studio.post(due_in=timedelta(seconds=75)))
    assert (ready.next_step, ready.next_step_at) == ("commit", ready.due_at - schedule.COMMIT_LEAD)


def test_what_was_sent_long_ahead_asks_for_the_creator_once_more(studio):
    waiting = studio.post(pad_to=40_000_000, due_in=timedelta(seconds=99))
    for _ in range(2):
        waiting = take_step(waiting)
    assert (waiting.next_step, waiting.next_step_at) == ("start", waiting.due_at - schedule.RECHECK_LEAD)


def test_nothing_is_sent_before_the_sending_ahead_begins(studio):
    far = take_step(studio.post(due_in=timedelta(hours=2)))
    assert far.status == "scheduled"
    assert studio.tiktok.requests() == []
    assert far.next_step_at < far.due_at


def test_a_post_is_never_committed_before_its_instant(studio):
    done = publish(studio.post(due_in=timedelta(seconds=3)))
    [entry] = studio.tiktok.ledger()["publishes"]
    assert 0 <= entry["committed_at"] - done.due_at.timestamp() < 2


def test_a_private_post_waits_for_no_link(studio):
    done = publish(studio.post(privacy_level="SELF_ONLY"))
    assert (done.status, done.next_step_at, attempts(done)[0].post_ids) == ("published", None, [])


def test_a_link_that_comes_after_moderation_is_found_later(studio):
    studio.tiktok.control(settings={"moderation_seconds": 1.0, "limits": {"status": None}})
    done = publish(studio.post())
    assert (attempts(done)[0].post_ids, done.next_step_at is None) == ([], False)
    [entry] = studio.tiktok.ledger()["publishes"]
    eventually(
        lambda: time.time() > entry["committed_at"] + 2
    )  # asking all the while would meet our own pacing
    done = take_step(take_step(done))  # the id, then the link
    [post_id] = attempts(done)[0].post_ids
    assert post_id.isdigit()
    assert done.next_step_at is None


def test_the_search_for_a_link_grows_slower_and_ends_after_a_week(studio):
    studio.tiktok.control(settings={"moderation_seconds": 10**6})
    done = publish(studio.post())
    for days, hours in ((2, 6), (4, 6)):
        age(done, timedelta(days=days))
        done = take_step(done)
        wait = done.next_step_at - database_now()
        assert timedelta(hours=hours - 0.1) < wait < timedelta(hours=hours + 0.1)
    age(done, timedelta(days=2))
    done = take_step(done)
    assert (done.status, done.next_step_at) == ("published", None)


def test_a_link_is_looked_for_also_when_its_id_came_after_the_week(studio):
    studio.tiktok.control(settings={"moderation_seconds": 10**6})
    done = publish(studio.post())
    age(done, timedelta(days=8))
    done = take_step(done)
    assert done.next_step_at is None
    with workspace_scope(studio.workspace):
        links.note_public(
            account=studio.luna,
            publish_id=attempts(done)[0].publish_id,
            post_ids=["7500000000000000001"],
            is_public=True,
            at=database_now(),
        )
    done = take_step(done)
    assert len(studio.tiktok.requests(endpoint="video_query")) == 1
    assert timedelta(0) < done.next_step_at - database_now() < timedelta(hours=2)


# --- a lost answer is never a second post


def test_a_lost_answer_to_the_init_costs_an_attempt_and_nothing_else(studio):
    studio.tiktok.fault("lose", "video_init")
    done = publish(studio.post())
    assert [attempt.stage for attempt in attempts(done)] == ["abandoned", "live"]
    assert posts(studio) == 1


@pytest.mark.parametrize("kind", ["lose", "malformed"])
def test_a_lost_answer_to_the_last_chunk_is_settled_by_asking(studio, kind):
    studio.tiktok.fault(kind, "commit")
    done = publish(studio.post())
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def test_a_last_chunk_that_never_arrived_goes_to_the_same_id(studio):
    studio.tiktok.fault("lose", "commit", effect=False)
    done = publish(studio.post())
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)
    assert attempts(done)[0].commits == 2


def test_an_expired_upload_with_missing_bytes_begins_again_under_a_new_id(studio):
    studio.tiktok.fault("lose", "commit", effect=False)
    waiting = run(studio.post(), until={"publishing"})
    studio.tiktok.fault("expire_upload", "commit")
    waiting = take_step(waiting)
    age(waiting, timedelta(minutes=40))
    age(waiting, timedelta(minutes=30))
    with workspace_scope(waiting.workspace_id):
        Post.objects.filter(workspace_id=waiting.workspace_id, pk=waiting.pk).update(due_at=database_now())
    done = publish(waiting)
    assert (done.status, posts(studio)) == ("published", 1)
    assert [attempt.stage for attempt in attempts(done)] == ["abandoned", "live"]


def test_an_upload_that_tiktok_never_reports_on_asks_a_person_after_a_day(studio):
    studio.tiktok.fault("stuck")
    waiting = run(studio.post(), until={"publishing"})
    age(waiting, timedelta(hours=25))
    asked = publish(waiting)
    assert (asked.status, asked.reason) == ("needs_check", Reason.STILL_PROCESSING)
    assert asked.next_step_at is not None  # TikTok's word still settles it


def test_a_status_fetch_that_fails_repeats_the_question_and_not_the_post(studio):
    studio.tiktok.fault("http", "status", times=3, http_status=503)
    done = publish(studio.post())
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def test_a_chunk_lost_while_sending_ahead_is_sent_again(studio):
    studio.tiktok.fault("lose", "upload", effect=False)
    done = publish(studio.post(pad_to=SIX_MEGABYTES_TWICE))
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def test_a_chunk_accepted_whose_answer_was_lost_is_not_sent_twice(studio):
    studio.tiktok.fault("lose", "upload")
    done = publish(studio.post(pad_to=SIX_MEGABYTES_TWICE))
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def test_an_upload_url_that_dies_while_sending_ahead_costs_an_attempt(studio):
    studio.tiktok.fault("expire_upload", "upload")
    done = publish(studio.post(pad_to=SIX_MEGABYTES_TWICE))
    assert [attempt.stage for attempt in attempts(done)] == ["abandoned", "live"]
    assert posts(studio) == 1


# --- what TikTok refuses


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("file_format_check_failed", "failed"),
        ("duration_check_failed", "failed"),
        ("frame_rate_check_failed", "failed"),
        ("picture_size_check_failed", "failed"),
        ("spam_risk_text", "failed"),
        ("spam_risk", "failed"),
        ("spam_risk_user_banned_from_posting", "failed"),
        ("publish_cancelled", "failed"),
        ("something_new", "failed"),
    ],
)
def test_a_final_fail_reason_is_told_with_its_code_and_never_retried(studio, reason, status):
    studio.tiktok.fault("fail", fail_reason=reason)
    done = publish(studio.post())
    assert (done.status, done.code, len(attempts(done))) == (status, reason, 1)
    told = explaining.explain(done)
    assert told is not None
    assert reason not in f"{told.title} {told.sentence}"


def test_a_fail_reason_that_may_pass_gets_a_new_id(studio):
    studio.tiktok.fault("fail", fail_reason="internal")
    done = publish(studio.post())
    assert [attempt.stage for attempt in attempts(done)] == ["refused", "live"]
    assert posts(studio) == 1


@pytest.mark.parametrize(
    ("reason", "hold"),
    [("auth_removed", Reason.NEEDS_RECONNECT), ("spam_risk_too_many_posts", Reason.DAILY_CAP)],
)
def test_a_fail_reason_that_time_or_a_person_mends_holds_the_post(studio, reason, hold):
    studio.tiktok.fault("fail", fail_reason=reason)
    waiting = run(studio.post(), until={"publishing"})
    waiting = take_step(waiting)
    assert (waiting.status, waiting.hold) == ("scheduled", hold)


def removed_while_processing(studio):
    """TikTok says of a post that its creator removed us while it was processed."""
    studio.tiktok.fault("fail", fail_reason="auth_removed")
    post = take_step(run(studio.post(), until={"publishing"}))
    assert (post.status, post.code) == ("scheduled", "auth_removed")
    return post


def test_a_creator_who_removed_us_during_processing_is_lost_and_the_owners_are_told(
    studio, mailoutbox, monkeypatch
):
    monkeypatch.setattr(account_notices.mail_owners, "delay", account_notices.mail_owners)
    post = removed_while_processing(studio)
    other = studio.post(due_in=timedelta(days=1))
    studio.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    post = take_step(post)
    assert (post.hold, post.account.status) == (Reason.NEEDS_RECONNECT, "needs_reconnect")
    assert fresh(other).hold == Reason.NEEDS_RECONNECT
    assert len(mailoutbox) == 1
    assert posts(studio) == 0


def test_after_a_removal_nothing_is_sent_again_by_itself_though_the_token_still_works(studio):
    post = removed_while_processing(studio)
    for _ in range(3):
        post = take_step(post)
        assert (post.hold, post.code, post.account.status) == (
            Reason.NEEDS_RECONNECT,
            "auth_removed",
            "active",
        )
        assert post.next_step_at > database_now() + timedelta(minutes=5)
    assert len(attempts(post)) == 1


def test_a_pause_does_not_make_a_removal_forgotten(studio):
    post = removed_while_processing(studio)
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    post = take_step(post)
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)
    for _ in range(3):
        post = take_step(post)
    assert (post.hold, post.code) == (Reason.NEEDS_RECONNECT, "auth_removed")
    assert len(attempts(post)) == 1


def test_a_post_whose_creator_came_back_during_a_pause_waits_for_its_end(studio):
    post = removed_while_processing(studio)
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    with workspace_scope(studio.workspace):
        post.account.connected_at = database_now()
        post.account.save()
    post = take_step(take_step(post))
    assert (post.hold, len(attempts(post))) == (Reason.PAUSED, 1)
    switches.resume_workspace(workspace=studio.workspace, by=studio.alice)
    assert publish(fresh(post)).status == "published"


def test_a_removal_that_tiktok_does_not_answer_for_is_looked_at_again(studio):
    post = removed_while_processing(studio)
    studio.tiktok.fault("http", "user_info", http_status=503)
    post = take_step(post)
    assert (post.hold, post.account.status, post.troubles) == (Reason.NEEDS_RECONNECT, "active", 0)


def test_once_the_creator_has_connected_again_the_post_goes_out(studio):
    post = removed_while_processing(studio)
    with workspace_scope(studio.workspace):
        account = post.account
        account.connected_at = database_now()
        account.save()
    assert publish(post).status == "published"
    assert posts(studio) == 1


@pytest.mark.parametrize(
    ("code", "status", "hold"),
    [
        ("spam_risk_too_many_posts", 403, Reason.DAILY_CAP),
        ("reached_active_user_cap", 403, Reason.APP_CAP),
        ("unaudited_client_can_only_post_to_private_accounts", 403, Reason.APP_CONFIGURATION),
        ("scope_not_authorized", 401, Reason.SCOPE_MISSING),
        ("a_code_of_tomorrow", 403, Reason.APP_CONFIGURATION),
    ],
)
def test_a_refused_init_that_is_not_the_posts_fault_holds_it(studio, code, status, hold):
    studio.tiktok.fault("error", "video_init", code=code, http_status=status)
    waiting = take_step(studio.post())
    assert (waiting.status, waiting.hold, waiting.code) == ("scheduled", hold, code)
    assert waiting.next_step_at is not None


@pytest.mark.parametrize("code", ["privacy_level_option_mismatch", "spam_risk_user_banned_from_posting"])
def test_a_refused_init_that_only_a_person_mends_fails_the_post(studio, code):
    studio.tiktok.fault("error", "video_init", code=code, http_status=403)
    done = take_step(studio.post())
    assert (done.status, done.code, posts(studio)) == ("failed", code, 0)


def test_a_rate_limit_is_waited_out_without_using_up_tries(studio):
    studio.tiktok.fault("error", "video_init", code="rate_limit_exceeded", http_status=429)
    waiting = take_step(studio.post())
    assert (waiting.status, waiting.hold, waiting.troubles) == ("scheduled", "", 0)
    assert waiting.next_step_at > database_now() + timedelta(seconds=55)


@pytest.mark.parametrize(
    ("code", "status", "advice", "waits"),
    [
        ("rate_limit_exceeded", 429, 30, 65),  # seconds: our own minute is longer
        ("rate_limit_exceeded", 429, 600, 600),
        ("internal_error", 503, 600, 600),
        ("spam_risk_too_many_posts", 403, 7200, 3600),  # missed by then, which its owner has to hear
        ("spam_risk_too_many_posts", 403, 3650, 3650),
    ],
)
def test_as_long_as_tiktok_asks_to_wait_nothing_is_sent(studio, code, status, advice, waits):
    studio.tiktok.fault("error", "video_init", code=code, http_status=status, retry_after=advice)
    post = studio.post()
    waiting = take_step(post)
    assert waiting.status == "scheduled"
    wait = (waiting.next_step_at - database_now()).total_seconds()
    assert waits - 10 < wait <= waits + (61 if code.startswith("spam") else 0)


@pytest.mark.parametrize(("advice", "waits"), [(600, 600), (1, 10), (None, 10)])
def test_a_question_is_not_repeated_before_tiktok_wants_it(studio, advice, waits):
    post = run(studio.post(), until={"publishing"})
    with workspace_scope(studio.workspace):
        work = Work(Lease(post.pk, post.fence), Clock.measure(), post, post.media, attempts(post)[0])
        ask_again(work, Reason.OUTCOME_UNKNOWN, advice=advice)
    wait = (fresh(post).next_step_at - database_now()).total_seconds()
    assert waits - 5 < wait <= waits


def test_trouble_without_end_fails_the_post_with_a_sentence(studio):
    studio.tiktok.fault("http", "creator_info", times=100, http_status=500)
    done = publish(studio.post())
    assert (done.status, done.reason, posts(studio)) == ("failed", Reason.TIKTOK_TROUBLE, 0)


def test_creators_who_cannot_post_now_are_told_apart_despite_http_200(studio):
    studio.tiktok.fault("error", "creator_info", code="spam_risk_too_many_posts", http_status=200)
    waiting = take_step(studio.post())
    assert (waiting.status, waiting.hold) == ("scheduled", Reason.DAILY_CAP)


def test_an_audience_that_is_gone_stops_the_post_before_anything_is_sent(studio):
    studio.tiktok.control(creators={"luna.bakes": {"private": True}})
    done = take_step(studio.post())
    assert (done.status, done.reason) == ("failed", Reason.PRIVACY_GONE)
    assert studio.tiktok.ledger()["publishes"] == []


# --- what changed on our side


def test_a_file_that_changed_since_it_was_agreed_to_is_not_sent(studio):
    post = studio.post()
    with Path(default_storage.path(fresh(post).media.storage_key)).open("r+b") as stored:
        stored.seek(100)
        stored.write(b"changed")
    done = take_step(post)
    assert (done.status, done.reason) == ("failed", Reason.MEDIA_CHANGED)
    assert studio.tiktok.requests() == []


def test_a_file_that_is_gone_is_named(studio):
    post = studio.post()
    default_storage.delete(fresh(post).media.storage_key)
    assert take_step(post).reason == Reason.MEDIA_MISSING


def test_an_hour_late_is_missed_and_nothing_is_sent(studio):
    done = take_step(studio.post(due_in=timedelta(minutes=-61)))
    assert (done.status, done.reason, studio.tiktok.requests()) == ("missed", Reason.LATE, [])


def test_half_an_hour_late_still_goes_out(studio):
    assert publish(studio.post(due_in=timedelta(minutes=-30))).status == "published"


def test_an_edit_after_sending_ahead_drops_what_was_sent(studio):
    post = studio.post(due_in=timedelta(seconds=60))
    post = take_step(post)
    with workspace_scope(studio.workspace):
        edited = authoring.edit(
            post=post, version=post.version, by=studio.alice, fields={"caption": "Better"}
        )
        creator = _creator(edited)
        authoring.publish_now(post=edited, by=studio.alice, creator=creator)
    done = publish(fresh(post))
    [entry] = [e for e in studio.tiktok.ledger()["publishes"] if e["committed_at"]]
    assert (done.status, entry["caption"], posts(studio)) == ("published", "Better", 1)


def test_a_cancel_before_the_commit_wins(studio):
    post = take_step(studio.post(due_in=timedelta(seconds=60)))
    with workspace_scope(studio.workspace):
        authoring.cancel(post=post, by=studio.alice)
    stopped = take_step_if_due(post)
    assert (stopped.status, posts(studio)) == ("cancelled", 0)


def test_a_reschedule_after_sending_ahead_keeps_what_was_sent(studio):
    post = take_step(studio.post(due_in=timedelta(seconds=60)))
    sooner = database_now() + timedelta(seconds=2)
    with workspace_scope(studio.workspace):
        authoring.reschedule(
            post=post,
            version=post.version,
            by=studio.alice,
            due_at=sooner,
            due_local="2026-11-20T12:30:00",
            due_zone="UTC",
        )
    done = publish(fresh(post))
    assert (done.status, len(attempts(done)), posts(studio)) == ("published", 1, 1)


def take_step_if_due(post):
    assert dispatch.claim_post(post.pk) == []
    return fresh(post)


def _creator(post):
    return client_for(post.account).creator_info()


# --- leases and fences


def test_a_wake_up_delivered_twice_does_its_work_once(studio):
    post = studio.post()
    (wake_up,) = dispatch.claim_post(post.pk)
    with workspace_scope(post.workspace_id):
        assert Lease.take(wake_up) is not None
        assert Lease.take(wake_up) is None


def test_two_dispatchers_claim_a_due_post_once(studio):
    studio.post()
    assert len(dispatch.claim_lanes(LaneKind.CALLS)) == 1
    assert dispatch.claim_lanes(LaneKind.CALLS) == []


def test_a_worker_that_was_overtaken_writes_nothing(studio):
    post = studio.post()
    (wake_up,) = dispatch.claim_post(post.pk)
    with workspace_scope(post.workspace_id):
        Lease.take(wake_up)
        stale = fresh(post)
        with pytest.raises(LostRace):
            keep(stale, fence=wake_up.fence, next_step_at=None)


def test_a_post_in_any_engine_driven_status_always_has_a_next_step(studio):
    post = studio.post()
    with workspace_scope(studio.workspace), pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(workspace=studio.workspace, pk=post.pk).update(next_step_at=None)


# --- a person decides


def test_a_persons_answer_settles_an_unknown_outcome_both_ways(studio):
    for verb, status in ((authoring.answer_live, "published"), (authoring.answer_not_live, "failed")):
        studio.tiktok.fault("stuck")
        waiting = run(studio.post(), until={"publishing"})
        age(waiting, timedelta(hours=25))
        asked = publish(waiting)
        with workspace_scope(studio.workspace):
            verb(post=asked, by=studio.alice)
        assert fresh(asked).status == status


def test_a_failed_post_can_be_tried_again_and_goes_out_once(studio):
    studio.tiktok.fault("fail", fail_reason="spam_risk")
    failed = publish(studio.post())
    with workspace_scope(studio.workspace):
        authoring.retry(post=failed, by=studio.alice)
    done = publish(fresh(failed))
    assert (done.status, posts(studio)) == (PostStatus.PUBLISHED, 1)


# --- the owner is told


def test_the_person_who_agreed_is_told_by_mail_why_a_post_did_not_go_out(studio, mailoutbox):
    studio.tiktok.fault("fail", fail_reason="spam_risk_text")
    failed = publish(studio.post())
    with workspace_scope(studio.workspace):
        event = PostEvent.objects.get(workspace=studio.workspace, post=failed, status_to="failed")
        notices.tell_owner(event.pk)
    [mail] = mailoutbox
    assert mail.to == [studio.alice.email]
    assert "TikTok found the caption risky" in mail.subject
    assert f"/posts/{failed.pk}/" in mail.body
    assert story(failed)[-1][0] == "owner_told"


def test_nobody_is_told_of_a_trouble_that_is_over(studio, mailoutbox):
    failed = take_step(studio.post(due_in=timedelta(minutes=-61)))
    with workspace_scope(studio.workspace):
        event = PostEvent.objects.get(workspace=studio.workspace, post=failed, status_to="missed")
        authoring.retry(post=failed, by=studio.alice)
        notices.tell_owner(event.pk)
    assert mailoutbox == []


# --- what a review feared


def test_a_url_that_dies_at_the_due_instant_begins_again_at_once(studio):
    studio.tiktok.fault("expire_upload", "commit")
    done = publish(studio.post())
    assert [attempt.stage for attempt in attempts(done)] == ["abandoned", "live"]
    assert posts(studio) == 1


def test_refused_inits_do_not_use_up_the_attempts_of_a_post(studio, monkeypatch):
    monkeypatch.setattr(pacing, "WINDOW", timedelta(0))
    studio.tiktok.fault("error", "video_init", times=12, code="rate_limit_exceeded", http_status=429)
    done = publish(studio.post())
    assert (done.status, posts(studio)) == ("published", 1)


def test_an_init_that_was_refused_is_not_told_as_a_lost_answer(studio):
    studio.tiktok.fault("error", "video_init", code="rate_limit_exceeded", http_status=429)
    waiting = take_step(studio.post())
    assert ("attempt_ended", "tiktok_refused") in story(waiting)


def test_a_rate_limit_on_a_chunk_is_waited_out(studio):
    studio.tiktok.fault("http", "upload", http_status=429)
    waiting = take_step(take_step(studio.post(pad_to=SIX_MEGABYTES_TWICE)))
    assert (waiting.status, waiting.hold) == ("scheduled", "")
    assert waiting.next_step_at > database_now() + timedelta(seconds=55)


def test_a_log_id_of_any_length_keeps_no_status_from_being_saved(studio):
    waiting = run(studio.post(), until={"publishing"})
    with workspace_scope(waiting.workspace_id):
        work = Work(
            Lease(waiting.pk, waiting.fence), Clock.measure(), waiting, waiting.media, attempts(waiting)[0]
        )
        work.record(log_id="x" * 100)
    assert attempts(waiting)[0].log_id == "x" * 64


@pytest.mark.parametrize(("status", "ends_as"), [("scheduled", "failed"), ("publishing", "publishing")])
def test_a_step_that_keeps_crashing_fails_only_what_was_not_committed(studio, status, ends_as):
    post = run(studio.post(), until={"publishing"}) if status == "publishing" else studio.post()
    for _ in range(MAX_TROUBLES + 2):
        with workspace_scope(post.workspace_id):
            after_crash(Lease(post.pk, fresh(post).fence))
    assert fresh(post).status == ends_as


def test_a_held_post_that_is_moved_in_time_stays_held(studio):
    post = studio.post(due_in=timedelta(days=1))
    with workspace_scope(studio.workspace):
        account_disconnected.send(sender=type(studio.luna), account=studio.luna)
        held = fresh(post)
        later = held.due_at + timedelta(days=7)
        authoring.reschedule(
            post=held,
            version=held.version,
            by=studio.alice,
            due_at=later,
            due_local="2026-12-20T12:30:00",
            due_zone="UTC",
        )
    assert fresh(post).hold == Reason.ACCOUNT_DISCONNECTED


@pytest.mark.parametrize("endpoint", ["creator_info", "video_init"])
def test_a_scope_that_is_gone_limits_the_account_and_holds_the_posts_that_need_it(studio, endpoint):
    other = studio.post(due_in=timedelta(days=1))
    draft = studio.post(due_in=timedelta(days=1), mode="inbox", privacy_level="", caption="")
    studio.tiktok.fault("error", endpoint, code="scope_not_authorized", http_status=401)
    post = take_step(studio.post())
    assert (post.hold, post.code) == (Reason.SCOPE_MISSING, "scope_not_authorized")
    assert (fresh(other).hold, fresh(draft).hold) == (Reason.SCOPE_MISSING, "")
    account = fresh(post).account
    assert account.is_active
    assert "video.publish" not in account.scopes
    assert {"video.upload", "user.info.basic"} <= set(account.scopes)
    with workspace_scope(studio.workspace):
        [line] = AuditEvent.objects.filter(action="account.limited")
    assert line.detail["scopes"] == ["video.publish"]


def test_drafts_for_the_app_lack_a_scope_of_their_own(studio):
    direct = studio.post(due_in=timedelta(days=1))
    studio.tiktok.fault("error", "inbox_init", code="scope_not_authorized", http_status=401)
    draft = take_step(studio.post(mode="inbox", privacy_level="", caption=""))
    assert (draft.hold, fresh(direct).hold) == (Reason.SCOPE_MISSING, "")
    assert fresh(direct).account.may_post
    assert "video.upload" not in fresh(direct).account.scopes


def test_a_limited_account_goes_on_with_what_is_left_and_waits_for_the_scope(studio):
    studio.tiktok.fault("error", "video_init", code="scope_not_authorized", http_status=401)
    held = take_step(studio.post())
    assert take_step(held).hold == Reason.SCOPE_MISSING
    draft = studio.post(mode="inbox", privacy_level="", caption="")
    assert run(draft, until={"in_inbox", "failed"}).status == "in_inbox"
    with workspace_scope(studio.workspace):
        account = fresh(held).account
        account.scopes = [*account.scopes, "video.publish"]
        account.save()
        account_connected.send(sender=type(account), account=account)
    assert publish(held).status == "published"


def test_a_draft_with_choices_that_do_not_go_together_can_be_cancelled(studio):
    with workspace_scope(studio.workspace):
        draft = authoring.create(
            workspace=studio.workspace,
            by=studio.alice,
            fields={"disclose": True, "brand_content": True, "privacy_level": "SELF_ONLY"},
        )
        assert authoring.cancel(post=draft, by=studio.alice).status == "cancelled"
