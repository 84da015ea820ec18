"""F-56: the mail server is away. Nothing else waits for it, and nobody is left untold.

Reports to Sentry are sent apart from the work too; without a DSN, as here, there are none to refuse.
"""

from __future__ import annotations

import pytest

from scheduler.models import Post
from scheduler.states import EventKind
from scheduler.upkeep import look_after_publishing
from tests.factories import make_media
from tests.faults import invariants
from tests.faults.apart import told
from tests.faults.conftest import House
from tests.faults.engine import SOON, Engine, eventually
from tests.faults.post_office import PostOffice
from tests.sandbox_process import free_port
from tests.scheduler.engine import fresh

pytestmark = [pytest.mark.slow, pytest.mark.faults]

TWO_SWEEPS = 240.0
"""Seconds: two minutes are left to the first try, and a round comes every minute."""


def test_f56_the_mail_server_refuses(engine: Engine, house: House) -> None:
    """Posts go out; whoever could not be told of a failure is told once mail is taken again, and just once."""
    world = engine.world
    good, file = world.post(due_in=SOON), make_media(world.home)
    bad = world.post(account=world.creator(), media=file, due_in=SOON)
    (engine.state / "media" / file.storage_key).unlink()
    world.bystander(due_in=2 * SOON)
    port = free_port()
    by_smtp = {
        "DJANGO_SETTINGS_MODULE": "tests.faults.smtp_settings",
        "EMAIL_URL": f"smtp://127.0.0.1:{port}",
    }
    with told(engine, house, **by_smtp):
        engine.start()
        invariants.check(engine, within=90)
        assert (fresh(good).status, fresh(bad).status) == ("published", "failed")
        publish = engine.parts["publish"]
        publish.await_line("ConnectionRefusedError")
        publish.await_line("No mail can be sent; .* tried again", TWO_SWEEPS)
        assert times_told(engine, bad) == 0
        with PostOffice(port) as office:
            eventually(lambda: times_told(engine, bad), within=TWO_SWEEPS, what="the owner is told")
            again = look_after_publishing.delay()
            publish.await_line(rf"{again.id}\] succeeded")
        [letter] = office.accepted
        assert letter["To"] == world.owner.email
        assert times_told(engine, bad) == 1
        invariants.check(engine)


def times_told(engine: Engine, post: Post) -> int:
    lines = [line for line in engine.world.events() if line.post_id == post.pk]
    return [line.kind for line in lines].count(EventKind.OWNER_TOLD)
