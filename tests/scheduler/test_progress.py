"""The progress of an upload, saved between two chunks: under the fence, and without a wait for the disk."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.models import F

from accounts.tenancy import workspace_scope
from scheduler import progress
from scheduler.clock import Clock
from scheduler.lease import Lease
from scheduler.models import Post
from scheduler.transitions import LostRace
from scheduler.work import Work
from tests.scheduler.engine import attempts, fresh, take_step

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def work(studio: SimpleNamespace) -> Work:
    """A step for a post of three chunks whose upload is open."""
    post = take_step(studio.post(pad_to=17_000_000))
    return Work(Lease(post.pk, post.fence), Clock.measure(), post, post.media, attempts(post)[0])


def saved(work: Work) -> int:
    return int(attempts(fresh(work.post))[0].chunks_sent)


def test_it_is_saved_and_known(work: Work) -> None:
    assert work.attempt is not None
    with workspace_scope(work.post.workspace_id):
        progress.save(work, 2)
    assert (saved(work), work.attempt.chunks_sent) == (2, 2)


def test_whoever_was_overtaken_saves_nothing(work: Work) -> None:
    before = saved(work)
    with workspace_scope(work.post.workspace_id):
        Post.objects.filter(pk=work.post.pk).update(fence=F("fence") + 1)
        with pytest.raises(LostRace):
            progress.save(work, 2)
    assert saved(work) == before


def test_what_is_written_next_is_flushed_to_disk_again(work: Work) -> None:
    with workspace_scope(work.post.workspace_id), connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = on")
        progress.save(work, 2)
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("RESET synchronous_commit")
