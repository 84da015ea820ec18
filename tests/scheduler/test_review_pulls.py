"""A prepared post whose init can't be sent now waits for its time, or its reason; it never goes round and round."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tenancy import workspace_scope
from scheduler import dispatch, pacing
from scheduler.clock import database_now
from scheduler.pacing import Call
from scheduler.states import NextStep
from tests.factories import make_photo_post
from tests.scheduler.engine import attempts, follow, fresh, make_due, publish, take_step
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def prepared(studio, live_server, settings):
    """A due post of photos that waits for the clock."""
    settings.PUBLIC_BASE_URL = live_server.url
    post = take_step(make_photo_post(studio.luna, 1, studio.alice))
    assert post.next_step == NextStep.COMMIT
    return post


def end_token(account):
    """The access token has ended; a renewal is the only way on."""
    with workspace_scope(account.workspace_id):
        TikTokAccount.objects.filter(workspace_id=account.workspace_id, pk=account.pk).update(
            access_expires_at=timezone.now()
        )


def commit(post):
    make_due(post)
    (wake_up,) = dispatch.claim_post(post.pk)
    assert wake_up.step == NextStep.COMMIT
    follow(wake_up)
    return fresh(post)


def test_a_token_that_has_ended_is_renewed_by_an_ordinary_step_and_not_by_the_clock(studio, prepared):
    end_token(studio.luna)
    row = commit(prepared)
    assert (row.status, row.next_step) == ("scheduled", NextStep.START)
    assert take_step(row).next_step == NextStep.COMMIT
    assert publish(prepared).status == "published"
    assert len(attempts(prepared)) == 1


def test_a_token_that_can_not_be_renewed_puts_the_post_further_and_further_off(studio, prepared):
    end_token(studio.luna)
    studio.tiktok.fault("http", "token", times=9, http_status=503)
    waits = []
    for _ in range(3):
        row = take_step(commit(prepared) if prepared.next_step == NextStep.COMMIT else fresh(prepared))
        waits.append(row.next_step_at - database_now())
        assert (row.status, row.next_step) == ("scheduled", NextStep.START)
        prepared = row
    assert waits[0] > timedelta(seconds=2)
    assert waits[2] > timedelta(seconds=30)
    assert row.troubles == 3


def test_a_post_for_which_the_minute_is_full_is_not_claimed_before_there_is_room(studio, prepared):
    with workspace_scope(studio.workspace):
        for _ in range(6):
            pacing.take(studio.luna, Call.INIT)
    row = commit(prepared)
    assert row.next_step == NextStep.COMMIT
    assert row.next_step_at - database_now() > timedelta(seconds=60)
