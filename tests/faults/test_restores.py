"""F-53: yesterday's backup is restored, the drill of R-90."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import restores
from scheduler.clock import database_now
from scheduler.models import Installation
from scheduler.states import Reason
from tests.faults import backups, invariants
from tests.faults.engine import PLAIN, Engine, eventually
from tests.faults.world import World
from tests.scheduler.engine import fresh
from tiktok.models import TikTokAccount

pytestmark = [pytest.mark.slow, pytest.mark.faults]

KINDS = ("video", "chunks", "photos")


def test_f53_yesterdays_backup_is_restored(engine: Engine) -> None:
    """A post was out at the backup, one was on its way, three went out after it; tomorrow's waits.

    The engine wakes paused and sends nothing; people are asked about the three, and what TikTok has stays as it is.
    """
    world = engine.world
    lost, *accounts = [world.creator() for _ in range(7)]
    renew_nothing_but(world, lost)
    tomorrow = world.post(account=accounts[0], due_in=timedelta(days=1))
    world.posts.remove(tomorrow)
    engine.start("web", *PLAIN)
    before = world.post(account=accounts[1])
    assert engine.settled(before).status == "published"
    engine.sandbox.control(settings={"processing_seconds": 8.0})
    during = world.post(account=accounts[2])
    after = [
        world.post(kind, account, due_in=timedelta(seconds=20))
        for kind, account in zip(KINDS, accounts[3:], strict=True)
    ]
    eventually(lambda: fresh(during).status == "publishing", within=30, what="one is on its way")
    restores.beat()
    backups.dump(engine.state / "yesterday")
    engine.settle(within=120)
    assert {fresh(post).status for post in (during, *after)} == {"published"}
    restores.beat()
    for part in ("web", *PLAIN):
        engine.kill(part)
    engine.flush_broker()
    at_tiktok, asked = contents(engine), sends(engine)
    backups.restore(engine.state / "yesterday")
    assert (fresh(before).status, fresh(during).status) == ("published", "publishing")
    assert {fresh(post).status for post in after} == {"scheduled"}

    engine.start("web", *PLAIN)
    eventually(lambda: Installation.read().paused_why == Reason.RESTORED, within=30, what="it is noticed")
    await_ticks(engine, 3)
    said = resume("Nothing was changed")
    assert all(str(post.pk) in said for post in after)
    assert str(tomorrow.pk) not in said
    assert lost.display_name in said
    resume("3 posts wait", "--yes")
    for post in after:
        row = engine.settled(post)
        assert (row.status, row.reason) == ("needs_check", Reason.RESTORED)
    assert engine.settled(during).status == "published"
    assert (contents(engine), sends(engine)) == (at_tiktok, asked)
    world.bystander(due_in=timedelta(seconds=10))
    verdict = invariants.check(engine, within=120)
    assert verdict.outcomes == Counter({"published": 3, "needs_check (restored)": 3})
    assert fresh(tomorrow).status == "scheduled"


def renew_nothing_but(world: World, lost: TikTokAccount) -> None:
    """This connection is renewed in the time that the backup does not know; the others not before tomorrow."""
    world.renew_nothing()
    with cross_tenant(CrossTenant.SEED):
        TikTokAccount.objects.filter(pk=lost.pk).update(refresh_due_at=database_now() + timedelta(seconds=10))


def await_ticks(engine: Engine, ticks: int) -> None:
    """Until the clock has looked so often for what is due."""
    has_looked = "scheduler.dispatch_due"
    eventually(
        lambda: engine.parts["clock"].output.count(has_looked) >= 2 * ticks, within=30, what="the clock looks"
    )


def contents(engine: Engine) -> int:
    """Posts at TikTok, over all creators."""
    return sum(int(row["posts"]) for row in engine.sandbox.ledger()["contents"])


def sends(engine: Engine) -> int:
    """Requests that begin, continue or make a post."""
    names = ("video_init", "inbox_init", "photo_init", "upload", "commit")
    return sum(len(engine.sandbox.requests(endpoint=name)) for name in names)


def resume(says: str, *arguments: str) -> str:
    """What the operator's command says, which holds this."""
    said = StringIO()
    call_command("resume_publishing", *arguments, stdout=said)
    assert says in said.getvalue()
    return said.getvalue()
