"""Drafts for the app: our part ends with TikTok's word that the creator was told; theirs may take days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.tenancy import workspace_scope
from scheduler import answers, authoring, confirm, dispatch
from scheduler.clock import database_now
from scheduler.models import Post
from scheduler.policies import NotPossible
from scheduler.states import Reason, Stage
from tests.factories import make_account, make_photo_post
from tests.scheduler import engine
from tests.scheduler.engine import attempts, run, story, take_step
from tests.tiktok.events import push, wording
from tiktok import tasks as webhook_tasks
from tiktok.client import Secret
from tiktok.signals import publish_news
from tiktok.vault import seal_on

pytestmark = pytest.mark.django_db(transaction=True)

DELIVERED = {"in_inbox", "failed", "needs_check", "missed"}


@pytest.fixture
def draft(studio):
    """A video that the creator finishes in the app; no audience is chosen for it."""

    def make(**fields):
        return studio.post(**{"mode": "inbox", "privacy_level": "", "caption": "", **fields})

    return make


def finish(studio, post, **how):
    """The creator posts the draft in the app."""
    [entry] = [e for e in studio.tiktok.ledger()["publishes"] if e["inbox"]]
    studio.tiktok.control(publishes=[{"publish_id": entry["publish_id"], "do": "finish", **how}])


def asks(studio, endpoint):
    return studio.tiktok.requests(endpoint=endpoint)


def test_a_draft_reaches_the_inbox_with_its_file_alone(studio, draft):
    post = run(draft(), until=DELIVERED)
    assert post.status == "in_inbox"
    [entry] = studio.tiktok.ledger()["publishes"]
    assert (entry["inbox"], entry["kind"], entry["post_info"]) == (True, "video", {})
    [attempt] = attempts(post)
    assert attempt.stage == Stage.COMMITTED
    assert attempt.inbox_at is not None
    assert studio.tiktok.posts_on_page("luna.bakes") == 0


def test_nothing_is_asked_about_the_creator_of_a_draft(studio, draft):
    run(draft(), until=DELIVERED)
    assert asks(studio, "creator_info") == []


def test_photos_reach_the_inbox_with_their_words(studio, live_server, settings):
    settings.PUBLIC_BASE_URL = live_server.url
    post = make_photo_post(
        studio.luna, 2, studio.alice, mode="inbox", privacy_level="", title="Loaf", caption="Two of them"
    )
    assert run(post, until=DELIVERED).status == "in_inbox"
    [entry] = studio.tiktok.ledger()["publishes"]
    assert entry["post_info"] == {"title": "Loaf", "description": "Two of them"}
    assert (entry["inbox"], entry["kind"]) == (True, "photo")


def test_a_draft_that_waits_is_asked_about_seldom(studio, draft):
    post = take_step(run(draft(), until=DELIVERED))
    assert post.status == "in_inbox"
    assert post.next_step_at - database_now() > timedelta(minutes=50)


def test_after_a_week_it_is_asked_about_once_a_day_and_never_forgotten(studio, draft):
    post = run(draft(), until=DELIVERED)
    for days in (8, 90):
        engine.age(post, timedelta(days=days))
        post = take_step(post)
        assert post.status == "in_inbox"
        assert timedelta(hours=23) < post.next_step_at - database_now() < timedelta(hours=25)


def test_a_draft_that_is_finished_after_months_is_published_by_the_next_look(studio, draft):
    post = run(draft(), until=DELIVERED)
    engine.age(post, timedelta(days=60))
    finish(studio, post)
    assert take_step(post).status == "published"


@pytest.mark.parametrize("next_look", [None, timedelta(hours=20)])
def test_an_event_wakes_a_draft_at_once_whenever_the_next_look_was_to_be(studio, draft, next_look):
    post = run(draft(), until=DELIVERED)
    at = next_look and database_now() + next_look
    with workspace_scope(studio.workspace):
        Post.objects.filter(workspace_id=post.workspace_id, pk=post.pk).update(next_step_at=at)
    finish(studio, post)
    with workspace_scope(studio.workspace):
        publish_news.send(
            sender=type(studio.luna),
            account=studio.luna,
            event="post.publish.complete",
            publish_id=attempts(post)[0].publish_id,
            post_ids=(),
            reason="",
            at=database_now(),
        )
    [wake_up] = dispatch.claim_post(post.pk)
    engine.follow(wake_up)
    assert engine.fresh(post).status == "published"


def test_a_draft_that_the_creator_finished_is_published(studio, draft):
    post = run(draft(), until=DELIVERED)
    finish(studio, post)
    done = take_step(post)
    assert done.status == "published"
    assert attempts(done)[0].stage == Stage.LIVE


def test_a_draft_may_become_several_posts(studio, draft):
    post = run(draft(), until=DELIVERED)
    finish(studio, post)
    finish(studio, post)
    done = take_step(post)
    assert len(attempts(done)[0].post_ids) == 2


def test_a_person_may_say_that_it_was_posted(studio, draft):
    post = run(draft(), until=DELIVERED)
    with workspace_scope(studio.workspace):
        done = authoring.mark_posted(post=post, by=studio.alice)
    assert (done.status, done.published_at is not None) == ("published", True)
    assert story(done)[-1] == ("moved", "published")
    with workspace_scope(studio.workspace), pytest.raises(NotPossible):
        authoring.mark_posted(post=post, by=studio.alice)


def test_a_draft_is_not_sent_before_its_time(studio, draft):
    post = draft(due_in=timedelta(minutes=2))
    post = take_step(post)
    assert studio.tiktok.ledger()["publishes"] == []
    assert post.status == "scheduled"


def test_a_permission_that_was_left_out_holds_the_draft_until_it_is_given(studio, draft):
    cook = make_account(studio.workspace, studio.tiktok, "kiln.street")
    cook.scopes = ["user.info.basic", "video.publish"]
    with workspace_scope(studio.workspace):
        cook.save()
    post = take_step(draft(account=cook))
    assert (post.status, post.hold) == ("scheduled", Reason.SCOPE_MISSING)
    assert take_step(post).hold == Reason.SCOPE_MISSING
    cook.scopes = [*cook.scopes, "video.upload"]
    with workspace_scope(studio.workspace):
        cook.save()
    assert run(post, until=DELIVERED).status == "in_inbox"


def test_an_event_that_does_not_say_whose_it_is_wakes_the_post_of_its_publish(studio, draft, monkeypatch):
    monkeypatch.setattr(webhook_tasks.process_webhooks, "apply_async", lambda **_: None)
    post = run(draft(), until=DELIVERED)
    finish(studio, post)
    assert push(wording(open_id=None, publish_id=attempts(post)[0].publish_id)).status_code == 200
    webhook_tasks.process_webhooks()
    [wake_up] = dispatch.claim_post(post.pk)
    engine.follow(wake_up)
    assert engine.fresh(post).status == "published"


# --- where it can be seen


def test_tiktoks_link_is_found_where_the_creator_lets_us_look(studio):
    with workspace_scope(studio.workspace):
        granted = studio.tiktok.grant("luna.bakes", ["user.info.basic", "video.publish", "video.list"])
    studio.luna.scopes = granted["scope"].split(",")
    studio.luna.access_token = seal_on(studio.luna, "access_token", Secret(granted["access_token"]))
    studio.luna.refresh_token = seal_on(studio.luna, "refresh_token", Secret(granted["refresh_token"]))
    with workspace_scope(studio.workspace):
        studio.luna.save()
    post = engine.publish(studio.post())
    for _ in range(3):
        if post.next_step_at is not None:
            post = take_step(post)
    [attempt] = attempts(post)
    assert attempt.post_ids[0] in attempt.share_url
    assert post.next_step_at is None


def test_an_event_that_a_post_went_public_is_kept_with_its_post(studio):
    post = engine.publish(studio.post(privacy_level="SELF_ONLY"))
    [attempt] = attempts(post)

    def told(publish_id, **how):
        with workspace_scope(studio.workspace):
            return confirm.note_public(account=studio.luna, publish_id=publish_id, at=database_now(), **how)

    assert told(attempt.publish_id, post_ids=("7300000000000000001",), is_public=True)
    assert told(attempt.publish_id, post_ids=("7300000000000000001",), is_public=False)
    assert not told("v_pub_file~nobodys", post_ids=(), is_public=True)
    [attempt] = attempts(post)
    assert attempt.post_ids == ["7300000000000000001"]
    assert attempt.hidden_at is not None
    with workspace_scope(studio.workspace):
        assert Post.objects.get(pk=post.pk).status == "published"


def test_whether_a_post_is_public_is_by_the_event_that_happened_last(studio):
    post = engine.publish(studio.post(privacy_level="SELF_ONLY"))
    [attempt] = attempts(post)
    noon = database_now().replace(microsecond=0)

    def hidden_after(*told):
        with workspace_scope(studio.workspace):
            for minute, is_public in told:
                confirm.note_public(
                    account=studio.luna,
                    publish_id=attempt.publish_id,
                    post_ids=(),
                    is_public=is_public,
                    at=noon + timedelta(minutes=minute),
                )
        return attempts(post)[0].hidden_at

    assert hidden_after((2, True), (1, False)) is None
    assert hidden_after((4, False), (3, True)) == noon + timedelta(minutes=4)
    assert hidden_after((5, True)) is None


# --- a person's answer


def test_a_person_can_not_deny_what_tiktok_says_is_out(studio, draft):
    studio.tiktok.fault("html", endpoint="status", times=50)
    post = run(studio.post(), until={"publishing"})
    post = unclear(take_step(post))
    assert post.status == "needs_check"
    studio.tiktok.control(clear_faults=True)
    with workspace_scope(studio.workspace), pytest.raises(NotPossible, match="TikTok says"):
        answers.is_not_live(post=post, by=studio.alice)
    assert take_step(post).status == "published"


def test_a_person_may_deny_twice_what_tiktok_is_still_at_work_on(studio):
    studio.tiktok.fault("stuck")
    post = unclear(run(studio.post(), until={"publishing"}))
    with workspace_scope(studio.workspace):
        with pytest.raises(answers.StillProcessing, match="may yet appear"):
            answers.is_not_live(post=post, by=studio.alice)
        done = answers.is_not_live(post=post, by=studio.alice, sure=True)
    assert (done.status, done.reason) == ("failed", Reason.PERSON_SAYS_NOT_LIVE)
    assert done.next_step_at is None


def unclear(post):
    """A post that TikTok never reported on: a person is asked."""
    engine.age(post, timedelta(hours=25))
    return take_step(post)


def test_tiktoks_word_still_settles_a_post_that_waits_for_a_person(studio):
    studio.tiktok.fault("stuck")
    post = run(studio.post(), until={"publishing"})
    post = unclear(take_step(post))
    assert post.status == "needs_check"
    assert post.next_step_at is not None
    post = take_step(post)
    assert (post.status, len(attempts(post))) == ("needs_check", 1)
