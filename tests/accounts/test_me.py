"""A person's own page: their name, and the theme of their browser."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from tests.people import client_of

pytestmark = pytest.mark.django_db
ME = reverse("me")


@pytest.fixture
def browser(alice: User) -> Client:
    return client_of(alice)


def test_it_leads_to_everything_that_is_a_persons_own(
    browser: Client, alice: User, harbour: Workspace
) -> None:
    page = browser.get(ME).content.decode()
    assert 'value="Alice"' in page
    assert alice.email in page
    assert harbour.name in page
    for name in ("account_email", "account_change_password", "account_logout"):
        assert reverse(name) in page


def test_a_new_name_is_kept_without_blanks_around_it(browser: Client, alice: User) -> None:
    assert browser.post(ME, {"name": " Alice Amaral ", "theme": ""}).status_code == 302
    assert User.objects.get(pk=alice.pk).name == "Alice Amaral"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_none_is_refused_beside_the_field(browser: Client, alice: User, name: str) -> None:
    answer = browser.post(ME, {"name": name, "theme": ""})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert User.objects.get(pk=alice.pk).name == "Alice"


def test_the_theme_is_a_choice_of_this_browser_until_it_is_as_the_device(
    browser: Client, alice: User
) -> None:
    browser.post(ME, {"name": "Alice", "theme": "dark"})
    assert 'data-theme="dark"' in browser.get(ME).content.decode()
    assert '<option value="dark" selected>' in browser.get(ME).content.decode()
    assert "data-theme" not in client_of(alice).get(ME).content.decode()

    browser.post(ME, {"name": "Alice", "theme": ""})
    assert "data-theme" not in browser.get(ME).content.decode()


def test_nobody_else_may_be_named(browser: Client, alice: User) -> None:
    browser.post(ME, {"name": "Alice", "theme": "", "email": "other@people.example", "is_staff": "on"})
    person = User.objects.get(pk=alice.pk)
    assert (person.email, person.is_staff) == ("alice@people.example", False)


def test_strangers_are_sent_to_sign_in(client: Client) -> None:
    assert client.get(ME)["Location"].startswith(reverse("account_login"))
