"""The copy of a pair on its way into the database: sealed, for one place, and gone with the commit (R-38)."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from redis.exceptions import ConnectionError as NoCache

from tests.factories import make_account
from tests.sandbox_process import Sandbox
from tiktok import escrow, health, tokens
from tiktok.client import Secret, TokenPair
from tiktok.models import StatusReason, TikTokAccount

pytestmark = pytest.mark.django_db(transaction=True)

PAIR = TokenPair(Secret("act.CANARY"), Secret("rft.CANARY"), "o1", frozenset({"video.publish"}), 60, 3600)


@pytest.fixture
def luna(harbour: Any, tiktok: Sandbox, in_harbour: object) -> TikTokAccount:
    return make_account(harbour, tiktok)


@pytest.fixture
def put_aside(luna: TikTokAccount) -> TikTokAccount:
    escrow.keep(luna, PAIR, asked_at=timezone.now())
    return luna


def raw(account: TikTokAccount) -> Any:
    return cache.get(f"escrow:{account.workspace_id}:{account.pk}:{account.generation}")


def test_what_was_put_aside_comes_back_whole(put_aside: TikTokAccount) -> None:
    found = escrow.find(put_aside)
    assert found is not None
    assert found.pair == PAIR
    assert found.asked_at <= timezone.now()


def test_the_cache_holds_ciphertext_alone(put_aside: TikTokAccount) -> None:
    assert b"CANARY" not in pickle.dumps(raw(put_aside))


def test_it_opens_for_no_other_generation_account_or_creator(put_aside: TikTokAccount) -> None:
    key = f"escrow:{put_aside.workspace_id}:{put_aside.pk}"
    kept = raw(put_aside)
    put_aside.generation += 1
    assert escrow.find(put_aside) is None
    cache.set(f"{key}:{put_aside.generation}", kept)
    assert escrow.find(put_aside) is None, "moved by somebody who can write to the cache"
    put_aside.generation -= 1
    put_aside.open_id = "somebody else"
    assert escrow.find(put_aside) is None


def test_a_renewal_that_is_stored_leaves_no_copy(luna: TikTokAccount) -> None:
    tokens.fresh(luna, refused=luna.generation)
    assert raw(luna) is None


def test_a_creator_who_is_let_go_leaves_no_copy(put_aside: TikTokAccount) -> None:
    with transaction.atomic():
        health.end(put_aside, reason=StatusReason.BY_PERSON, by=None)
    assert raw(put_aside) is None


def test_without_a_cache_renewing_goes_on(
    luna: TikTokAccount, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise NoCache("away")

    for name in ("get", "set", "delete"):
        monkeypatch.setattr(type(cache._connections["default"]), name, refuse)  # type: ignore[attr-defined]
    assert tokens.fresh(luna, refused=luna.generation).generation == luna.generation + 1
    assert "has no copy" in caplog.text
