"""One post of a chunk in trouble: the others of the chunk go out, and it is looked at again itself."""

from __future__ import annotations

import asyncio

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError

from accounts.tenancy import workspace_scope
from scheduler import authoring, commit, dispatch, evidence, staged
from scheduler.clock import database_now
from scheduler.models import PublishAttempt
from scheduler.states import NextStep
from scheduler.transitions import keep
from tests.factories import make_account
from tests.scheduler.engine import attempts, fresh, loop, make_due, publish, story, take_step
from tiktok.client import Secret
from tiktok.vault import seal_on

pytestmark = pytest.mark.django_db(transaction=True)

STREAMED = 200_000


@pytest.fixture
def ready(studio):
    """A post that waits for the clock."""
    accounts = iter(["fernandfold", "northpeak.run", "kiln.street"])

    def post(**fields):
        account = make_account(studio.workspace, studio.tiktok, next(accounts))
        row = studio.post(account=account, privacy_level="SELF_ONLY", **fields)
        for _ in range(4):
            if row.next_step == NextStep.COMMIT:
                return row
            row = take_step(row)
        raise AssertionError(story(row))

    return post


def commit_together(*posts):
    """One message for all of them, as the clock gets it; what it raises is what the clock logs."""
    for post in posts:
        make_due(post)
    wake_ups = dispatch.claim_commits()
    assert {wake_up.post_id for wake_up in wake_ups} == {post.pk for post in posts}
    return loop().spawn(commit.commit_all(loop(), wake_ups)).exception(60)


def still_running():
    """What the event loop has in hand besides this question."""

    async def count():
        return len(asyncio.all_tasks()) - 1

    return loop().spawn(count()).result(10)


def spoil(post, **columns):
    with workspace_scope(post.workspace_id):
        PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post).update(**columns)


def test_a_post_that_can_not_be_loaded_keeps_no_other_from_going_out(ready):
    poison, well = ready(), ready()
    spoil(poison, upload_url=b"not a sealed value")
    assert commit_together(poison, well) is None
    assert fresh(well).status == "publishing"
    row = fresh(poison)
    assert (row.status, row.next_step, row.troubles) == ("scheduled", NextStep.START, 1)


def test_a_post_that_a_person_changes_while_it_is_loaded_keeps_no_other_from_going_out(ready, monkeypatch):
    changed, well = ready(), ready()
    real = staged._staged

    def while_loading(mine, attempt, *client):
        if attempt.post_id == changed.pk:
            with workspace_scope(changed.workspace_id):
                authoring.cancel(post=changed, by=changed.created_by)
            keep(attempt.post, fence=mine.fence, next_step_at=database_now())
        return real(mine, attempt, *client)

    monkeypatch.setattr(staged, "_staged", while_loading)
    assert commit_together(changed, well) is None
    assert (fresh(changed).status, fresh(well).status) == ("cancelled", "publishing")


def test_a_file_that_vanishes_at_the_instant_keeps_no_other_from_being_recorded(studio, ready):
    poison, well = ready(pad_to=STREAMED), ready(pad_to=STREAMED)
    default_storage.delete(poison.media.storage_key)
    assert commit_together(poison, well) is None
    assert (fresh(well).next_step, attempts(well)[0].stage) == (NextStep.ASK, "committed")
    assert (fresh(poison).next_step, attempts(poison)[0].stage) == (NextStep.ASK, "committing")
    assert ("answer_lost", "no_answer") in story(poison)
    assert still_running() == 0


def test_an_address_that_is_not_tiktoks_keeps_no_other_from_going_out(ready):
    poison, well = ready(), ready()
    with workspace_scope(poison.workspace_id):
        (attempt,) = attempts(poison)
        attempt.upload_url = seal_on(attempt, "upload_url", Secret("https://tiktok.example/upload"))
        attempt.save()
    assert commit_together(poison, well) is None
    assert fresh(well).status == "publishing"
    assert attempts(well)[0].stage == "committed"


def test_an_answer_is_written_although_the_database_was_away_for_a_moment(ready, monkeypatch):
    post, real, tries = ready(), evidence._save, []

    def away_at_first(told):
        tries.append(told)
        if len(tries) == 1:
            raise OperationalError("terminating connection due to administrator command")
        real(told)

    monkeypatch.setattr(evidence, "_save", away_at_first)
    assert commit_together(post) is None
    assert (fresh(post).next_step, attempts(post)[0].stage) == (NextStep.ASK, "committed")
    assert still_running() == 0


def test_an_answer_that_can_not_be_written_keeps_no_other_from_being_written(ready, monkeypatch):
    poison, well = ready(), ready()
    real = evidence._row

    def too_long(answered):
        row = list(real(answered))
        if answered.staged.post.pk == poison.pk:
            row[evidence.COLUMNS.index("ids")] = "x" * 65
        return tuple(row)

    monkeypatch.setattr(evidence, "_row", too_long)
    assert commit_together(poison, well) is None
    assert (fresh(well).next_step, attempts(well)[0].stage) == (NextStep.ASK, "committed")
    assert still_running() == 0
    monkeypatch.undo()
    assert publish(poison).status == "published"
    assert len(attempts(poison)) == 1
