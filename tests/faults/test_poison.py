"""F-57: a post that breaks whoever works on it, in a real worker; the step itself is `tests/scheduler/test_poison`."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.models import Media, Post
from scheduler.schedule import MAX_TROUBLES
from scheduler.states import Reason
from tests.factories import make_media
from tests.faults import invariants
from tests.faults.engine import SOON, Engine, eventually
from tests.faults.world import let_time_pass
from tests.scheduler.engine import attempts, fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def test_f57_a_post_that_breaks_its_worker(engine: Engine) -> None:
    """A file name outside the storage raises in every step: tried a bounded number of times, then failed.

    The same creator's other post and another workspace's go out meanwhile. The growing pauses are skipped.
    """
    world = engine.world
    poison = world.post(media=make_media(world.home), due_in=SOON)
    with cross_tenant(CrossTenant.SEED):
        Media.objects.filter(pk=poison.media_id).update(storage_key="../../outside")
    other = world.post(due_in=2 * SOON)
    world.bystander()
    engine.start()
    assert engine.settled(other).status == "published"
    for tries in range(1, MAX_TROUBLES + 1):
        eventually(partial(has_broken, poison, tries), within=30, what=f"try {tries}")
        let_time_pass(poison, timedelta(0))
    invariants.check(engine)
    row = fresh(poison)
    assert (row.status, row.reason) == ("failed", Reason.ENGINE_TROUBLE)
    assert attempts(poison) == []
    assert engine.output().count("SuspiciousFileOperation: ") == MAX_TROUBLES + 1
    assert all(process.running for process in engine.parts.values())


def has_broken(post: Post, times: int) -> bool:
    return fresh(post).troubles >= times
