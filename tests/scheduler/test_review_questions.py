"""One question of a chunk in trouble: the other answers are heard, and the post is asked about all the same."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.tenancy import workspace_scope
from scheduler import dispatch, polling
from scheduler.states import LaneKind
from tests.factories import make_account
from tests.scheduler.engine import fresh, loop, make_due, run, story
from tiktok import tokens
from tiktok.client.aio import AsyncTikTokClient
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(studio):
    """Two posts in flight, of two accounts."""
    accounts = [
        make_account(studio.workspace, studio.tiktok, name) for name in ("fernandfold", "kiln.street")
    ]
    return [
        run(studio.post(account=account, privacy_level="SELF_ONLY"), until={"publishing"})
        for account in accounts
    ]


def ask_together(posts):
    for post in posts:
        make_due(post)
    wake_ups = dispatch.claim_lanes(LaneKind.CALLS)
    assert {wake_up.post_id for wake_up in wake_ups} == {post.pk for post in posts}
    return loop().spawn(polling.ask_all(loop(), wake_ups)).exception(60)


def test_a_token_is_renewed_only_after_the_other_answers_were_heard(asked, monkeypatch):
    ended, well = asked
    with workspace_scope(ended.workspace_id):
        TikTokAccount.objects.filter(workspace_id=ended.workspace_id, pk=ended.account_id).update(
            access_expires_at=timezone.now()
        )
    real, seen = tokens._renew, []

    def renew(row):
        seen.append(fresh(well).status)
        return real(row)

    monkeypatch.setattr(tokens, "_renew", renew)
    assert ask_together(asked) is None
    assert seen == ["published"]
    assert [fresh(post).status for post in asked] == ["published", "published"]


def test_a_question_that_breaks_off_keeps_no_other_answer_from_being_heard(asked, monkeypatch):
    broken, well = asked
    real = AsyncTikTokClient.publish_status

    async def one_breaks(client, token, publish_id, **options):
        if publish_id == broken_id:
            raise ValueError("nobody expected this")
        return await real(client, token, publish_id, **options)

    with workspace_scope(broken.workspace_id):
        broken_id = broken.attempts.get(workspace_id=broken.workspace_id).publish_id
    monkeypatch.setattr(AsyncTikTokClient, "publish_status", one_breaks)
    assert ask_together(asked) is None
    assert (fresh(broken).status, fresh(well).status) == ("publishing", "published")
    assert dispatch.claim_lanes(LaneKind.CALLS) == []
    assert ("moved", "published") in story(well)
