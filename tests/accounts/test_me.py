"""A person's own page: their name, how times are written, shortcuts, and the theme of their browser."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User, Workspace
from tests.people import client_of, make_workspace

pytestmark = pytest.mark.django_db
ME = reverse("me")
SIGN_IN = reverse("mfa_index")
FORM = {"name": "Alice", "theme": "", "hours": "24", "shortcuts": "on"}


@pytest.fixture
def browser(alice: User) -> Client:
    return client_of(alice)


def test_they_lead_to_everything_that_is_a_persons_own(
    browser: Client, alice: User, harbour: Workspace
) -> None:
    pages = browser.get(ME).content.decode() + browser.get(SIGN_IN).content.decode()
    assert 'value="Alice"' in pages
    assert alice.email in pages
    assert harbour.name in pages
    for name in ("account_email", "account_change_password", "account_logout", "mfa_index", "start"):
        assert reverse(name) in pages


def test_a_new_name_is_kept_without_blanks_around_it(browser: Client, alice: User) -> None:
    assert browser.post(ME, FORM | {"name": " Alice Amaral "}).status_code == 302
    assert User.objects.get(pk=alice.pk).name == "Alice Amaral"


@pytest.mark.parametrize("name", ["", "   ", "x" * 121])
def test_a_name_that_is_none_is_refused_beside_the_field(browser: Client, alice: User, name: str) -> None:
    answer = browser.post(ME, FORM | {"name": name})
    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
    assert User.objects.get(pk=alice.pk).name == "Alice"


def test_the_theme_is_a_choice_of_this_browser_until_it_is_as_the_device(
    browser: Client, alice: User
) -> None:
    browser.post(ME, FORM | {"theme": "dark"})
    assert 'data-theme="dark"' in browser.get(ME).content.decode()
    assert '<option value="dark" selected>' in browser.get(ME).content.decode()
    assert "data-theme" not in client_of(alice).get(ME).content.decode()

    browser.post(ME, FORM)
    assert "data-theme" not in browser.get(ME).content.decode()


def test_hours_are_a_choice_of_the_person_in_every_browser(browser: Client, alice: User) -> None:
    browser.post(ME, FORM | {"hours": "12"})
    assert 'data-hours="12"' in client_of(alice).get(ME).content.decode()
    assert browser.post(ME, FORM | {"hours": "13"}).status_code == 422
    assert User.objects.get(pk=alice.pk).hours == "12"


def test_single_keys_are_switched_off_on_the_page_or_in_their_list(
    browser: Client, alice: User, harbour: Workspace
) -> None:
    box = 'name="shortcuts" checked>'
    calendar = f"/w/{harbour.slug}/calendar/"
    assert box in browser.get(calendar).content.decode()

    assert browser.post(reverse("my_shortcuts"), {}).status_code == 204
    assert box not in client_of(alice).get(calendar).content.decode()
    assert browser.post(reverse("my_shortcuts"), {"shortcuts": "on"}).status_code == 204
    assert User.objects.get(pk=alice.pk).shortcuts

    browser.post(ME, {name: value for name, value in FORM.items() if name != "shortcuts"})
    assert not User.objects.get(pk=alice.pk).shortcuts


def test_nobody_else_may_be_named(browser: Client, alice: User) -> None:
    browser.post(ME, FORM | {"email": "other@people.example", "is_staff": "on"})
    person = User.objects.get(pk=alice.pk)
    assert (person.email, person.is_staff) == ("alice@people.example", False)


@pytest.mark.parametrize("address", [ME, SIGN_IN, reverse("my_shortcuts")])
def test_strangers_are_sent_to_sign_in(client: Client, address: str) -> None:
    assert client.get(address)["Location"].startswith(reverse("account_login"))


class TestTheRail:
    """Own pages belong to no workspace, and still stand beside the menu of one."""

    def test_is_that_of_the_workspace_the_person_came_from(
        self, browser: Client, alice: User, harbour: Workspace
    ) -> None:
        bay = make_workspace(alice, name="Bay Studio")
        assert self.shown(browser, ME) == bay.slug  # the first by name
        assert f"{ME}?from={harbour.slug}" in browser.get(f"/w/{harbour.slug}/calendar/").content.decode()
        assert self.shown(browser, f"{ME}?from={harbour.slug}") == harbour.slug
        assert self.shown(browser, SIGN_IN) == harbour.slug

    def test_is_never_that_of_somebody_elses(
        self, browser: Client, harbour: Workspace, elsewhere: Workspace
    ) -> None:
        assert self.shown(browser, f"{ME}?from={elsewhere.slug}") == harbour.slug

    def test_goes_with_the_membership(self, browser: Client, alice: User, harbour: Workspace) -> None:
        assert self.shown(browser, f"{ME}?from={harbour.slug}") == harbour.slug
        harbour.memberships.all().delete()
        page = browser.get(ME).content.decode()
        assert harbour.slug not in page
        assert 'class="plain' in page

    @staticmethod
    def shown(browser: Client, address: str) -> str:
        request = browser.get(address).wsgi_request
        return str(request.workspace.slug)
