"""A post is put on the schedule only from where nothing of it can be at TikTok."""

from __future__ import annotations

import pytest

from accounts.tenancy import workspace_scope
from scheduler import authoring
from scheduler.policies import NotPossible, can_schedule
from scheduler.states import PostStatus
from tests.scheduler.engine import fresh, run
from tests.scheduler.machine.remote import PRIVACY
from tiktok.client import CreatorInfo

pytestmark = pytest.mark.django_db(transaction=True)

LUNA = CreatorInfo("Luna", "luna", "", tuple(PRIVACY), False, False, False, 600)


def test_a_post_on_its_way_to_tiktok_is_not_published_once_more(studio):
    studio.tiktok.fault("stuck")
    post = run(studio.post(), until={"publishing"})
    with workspace_scope(post.workspace_id), pytest.raises(NotPossible, match="on its way"):
        authoring.publish_now(post=post, by=studio.alice, creator=LUNA)
    assert fresh(post).status == PostStatus.PUBLISHING


def test_a_cancelled_post_is_refused_with_a_sentence(studio):
    post = studio.post()
    with workspace_scope(post.workspace_id):
        authoring.cancel(post=post, by=studio.alice)
        with pytest.raises(NotPossible, match="drafts"):
            authoring.publish_now(post=post, by=studio.alice, creator=LUNA)


def test_only_drafts_and_what_certainly_did_not_go_out_can_be_scheduled(studio):
    post = studio.post()
    allowed = set()
    for status in PostStatus:
        post.status = status
        if can_schedule(post):
            allowed.add(status)
    assert allowed == {PostStatus.DRAFT, PostStatus.FAILED, PostStatus.MISSED}
