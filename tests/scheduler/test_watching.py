"""“Tell me when it works”: asked for in the composer, asked of TikTok, mailed once."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.test import Client

from accounts.models import Membership, User
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler import watching
from scheduler.clock import database_now
from scheduler.models import CreatorWatch
from tests.people import client_of
from tests.scheduler.pages import address, filled
from tests.scheduler.test_notices import Picky, Refusing
from tiktok.models import TikTokAccount

BUTTON = "Tell me when it works"
SAID = "We mail you as soon as TikTok lets us post for Luna Bakes within a week."


@pytest.fixture
def desk(studio: SimpleNamespace) -> SimpleNamespace:
    """Alice at the composer, and TikTok wants no post of Luna's now."""
    studio.browser = client_of(studio.alice)
    studio.new = address(studio.workspace, "post_new")
    refuse(studio)
    return studio


def refuse(studio: SimpleNamespace, code: str = "spam_risk_too_many_posts") -> None:
    fault = {"kind": "error", "endpoint": "creator_info", "code": code, "times": 99}
    studio.tiktok.control(clear_faults=True, faults=[fault])


def allow(studio: SimpleNamespace) -> None:
    studio.tiktok.control(clear_faults=True)


def press(desk: SimpleNamespace, browser: Client | None = None, **headers: str) -> str:
    form = filled(desk.luna, None, action=f"tell:{desk.luna.pk}")
    answer = (browser or desk.browser).post(desk.new, form, headers=headers)
    assert answer.status_code == 200
    return str(answer.content.decode())


def a_quarter_later() -> None:
    with cross_tenant(CrossTenant.SEED):
        CreatorWatch.objects.update(next_at=database_now())


def watches() -> int:
    with cross_tenant(CrossTenant.SEED):
        return CreatorWatch.objects.count()


@pytest.mark.parametrize("code", ["spam_risk_too_many_posts", "spam_risk_user_banned_from_posting"])
def test_the_composer_offers_it_keeps_what_was_typed_and_says_what_comes(
    desk: SimpleNamespace, code: str
) -> None:
    refuse(desk, code)
    assert BUTTON in desk.browser.get(desk.new).content.decode()
    page = press(desk)
    assert SAID in page
    assert BUTTON not in page
    assert "Autumn loaf" in page
    assert SAID in desk.browser.get(f"{desk.new}?account={desk.luna.pk}").content.decode()


def test_with_htmx_only_the_cards_of_the_creator_are_answered(desk: SimpleNamespace) -> None:
    part = press(desk, **{"HX-Request": "true"})
    assert SAID in part
    assert "<html" not in part


def test_it_is_not_offered_where_somebody_has_to_mend_something(desk: SimpleNamespace, bob: User) -> None:
    allow(desk)
    assert BUTTON not in desk.browser.get(desk.new).content.decode()
    desk.tiktok.control(tokens=[{"creator": "luna.bakes", "do": "revoke"}])
    assert BUTTON not in desk.browser.get(desk.new).content.decode()


def test_each_who_asked_is_mailed_once_and_nobody_else(
    desk: SimpleNamespace, bob: User, charlie: User
) -> None:
    press(desk)
    press(desk)
    press(desk, client_of(bob))
    a_quarter_later()
    assert watching.tell_when_it_works() == 0
    assert watches() == 2

    allow(desk)
    assert watching.tell_when_it_works() == 0  # not its turn again
    a_quarter_later()
    assert watching.tell_when_it_works() == 2
    assert sorted(letter.to[0] for letter in mail.outbox) == [desk.alice.email, bob.email]
    assert mail.outbox[0].subject == "Luna Bakes can post again – Harbour Social"
    assert f"{desk.new}?account={desk.luna.pk}" in str(mail.outbox[0].body)
    a_quarter_later()
    assert watching.tell_when_it_works() == 0
    assert watches() == 0


def test_nobody_asks_for_an_account_of_somebody_else(
    desk: SimpleNamespace, charlie: User, elsewhere: object
) -> None:
    stranger = client_of(charlie)
    form = filled(desk.luna, None, action=f"tell:{desk.luna.pk}")
    stranger.post(address(elsewhere, "post_new"), form)  # type: ignore[arg-type]
    assert watches() == 0


def test_whoever_left_the_workspace_hears_nothing_of_it(desk: SimpleNamespace, bob: User) -> None:
    press(desk, client_of(bob))
    Membership.objects.filter(user=bob).delete()
    allow(desk)
    a_quarter_later()
    assert watching.tell_when_it_works() == 0
    assert (mail.outbox, watches()) == ([], 0)


def test_after_a_week_and_after_a_loss_nobody_asks_any_more(
    desk: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(desk)
    a_quarter_later()
    monkeypatch.setattr(watching, "PATIENCE", timedelta(0))
    assert watching.tell_when_it_works() == 0
    assert watches() == 0

    press(desk)
    with workspace_scope(desk.workspace):
        TikTokAccount.objects.filter(pk=desk.luna.pk).update(
            status="needs_reconnect", status_reason="refresh_refused"
        )
    a_quarter_later()
    assert watching.tell_when_it_works() == 0
    assert watches() == 0


def test_a_mail_that_was_not_taken_is_tried_again(
    desk: SimpleNamespace, bob: User, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(desk)
    press(desk, client_of(bob))
    allow(desk)
    for backend, taken in ((Refusing, 0), (Picky, 1)):
        monkeypatch.setattr(Picky, "refused", 0)
        settings.EMAIL_BACKEND = f"{backend.__module__}.{backend.__name__}"  # type: ignore[attr-defined]
        a_quarter_later()
        assert watching.tell_when_it_works() == taken
    a_quarter_later()
    assert watching.tell_when_it_works() == 1
    assert watches() == 0
