"""F-20 to F-25, F-54, F-55: tokens that end, are renewed by many, are lost on the way, or taken away."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import workspace_scope
from config.supervisor import parts
from scheduler.clock import database_now
from tests.faults import invariants
from tests.faults.engine import SOON, Engine, eventually
from tests.scheduler.engine import fresh
from tiktok.models import TikTokAccount
from tiktok.tasks import renew_account

pytestmark = [pytest.mark.slow, pytest.mark.faults]


def expired(engine: Engine) -> TikTokAccount:
    """A creator whose access token has just ended, on both sides."""
    account = engine.world.creator()
    engine.sandbox.control(tokens=[{"creator": account.username, "do": "expire_access"}])
    with workspace_scope(account.workspace_id):
        account.access_expires_at = database_now() - timedelta(seconds=1)
        account.save(update_fields=["access_expires_at"])
    return account


def renewals(engine: Engine, account: TikTokAccount) -> list[dict[str, Any]]:
    return engine.sandbox.requests(endpoint="token", creator=account.username)


def now(account: TikTokAccount) -> TikTokAccount:
    with workspace_scope(account.workspace_id):
        return TikTokAccount.objects.get(workspace_id=account.workspace_id, pk=account.pk)


def mails_about(engine: Engine, account: TikTokAccount) -> list[str]:
    mails = [path.read_text() for path in (engine.state / "mail").glob("*.eml")]
    return [mail for mail in mails if account.username in mail or account.nickname in mail]


@pytest.mark.parametrize("kind", ["video", "photos"])
def test_f20_the_token_has_ended_when_the_post_is_due(engine: Engine, kind: str) -> None:
    account = expired(engine)
    post = engine.world.post(kind, account, due_in=SOON)
    engine.start("clock", "publish", "uploads", "beat", "web")
    invariants.check(engine)
    assert fresh(post).status == "published"


def test_f21_many_workers_renew_at_once(engine: Engine) -> None:
    """One call for the pair, whoever asks: posts and questions of one creator, three workers."""
    account = expired(engine)
    for _ in range(5):
        engine.world.post(account=account, due_in=SOON)
    for _ in range(20):
        renew_account.delay(workspace_id=str(account.workspace_id), account_id=str(account.pk))
    engine.start("publish", "publish2", "publish3", "clock", "uploads", "beat")
    eventually(lambda: not engine.unsettled(), within=60, what="all are settled")
    assert len(renewals(engine, account)) == 1
    invariants.check(engine)


def test_f22_kill_between_the_renewal_and_its_commit(engine: Engine) -> None:
    """The pair that nobody stored stands in escrow: TikTok is not asked again, nobody has to reconnect."""
    account = expired(engine)
    post = engine.world.post(account=account, due_in=SOON)
    engine.start("publish", crashpoint="refresh_answered")
    engine.start("clock", "uploads", "beat")
    engine.await_crash("publish")
    eventually(lambda: not engine.unsettled(), within=60, what="all are settled")
    assert len(renewals(engine, account)) == 1
    assert (now(account).status, fresh(post).status) == ("active", "published")
    invariants.check(engine)


def test_f22_without_escrow_the_owner_is_told_at_once(engine: Engine) -> None:
    """The broker, where the copy stood, was lost too."""
    account = expired(engine)
    engine.world.post(account=account, due_in=SOON)
    engine.start("publish", crashpoint="refresh_answered")
    engine.start("clock", "beat")
    assert engine.parts["publish"].wait(60) == -9
    engine.flush_broker()
    engine.start("publish")
    eventually(
        lambda: now(account).status == "needs_reconnect", within=60, what="the connection is known to be lost"
    )
    eventually(lambda: mails_about(engine, account), within=20, what="the owner has a mail")
    invariants.check(engine)


def test_f23_the_answer_of_a_renewal_is_lost(engine: Engine) -> None:
    """TikTok has rotated: the old token is tried once more, refused, and a person is asked; no storm follows."""
    account = expired(engine)
    engine.sandbox.fault("lose", "token", creator=account.username)
    post = engine.world.post(account=account, due_in=SOON)
    engine.start()
    eventually(
        lambda: now(account).status == "needs_reconnect", within=90, what="the connection is known to be lost"
    )
    eventually(lambda: fresh(post).hold == "needs_reconnect", within=30, what="the post waits for it")
    invariants.check(engine)
    assert len(renewals(engine, account)) <= 3


def test_f24_renewals_are_refused_by_a_sick_server(engine: Engine) -> None:
    """The connection stays; once TikTok is well again the post goes out without anybody's help."""
    account = expired(engine)
    engine.sandbox.fault("http", "token", creator=account.username, times=1000, http_status=503)
    post = engine.world.post(account=account, due_in=SOON)
    engine.world.bystander()
    engine.start()
    eventually(lambda: renewals(engine, account), within=30, what="TikTok was asked")
    eventually(lambda: fresh(post).troubles >= 2, within=60, what="it was tried again")
    assert now(account).status == "active"
    engine.sandbox.control(clear_faults=True)
    invariants.check(engine, within=150)
    assert fresh(post).status == "published"


@pytest.mark.parametrize("reason", [1, 2, 4], ids=["disconnected", "account-deleted", "age-changed"])
def test_f25_the_creator_takes_the_permission_away(engine: Engine, reason: int) -> None:
    """Posts are held, the owner is told once, and TikTok is left in peace."""
    account = engine.world.creator()
    for number in (1, 2, 3):
        engine.world.post(account=account, due_in=SOON * number)
    engine.world.bystander()
    engine.start("web")
    engine.sandbox.control(tokens=[{"creator": account.username, "do": "revoke", "reason": reason}])
    engine.start("clock", "publish", "uploads", "beat")
    eventually(lambda: now(account).status != "active", within=60, what="the connection is known to be over")
    invariants.check(engine)
    assert all(fresh(post).hold for post in engine.world.posts)
    eventually(lambda: mails_about(engine, account), within=20, what="the owner has a mail")
    assert len(mails_about(engine, account)) == 1
    assert len(engine.sandbox.requests(creator=account.username)) + len(renewals(engine, account)) <= 12


def test_f54_one_ciphertext_that_opens_with_no_key(engine: Engine) -> None:
    """That connection needs attention; the others publish."""
    broken = engine.world.creator()
    with workspace_scope(broken.workspace_id):
        broken.access_token = bytes(broken.access_token[:-1]) + b"\0"
        broken.save(update_fields=["access_token"])
    held, sound = engine.world.post(account=broken, due_in=SOON), engine.world.post(due_in=SOON)
    engine.world.bystander()
    engine.start()
    invariants.check(engine)
    assert (fresh(held).hold, fresh(sound).status) == ("needs_reconnect", "published")


def test_f55_keys_are_rotated_while_posts_go_out(engine: Engine) -> None:
    """The command runs again and again under load; nothing fails."""
    accounts = [expired(engine) for _ in range(4)]
    for number in range(12):
        engine.world.post(account=accounts[number % 4], due_in=SOON)
    engine.start()
    while engine.unsettled():
        done = engine.processes.start("reencrypt", parts.manage("reencrypt_tokens"))
        assert done.wait(30) == 0
    invariants.check(engine)
    assert {fresh(post).status for post in engine.world.posts} == {"published"}
