"""The drill of R-90: a restored backup publishes nothing again, and nothing by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring, restores, switches
from scheduler.clock import database_now
from scheduler.models import Installation, Post
from scheduler.states import Reason
from scheduler.transitions import keep
from tests.scheduler.engine import fresh, publish, take_step
from tiktok.models import TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def first_look() -> None:
    """Every test begins as a process does."""
    restores.look_anew()


@contextmanager
def backup() -> Iterator[None]:
    """Everything inside is forgotten: each table is as it was, as after a restored dump."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if "migrations" not in name]
        for table in tables:
            cursor.execute(f'CREATE TEMPORARY TABLE "kept_{table}" AS TABLE "{table}"')
        yield
        cursor.execute("SET session_replication_role = replica")  # no trigger, no foreign key, as pg_restore
        for table in tables:
            cursor.execute(f'DELETE FROM "{table}"')
            cursor.execute(f'INSERT INTO "{table}" OVERRIDING SYSTEM VALUE SELECT * FROM "kept_{table}"')
            cursor.execute(f'DROP TABLE "kept_{table}"')
        cursor.execute("SET session_replication_role = DEFAULT")


def asleep(post: Post) -> Post:
    """Due, and next in line only once the test drives it."""
    with workspace_scope(post.workspace_id):
        keep(post, fence=post.fence, next_step_at=database_now() + timedelta(hours=1))
    return post


def run(command: str, *arguments: str) -> str:
    said = StringIO()
    call_command(command, *arguments, stdout=said)
    return said.getvalue()


def test_three_posts_published_after_the_backup_stay_three(studio: SimpleNamespace) -> None:
    posts = [asleep(studio.post()) for _ in range(3)]
    tomorrow = studio.post(due_in=timedelta(days=1))
    restores.beat()
    with backup():
        for post in posts:
            assert publish(post).status == "published"
        restores.beat()
    assert {fresh(post).status for post in posts} == {"scheduled"}

    assert restores.check() is False  # what the first tick asks before it claims
    assert switches.paused(studio.workspace.pk) == Reason.PAUSED
    shown = run("resume_publishing")
    assert all(str(post.pk) in shown for post in posts)
    assert str(tomorrow.pk) not in shown
    assert {fresh(post).status for post in posts} == {"scheduled"}

    run("resume_publishing", "--yes")
    restores.look_anew()
    assert restores.check() is True
    assert switches.paused(studio.workspace.pk) is None
    for post in posts:
        row = fresh(post)
        assert (row.status, row.reason) == ("needs_check", Reason.RESTORED)
        assert row.next_step_at is not None
    assert fresh(tomorrow).status == "scheduled"
    assert studio.tiktok.posts_on_page("luna.bakes") == 3
    assert studio.tiktok.ledger()["published_twice"] == []


def test_a_post_handed_to_a_person_stays_in_sight_though_there_is_nothing_to_ask(
    studio: SimpleNamespace,
) -> None:
    post = take_step(studio.post())
    assert post.status == "scheduled"
    restores.pause()
    run("resume_publishing", "--yes")

    waiting = take_step(fresh(post))
    assert (waiting.status, waiting.reason, waiting.troubles) == ("needs_check", Reason.RESTORED, 0)
    assert waiting.next_step_at > database_now() + timedelta(hours=23)


def test_after_a_persons_answer_the_post_is_free_again(studio: SimpleNamespace) -> None:
    post = studio.post()
    restores.pause()
    run("resume_publishing", "--yes")
    with workspace_scope(studio.workspace):
        authoring.answer_not_live(post=fresh(post), by=studio.alice)
        authoring.retry(post=fresh(post), by=studio.alice)

    assert publish(fresh(post)).status == "published"


def test_a_post_on_its_way_at_the_backup_is_asked_about_and_not_sent_again(studio: SimpleNamespace) -> None:
    post = studio.post()
    while fresh(post).status == "scheduled":
        take_step(post)
    restores.beat()
    with backup():
        publish(post)
        restores.beat()
    assert restores.check() is False
    run("resume_publishing", "--yes")

    assert publish(post).status == "published"
    assert studio.tiktok.posts_on_page("luna.bakes") == 1


def test_an_installation_in_step_may_publish_and_is_asked_rarely(
    studio: SimpleNamespace, django_assert_num_queries
) -> None:
    restores.beat()
    assert restores.check() is True
    with django_assert_num_queries(0):
        assert restores.check() is True


def test_the_mark_counts_up_and_leaves_one_file(db: None) -> None:
    for _ in range(3):
        restores.beat()

    assert Installation.read().mark == 3
    assert default_storage.listdir(restores.FOLDER)[1] == ["3"]


def test_no_beat_hides_a_restore_that_nobody_has_settled(studio: SimpleNamespace) -> None:
    studio.post()
    for _ in range(5):
        restores.beat()
    Installation.objects.update(mark=3)
    restores.beat()

    assert Installation.read().mark == 3
    assert Installation.read().paused_why == Reason.RESTORED
    assert restores.check() is False


def test_an_operators_pause_that_came_back_with_the_backup_is_no_excuse(studio: SimpleNamespace) -> None:
    studio.post()
    restores.beat()
    switches.pause_all()
    Installation.objects.update(mark=0)

    assert restores.check() is False
    assert Installation.read().paused_why == Reason.RESTORED


def test_a_new_database_beside_old_media_just_begins(harbour: Workspace) -> None:
    default_storage.save(f"{restores.FOLDER}/41", ContentFile(b""))

    assert restores.check() is True
    restores.beat()
    assert Installation.read().mark == 42


def test_connections_renewed_since_the_backup_are_listed(studio: SimpleNamespace) -> None:
    with workspace_scope(studio.workspace):
        TikTokAccount.objects.filter(pk=studio.luna.pk).update(
            refresh_due_at=database_now() - timedelta(hours=1)
        )
    run("pause_publishing", "--restored")

    assert "Luna Bakes" in run("resume_publishing")


def test_the_operators_commands_stop_and_start_one_workspace(
    alice: User, harbour: Workspace, elsewhere: Workspace
) -> None:
    run("pause_publishing", "--workspace", harbour.slug)
    assert switches.paused_among([harbour.pk, elsewhere.pk]) == {harbour.pk}
    run("resume_publishing", "--workspace", harbour.slug)
    assert switches.paused_among([harbour.pk, elsewhere.pk]) == set()

    run("pause_publishing")
    assert switches.paused(elsewhere.pk)
    assert "goes on" in run("resume_publishing")
    assert switches.paused(elsewhere.pk) is None
