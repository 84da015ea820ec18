"""What TikTok says about our app reaches whoever runs it: once of each code in a day, and only what is theirs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from pytest_django import Settings
from redis.exceptions import ConnectionError as Away

from accounts import operators
from tests.factories import make_account
from tests.sandbox_process import Sandbox
from tiktok import alarms, tasks
from tiktok.client import Refusal, Surface, row_for
from tiktok.client.codes import ALL_ROWS, CodeRow, words

pytestmark = pytest.mark.django_db(transaction=True)

URL = "url_ownership_unverified"


@pytest.fixture(autouse=True)
def operator(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Iterator[None]:
    """Somebody to be told, of whom nothing is remembered; mails are sent as soon as they are enqueued."""
    settings.ADMINS = [("Operator", "ops@people.example")]
    monkeypatch.setattr(operators.mail_operator, "delay", operators.mail_operator)
    keys = [alarms.key_of(row.code) for row in ALL_ROWS]
    cache.delete_many(keys)
    yield
    cache.delete_many(keys)


def refusal(code: str, surface: Surface = Surface.VIDEO_INIT) -> Refusal:
    return Refusal(code=code, surface=surface, http_status=403, log_id="log-7")


def test_the_operator_is_told_once_of_each_code(mailoutbox: Any) -> None:
    for _ in range(3):
        alarms.note(refusal(URL))
        alarms.note(refusal(URL, Surface.PHOTO_INIT))
    alarms.note(refusal("invalid_client", Surface.OAUTH))
    assert [(letter.to, URL in letter.subject, "log-7" in letter.body) for letter in mailoutbox] == [
        (["ops@people.example"], True, True),
        (["ops@people.example"], False, True),
    ]
    assert "TIKTOK_CLIENT_SECRET" in mailoutbox[1].body


def test_a_day_later_the_same_is_news_again(mailoutbox: Any) -> None:
    alarms.note(refusal(URL))
    cache.delete(alarms.key_of(URL))
    alarms.note(refusal(URL))
    assert len(mailoutbox) == 2


def test_a_code_that_nobody_knows_is_told_of(mailoutbox: Any) -> None:
    code = f"brand_new_{uuid.uuid4().hex}"
    alarms.note(refusal(code))
    alarms.note_code(code, Surface.FAIL_REASON)
    [letter] = mailoutbox
    assert code in letter.body


@pytest.mark.parametrize(
    ("code", "surface"),
    [
        ("spam_risk_too_many_posts", Surface.VIDEO_INIT),
        ("access_token_invalid", Surface.VIDEO_INIT),
        ("invalid_grant", Surface.OAUTH),
        ("reached_active_user_cap", Surface.VIDEO_INIT),
        ("429", Surface.CHUNK),
        ("", Surface.VIDEO_INIT),
    ],
)
def test_what_a_creator_or_time_mends_is_no_matter_for_the_operator(
    code: str, surface: Surface, mailoutbox: Any
) -> None:
    alarms.note(refusal(code, surface))
    assert mailoutbox == []


def test_what_was_rolled_back_is_not_told(mailoutbox: Any) -> None:
    with transaction.atomic():
        alarms.note(refusal(URL))
        transaction.set_rollback(True)
    assert mailoutbox == []
    alarms.note(refusal(URL))
    assert len(mailoutbox) == 1


def test_without_a_cache_nothing_is_kept_from_the_operator(
    mailoutbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise Away("away")

    monkeypatch.setattr(cache, "add", away)
    alarms.note(refusal(URL))
    assert len(mailoutbox) == 1


def test_a_word_that_somebody_typed_into_a_redirect_breaks_no_mail(mailoutbox: Any) -> None:
    typed = f"{uuid.uuid4().hex}\r\nBcc: everybody@people.example " + "x" * 500
    alarms.note_code(typed, Surface.OAUTH)
    [letter] = mailoutbox
    assert letter.bcc == []
    assert len(letter.subject) < 200


CLAIMS = "have been told"


@pytest.mark.parametrize(
    "row", [row for row in ALL_ROWS if CLAIMS in row.sentence], ids=lambda row: f"{row.surface}-{row.code}"
)
def test_every_row_that_says_so_is_told_of(row: CodeRow) -> None:
    assert alarms.is_operators(row)


def test_so_is_the_row_that_stands_in_for_an_unknown_code() -> None:
    assert CLAIMS in words.UNKNOWN_REFUSAL.sentence
    assert alarms.is_operators(row_for("no such code", Surface.STATUS))


def test_a_wrong_secret_is_told_of_when_a_pair_is_renewed(
    harbour: Any, tiktok: Sandbox, in_harbour: object, mailoutbox: Any
) -> None:
    luna = make_account(harbour, tiktok, refresh_due_at=None)
    tiktok.fault("error", endpoint="token", code="invalid_client", http_status=200)
    tasks.renew_account(workspace_id=str(harbour.pk), account_id=str(luna.pk))
    assert [letter.subject for letter in mailoutbox if "invalid_client" in letter.subject]
