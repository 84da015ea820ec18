"""Two people, or two sweeps, at the same moment: no slot is filled twice, no day has two copies, no row is imported
twice."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring, filling, repeating, weeks
from scheduler.importing import keeping, storing
from scheduler.importing.table import Table
from scheduler.models import Post, Repeat, RepeatCopy
from scheduler.recurrence import Rule
from tests.factories import make_media, make_post
from tests.scheduler.accounts import plain_account

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(workspace: Workspace, *works: Callable[[], Any]) -> list[Any]:
    """Runs each in a thread and connection of its own, all begun at one moment; their results."""
    start = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            with workspace_scope(workspace):
                start.wait(timeout=10)
                return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def test_two_people_who_fill_at_once_use_no_slot_twice(harbour: Workspace, alice: User) -> None:
    luna = plain_account(harbour, "luna.bakes")
    with workspace_scope(harbour):
        weeks.add(account=luna, places=[(0, time(9)), (3, time(9))], by=alice)
        drafts = [
            authoring.create(workspace=harbour, by=alice, fields={"account": luna, "caption": f"{n}"})
            for n in range(8)
        ]

    at_once(
        harbour,
        *(lambda part=part: filling.fill(part, by=alice) for part in (drafts[::2], drafts[1::2], drafts)),
    )

    with workspace_scope(harbour):
        times = list(Post.objects.filter(account=luna).values_list("due_at", flat=True))
    assert None not in times
    assert len(set(times)) == len(drafts)


def test_two_sweeps_at_once_make_each_copy_once(harbour: Workspace, alice: User) -> None:
    luna = plain_account(harbour, "luna.bakes")
    post = make_post(luna, make_media(harbour), alice, due_in=timedelta(days=1))
    day = post.due_at.date()
    with workspace_scope(harbour):
        rule = Rule(weekdays=frozenset(range(7)), at=time(9), starts=day)
        repeat = repeating.start(post=post, rule=rule, by=alice)
        RepeatCopy.objects.filter(repeat=repeat).delete()
        Repeat.objects.filter(pk=repeat.pk).update(made_through=day)

    made = at_once(harbour, *[lambda: repeating.make_ahead(repeat)] * 3)

    with workspace_scope(harbour):
        days = list(RepeatCopy.objects.filter(repeat=repeat).values_list("day", flat=True))
    assert len(days) == len(set(days)) > 20
    assert sorted(map(len, made)) == [0, 0, len(days)]


def test_two_who_schedule_one_import_at_once_make_each_post_once(studio: SimpleNamespace) -> None:
    make_media(studio.workspace, original_name="rye.mp4")
    row = {"file": "rye.mp4", "date": "2027-06-01", "privacy": "Everyone"}
    with workspace_scope(studio.workspace):
        cells = [row | {"time": f"{hour}:00"} for hour in range(8, 14)]
        batch = keeping.begin(workspace=studio.workspace, by=studio.alice, cells=cells)

    def agree() -> int:
        found = keeping.find(batch.pk, workspace=studio.workspace)
        assert found is not None
        table = Table(found, workspace=studio.workspace)
        agreed = {each.row.key: each.digest for each in table.ready}
        return storing.schedule(table, by=studio.alice, agreed=agreed)

    done = at_once(studio.workspace, agree, agree, agree)

    with workspace_scope(studio.workspace):
        posts = Post.objects.filter(workspace=studio.workspace, status="scheduled")
        assert (sum(done), posts.count(), len(set(posts.values_list("due_at")))) == (6, 6, 6)
