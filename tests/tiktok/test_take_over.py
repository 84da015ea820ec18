"""One creator, two workspaces: one holds it, and taking it over is said out loud (R-35)."""

from __future__ import annotations

from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent, User
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tests.factories import make_account, make_media, make_post
from tests.people import client_of, make_person, make_workspace
from tests.tiktok.journey import Traveller, page
from tests.tiktok.sandbox.caller import eventually
from tiktok import confirmations, sessions
from tiktok.models import AccountStatus, PendingConnection, TikTokAccount
from tiktok.refusals import HeldElsewhere
from tiktok.tasks import look_after_connections

pytestmark = pytest.mark.django_db(transaction=True)

Waiting = tuple[User, PendingConnection]


@pytest.fixture
def at_charlies(charlie, elsewhere, tiktok) -> TikTokAccount:
    """Luna Bakes, connected in Charlie's workspace."""
    Traveller(client_of(charlie), elsewhere).connect()
    with workspace_scope(elsewhere):
        return TikTokAccount.objects.get()


@pytest.fixture
def newcomer(alice, harbour):
    return Traveller(client_of(alice), harbour)


def live_accounts() -> list[TikTokAccount]:
    with cross_tenant(CrossTenant.ADMIN):
        return list(TikTokAccount.objects.exclude(status=AccountStatus.DISCONNECTED))


def test_a_plain_yes_does_not_take_a_creator_away(at_charlies, newcomer):
    answer = newcomer.connect()
    assert answer.status_code == 409
    assert [account.pk for account in live_accounts()] == [at_charlies.pk]


def test_the_page_asks_without_naming_the_other_workspace(at_charlies, newcomer, elsewhere, charlie):
    shown = newcomer.client.get(newcomer.arrive()["Location"]).content.decode()
    assert "connected in another workspace" in shown
    assert elsewhere.name not in shown
    assert charlie.email not in shown


def test_an_explicit_yes_moves_the_creator_and_tells_the_old_owners(
    at_charlies, newcomer, elsewhere, harbour, charlie, mailoutbox
):
    asked = newcomer.arrive()["Location"]
    answer = newcomer.client.post(asked, {"take_over": "yes"})
    assert answer["Location"].startswith(page("post_new", harbour))
    [now] = live_accounts()
    assert now.workspace_id == harbour.pk
    with workspace_scope(elsewhere):
        before = TikTokAccount.objects.get()
        event = AuditEvent.objects.get(action="account.disconnected")
    assert (before.status, before.status_reason) == ("disconnected", "taken_over")
    assert before.access_token is before.refresh_token is None
    assert event.by_id is None
    [letter] = mailoutbox
    assert letter.to == [charlie.email]
    assert harbour.name not in letter.subject + letter.body


def test_the_old_workspaces_posts_are_held(at_charlies, newcomer, elsewhere, charlie):
    post = make_post(at_charlies, make_media(elsewhere), charlie, due_in=timedelta(hours=1))
    newcomer.client.post(newcomer.arrive()["Location"], {"take_over": "yes"})
    with workspace_scope(elsewhere):
        post.refresh_from_db()
    assert (post.status, post.hold) == ("scheduled", "account_disconnected")


def test_the_take_over_leaves_the_newcomers_grant_alive(at_charlies, newcomer, harbour):
    newcomer.client.post(newcomer.arrive()["Location"], {"take_over": "yes"})
    look_after_connections()
    with workspace_scope(harbour):
        info = sessions.client_for(TikTokAccount.objects.get()).creator_info()
    assert info.username == "luna.bakes"


def test_a_disconnected_creator_is_free_for_anyone(at_charlies, newcomer, elsewhere, charlie, harbour):
    client_of(charlie).post(page("account_disconnect", elsewhere, account_id=at_charlies.pk))
    newcomer.connect()
    [now] = live_accounts()
    assert now.workspace_id == harbour.pk


def test_the_database_itself_refuses_a_second_live_connection(at_charlies, harbour, tiktok):
    with pytest.raises(IntegrityError, match="one_live_account"), transaction.atomic():
        make_account(harbour, tiktok, "luna.bakes")


def test_of_two_who_connect_a_free_creator_at_once_one_wins(two_waiting, tiktok):
    with ThreadPoolExecutor(2) as pool:
        winner = winner_of(confirm_both(pool, two_waiting, take_over=False))
    assert [account.pk for account in live_accounts()] == [winner.pk]


def test_of_two_who_take_a_creator_over_at_once_one_wins(two_waiting, dora_workspace, tiktok):
    held = make_account(dora_workspace, tiktok, "luna.bakes")
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic(), cross_tenant(CrossTenant.ADMIN):
            TikTokAccount.objects.select_for_update().get(pk=held.pk)
            answers = confirm_both(pool, two_waiting, take_over=True)
            eventually(lambda: waiting_for_a_lock() == len(answers))
        winner = winner_of(answers)
    assert [account.pk for account in live_accounts()] == [winner.pk]


def confirm_both(pool: Executor, waiting: list[Waiting], *, take_over: bool) -> list[Future]:
    """What each gets, in a thread and connection of its own; all begin at one moment."""
    barrier = Barrier(len(waiting))

    def confirm(person: User, pending: PendingConnection) -> TikTokAccount | HeldElsewhere:
        try:
            connection.ensure_connection()
            with workspace_scope(pending.workspace_id):
                barrier.wait(30)
                return confirmations.confirm(pending=pending, by=person, take_over=take_over)
        except HeldElsewhere as refusal:
            return refusal
        finally:
            connection.close()

    return [pool.submit(confirm, *each) for each in waiting]


def winner_of(answers: list[Future]) -> TikTokAccount:
    [winner] = [answer for answer in map(Future.result, answers) if isinstance(answer, TikTokAccount)]
    return winner


def waiting_for_a_lock() -> int:
    """How many connections of this database."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0]


@pytest.fixture
def two_waiting(alice, harbour, charlie, elsewhere, tiktok) -> list[Waiting]:
    """Alice and Charlie have come back from TikTok with the same creator."""
    waiting = []
    for person, workspace in ((alice, harbour), (charlie, elsewhere)):
        Traveller(client_of(person), workspace).arrive()
        with workspace_scope(workspace):
            waiting.append((person, PendingConnection.objects.get()))
    return waiting


@pytest.fixture
def dora_workspace(transactional_db):
    return make_workspace(make_person("Dora"), name="Third")
