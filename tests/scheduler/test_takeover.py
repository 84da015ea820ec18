"""A clock that died in a burst, right after the intents: its posts are asked about, and sent again, together."""

from __future__ import annotations

import pytest

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import commit, dispatch, intents, polling, staged, switches
from scheduler.clock import Clock, database_now
from scheduler.models import Lane, Media, Post
from scheduler.states import LaneKind, NextStep
from tests.factories import make_account
from tests.scheduler.engine import attempts, fresh, loop, make_due, publish, story, take_step
from tiktok.wiring import async_api_client

pytestmark = pytest.mark.django_db(transaction=True)

CREATORS = ("fernandfold", "northpeak.run", "kiln.street")


@pytest.fixture
def orphans(studio):
    """Three posts whose intent is on record, and whose bytes nobody ever sent."""
    posts = [to_the_clock(studio, creator) for creator in CREATORS]
    for post in posts:
        make_due(post)
    wake_ups = dispatch.claim_commits()
    client = async_api_client(loop().transport)
    held = loop().spawn(loop().in_thread(lambda: staged.load(wake_ups, client))).result(30)
    assert len(intents.record(held, Clock.measure())) == len(posts)
    return posts


def to_the_clock(studio, creator):
    post = studio.post(
        account=make_account(studio.workspace, studio.tiktok, creator), privacy_level="SELF_ONLY"
    )
    for _ in range(4):
        if post.next_step == NextStep.COMMIT:
            return post
        post = take_step(post)
    raise AssertionError(story(post))


def give_back(posts) -> None:
    """Their leases are over, and another clock claims them."""
    with cross_tenant(CrossTenant.SEED):
        Post.objects.filter(pk__in=[post.pk for post in posts]).update(next_step_at=database_now())
    wake_ups = dispatch.claim_commits()
    assert {wake_up.post_id for wake_up in wake_ups} == {post.pk for post in posts}
    assert loop().spawn(commit.commit_all(loop(), wake_ups)).exception(60) is None


def ask_about(posts) -> None:
    with cross_tenant(CrossTenant.SEED):
        Lane.objects.filter(account__in=[post.account_id for post in posts]).update(next_at=database_now())
    wake_ups = dispatch.claim_lanes(LaneKind.CALLS)
    assert [wake_up.step for wake_up in wake_ups] == [NextStep.ASK] * len(posts)
    loop().spawn(polling.ask_all(loop(), wake_ups)).result(30)


def test_what_was_intended_is_asked_about_with_the_others_and_never_sent_blindly(studio, orphans):
    give_back(orphans)
    assert [(post.status, post.next_step) for post in map(fresh, orphans)] == [
        ("publishing", NextStep.ASK)
    ] * 3
    assert not studio.tiktok.requests(endpoint="commit")


def test_bytes_that_tiktok_misses_are_sent_again_together(studio, orphans):
    give_back(orphans)
    ask_about(orphans)
    for post in map(fresh, orphans):
        [attempt] = attempts(post)
        assert (attempt.stage, post.next_step) == ("committed", NextStep.ASK)
        assert attempt.commits == 2, "the dead worker may have sent it, too"
        assert [kind for kind, _ in story(post)][-2:] == ["resumed", "last_byte_sent"]
    assert len(studio.tiktok.requests(endpoint="commit")) == len(orphans)
    with cross_tenant(CrossTenant.SEED):
        assert not Lane.objects.filter(busy_until__isnull=False).exists()


def test_a_lost_answer_to_a_byte_that_was_sent_again_is_asked_about(studio, orphans):
    give_back(orphans)
    studio.tiktok.fault("lose", "commit")
    ask_about(orphans)
    lost = [post for post in orphans if "answer_lost" in dict(story(post))]
    assert len(lost) == 1
    for post in orphans:
        assert publish(post).status == "published"
    assert {creator["posts"] for creator in studio.tiktok.ledger()["creators"].values()} <= {0, 1}


def test_nothing_is_sent_again_while_the_workspace_is_paused(studio, orphans):
    give_back(orphans)
    switches.pause_workspace(workspace=studio.workspace, by=studio.alice)
    ask_about(orphans)
    assert {fresh(post).next_step for post in orphans} == {NextStep.CHECK}
    assert not studio.tiktok.requests(endpoint="commit")


def test_a_file_that_is_gone_puts_its_own_post_off_and_no_other(studio, orphans):
    give_back(orphans)
    with cross_tenant(CrossTenant.SEED):
        Media.objects.filter(pk=orphans[0].media_id).update(storage_key="gone.mp4")
    ask_about(orphans)
    assert [fresh(post).troubles for post in orphans] == [1, 0, 0]
    assert len(studio.tiktok.requests(endpoint="commit")) == 2


def test_each_is_posted_once_by_the_same_id(studio, orphans):
    give_back(orphans)
    ask_about(orphans)
    for post in orphans:
        assert publish(post).status == "published"
        assert len(attempts(post)) == 1
    assert len(studio.tiktok.requests(endpoint="commit")) == len(orphans)
