"""A post that only the operator can help waits, and the operator knows: what its page says is true."""

from __future__ import annotations

import uuid
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from pytest_django import Settings

from accounts import operators
from scheduler.states import Reason
from tests.scheduler.engine import publish, run, take_step
from tiktok import alarms
from tiktok.client.codes import ALL_ROWS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def operator(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    settings.ADMINS = [("Operator", "ops@people.example")]
    monkeypatch.setattr(operators.mail_operator, "delay", operators.mail_operator)
    cache.delete_many([alarms.key_of(row.code) for row in ALL_ROWS])


def subjects(mailoutbox: Any) -> list[str]:
    return [letter.subject for letter in mailoutbox if letter.to == ["ops@people.example"]]


@pytest.mark.parametrize("code", ["url_ownership_unverified", "invalid_client", "unknown"])
def test_a_hold_that_the_operator_has_to_end_is_told_them_once(
    studio: SimpleNamespace, mailoutbox: Any, code: str
) -> None:
    code = uuid.uuid4().hex if code == "unknown" else code
    studio.tiktok.fault("error", "video_init", times=2, code=code, http_status=403)
    for _ in range(2):
        assert take_step(studio.post()).hold == Reason.APP_CONFIGURATION
    [subject] = subjects(mailoutbox)
    assert code in subject


def test_a_setting_that_tiktok_counts_against_the_app_is_told_although_the_post_failed(
    studio: SimpleNamespace, mailoutbox: Any
) -> None:
    studio.tiktok.fault("error", "video_init", code="privacy_level_option_mismatch", http_status=403)
    assert take_step(studio.post()).status == "failed"
    [subject] = subjects(mailoutbox)
    assert "privacy_level_option_mismatch" in subject


def test_a_fail_reason_that_nobody_knows_is_told(studio: SimpleNamespace, mailoutbox: Any) -> None:
    reason = f"new_{uuid.uuid4().hex}"
    studio.tiktok.fault("fail", fail_reason=reason)
    assert publish(studio.post()).status == "failed"
    [subject] = subjects(mailoutbox)
    assert reason in subject


def test_what_its_people_can_mend_is_theirs_alone(studio: SimpleNamespace, mailoutbox: Any) -> None:
    studio.tiktok.fault("fail", fail_reason="spam_risk_text")
    assert publish(studio.post()).status == "failed"
    studio.tiktok.fault("error", "video_init", code="spam_risk_too_many_posts", http_status=403)
    later = studio.post(due_in=timedelta(seconds=1))
    run(later, until={"scheduled"})
    assert subjects(mailoutbox) == []
