"""Twenty workers and one expired token: TikTok is asked once. And a worker that dies before its commit (F-22)."""

from __future__ import annotations

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from accounts.tenancy import workspace_scope
from tests.factories import make_account
from tiktok import sessions, tokens
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
            connection.ensure_connection()
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


@pytest.fixture
def died(expired, tiktok, live_database) -> TikTokAccount:
    """A worker that was killed between TikTok's answer and its own commit."""
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
    }
    ended = subprocess.run([sys.executable, "-c", script], env=environment, timeout=60, check=False)
    assert ended.returncode == -signal.SIGKILL
    return expired


def test_the_pair_of_a_worker_that_died_is_found_by_the_next(died, tiktok, refresh_calls):
    token = tokens.fresh(died)
    assert (token.generation, refresh_calls()) == (died.generation + 1, 1)
    assert sessions.client_for(died).creator_info().username == "luna.bakes"
    assert tokens.fresh(died, refused=token.generation).generation == died.generation + 2


def test_twenty_workers_find_it_once(died, refresh_calls):
    answers = together(died, tokens.fresh)
    assert {answer.generation for answer in answers} == {died.generation + 1}
    assert refresh_calls() == 1


def test_a_pair_found_too_late_to_be_used_is_still_good_to_renew(died, tiktok, refresh_calls):
    token = tokens.fresh(died, needed=timedelta(hours=3))
    assert (token.generation, refresh_calls()) == (died.generation + 2, 2)


def test_where_the_copy_is_lost_too_a_person_is_asked(died):
    """Between the answer and the copy, or with the cache: then TikTok refuses the old pair, and that is said."""
    cache.clear()
    with pytest.raises(tokens.NeedsReconnect):
        tokens.fresh(died)
    assert TikTokAccount.objects.get().status_reason == "refresh_refused"
