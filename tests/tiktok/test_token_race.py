"""Twenty workers and one expired token: TikTok is asked once. And a worker that dies between answer and commit."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection
from django.utils import timezone

from accounts.tenancy import workspace_scope
from tests.factories import make_account
from tiktok import tokens
from tiktok.client import TikTokError
from tiktok.models import AccountStatus, TikTokAccount

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
WORKERS = 20


@pytest.fixture
def expired(harbour, tiktok, in_harbour):
    account = make_account(harbour, tiktok)
    TikTokAccount.objects.update(access_expires_at=timezone.now() - timedelta(hours=1))
    return account


def together(account, act) -> list:
    """What `act(account)` gave or raised in each of twenty threads that start at once."""
    barrier = Barrier(WORKERS)

    def work(_: int):
        try:
            with workspace_scope(account.workspace_id):
                barrier.wait(30)
                return act(account)
        except (TikTokError, tokens.NeedsReconnect) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(work, range(WORKERS)))


def test_twenty_workers_make_one_call_and_all_get_the_token(expired, refresh_calls):
    answers = together(expired, tokens.fresh)
    assert refresh_calls() == 1
    assert {answer.secret.reveal() for answer in answers if isinstance(answer, tokens.AccessToken)} == {
        tokens.fresh(expired).secret.reveal()
    }
    assert sum(isinstance(answer, tokens.AccessToken) for answer in answers) == WORKERS


def test_who_waited_behind_a_failed_renewal_does_not_repeat_it(expired, tiktok, refresh_calls):
    tiktok.fault("http", endpoint="token", http_status=503, times=WORKERS)
    answers = together(expired, tokens.fresh)
    assert all(isinstance(answer, TikTokError) for answer in answers)
    assert refresh_calls() < WORKERS / 2
    assert TikTokAccount.objects.get().status == AccountStatus.ACTIVE


def test_twenty_refusals_are_one_piece_of_news(expired, tiktok, mailoutbox):
    tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    answers = together(expired, tokens.fresh)
    assert all(isinstance(answer, tokens.NeedsReconnect) for answer in answers)
    assert len(mailoutbox) == 1


def test_a_death_between_answer_and_commit_is_noticed_and_said(expired, tiktok, live_database, settings):
    """The pair that TikTok sent is gone with the process: the next renewal is refused, and a person is asked."""
    script = (
        "import django; django.setup()\n"
        "from accounts.tenancy import workspace_scope\n"
        "from tiktok import tokens; from tiktok.models import TikTokAccount\n"
        f"with workspace_scope('{expired.workspace_id}'):\n"
        "    tokens.fresh(TikTokAccount.objects.get())\n"
    )
    environment = live_database | {
        "ONCUE_CRASHPOINT": "refresh_answered",
        "TIKTOK_API_BASE_URL": tiktok.base_url,
        "TIKTOK_AUTH_BASE_URL": tiktok.base_url,
        "TIKTOK_CLIENT_KEY": tiktok.client_key,
        "TIKTOK_CLIENT_SECRET": tiktok.client_secret,
        "TOKEN_ENCRYPTION_KEYS": ",".join(settings.TOKEN_ENCRYPTION_KEYS),
    }
    died = subprocess.run([sys.executable, "-c", script], env=environment, timeout=60, check=False)
    assert died.returncode == -signal.SIGKILL
    with pytest.raises(tokens.NeedsReconnect):
        tokens.fresh(expired)
    assert TikTokAccount.objects.get().status_reason == "refresh_refused"
