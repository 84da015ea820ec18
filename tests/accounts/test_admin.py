"""The admin: one door, staff only, nothing written, no secret shown (R-73, R-74, R-77)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.sites import all_sites
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.admin_site import OncueAdminSite, ReadOnlyAdmin, TenantAdmin, is_secret
from accounts.models import User, Workspace
from accounts.tenancy import CrossTenant, WorkspaceOwned, cross_tenant
from tests.architecture.evidence import database_digest
from tests.architecture.routes import CANARY, Victim
from tests.people import client_of, make_person

pytestmark = pytest.mark.django_db
OURS = [model for model in apps.get_models() if model._meta.app_label in {"accounts", "tiktok", "scheduler"}]
REGISTERED = list(admin.site._registry)


def name_of(model: type[models.Model]) -> str:
    return model._meta.label


every_registered_model = pytest.mark.parametrize("model", REGISTERED, ids=name_of)


@pytest.fixture
def staff(db: None) -> Client:
    return client_of(make_person("Steffi", staff=True))


@pytest.fixture
def full(harbour: Workspace, alice: User) -> Victim:
    """A workspace with rows behind every page that has them."""
    victim = Victim(harbour, alice)
    assert victim.post.pk != victim.pending.pk  # both are made when asked for
    return victim


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def first_row(model: type[models.Model]) -> models.Model | None:
    with cross_tenant(CrossTenant.ADMIN):
        return model._default_manager.first()


def test_there_is_one_admin_site_and_it_is_ours() -> None:
    assert [type(site) for site in all_sites] == [OncueAdminSite]


def test_every_model_of_ours_can_be_looked_at() -> None:
    assert {model._meta.label for model in OURS} - {model._meta.label for model in REGISTERED} == set()


@every_registered_model
def test_every_admin_page_is_built_on_our_bases(model: type[models.Model]) -> None:
    page = admin.site._registry[model]
    assert isinstance(page, ReadOnlyAdmin)
    assert isinstance(page, TenantAdmin) == issubclass(model, WorkspaceOwned)


def test_nobody_in_particular_is_sent_to_the_one_sign_in() -> None:
    for path in ("/admin/", "/admin/login/", "/admin/accounts/user/", "/admin/no/such/page/"):
        assert Client().get(path)["Location"].startswith("/login/?next="), path


def test_a_password_posted_to_the_admin_opens_nothing() -> None:
    make_person("Steffi", staff=True)
    browser = Client()
    browser.post(
        "/admin/login/", {"username": "steffi@people.example", "password": "correct horse battery staple"}
    )
    assert browser.get("/admin/").status_code == 302


@pytest.mark.parametrize(
    "path", ["/admin/", "/admin/accounts/user/", "/admin/jsi18n/", "/admin/autocomplete/"]
)
def test_people_who_are_not_staff_are_refused(path: str, alice: User) -> None:
    assert client_of(alice).get(path).status_code == 403


def test_changing_a_password_leads_to_the_one_page_for_it(staff: Client) -> None:
    assert staff.get("/admin/password_change/")["Location"] == "/password/change/"


@every_registered_model
def test_staff_read_every_list_and_every_row_without_secrets(
    model: type[models.Model], staff: Client, full: Victim
) -> None:
    answers = [staff.get(address(model, "changelist"))]
    if row := first_row(model):
        answers += [staff.get(address(model, "change", row.pk)), staff.get(address(model, "history", row.pk))]
    for answer in answers:
        assert answer.status_code == 200
        assert no_secret_in(answer)


def no_secret_in(answer: HttpResponse) -> bool:
    text = answer.content.decode()
    return not any(
        secret in text for secret in (f"act.{CANARY}", f"rft.{CANARY}", "argon2$", "md5$", "&lt;memory")
    )


@every_registered_model
def test_no_column_of_a_secret_is_named_on_a_page(model: type[models.Model], rf: Any) -> None:
    page = admin.site._registry[model]
    request = rf.get("/admin/")
    request.user = User(is_staff=True)
    columns = [*page.get_fields(request), *page.list_display, *page.search_fields, *page.list_filter]
    assert [column for column in columns if isinstance(column, str) and is_secret(column)] == []


@pytest.mark.parametrize(
    "name", ["password", "access_token", "refresh_token", "upload_url", "state_hash", "session_hash", "key"]
)
def test_a_secret_is_known_by_its_name(name: str) -> None:
    assert is_secret(name)


def test_ordinary_columns_are_no_secrets() -> None:
    assert not any(map(is_secret, ["status", "stage", "open_id", "slug", "storage_key", "log_id"]))


@every_registered_model
def test_staff_write_nothing(model: type[models.Model], staff: Client, full: Victim) -> None:
    before = database_digest()
    row = first_row(model)
    assert staff.get(address(model, "add")).status_code == 403
    assert staff.post(address(model, "add"), {}).status_code == 403
    if row:
        assert staff.post(address(model, "change", row.pk), {"name": "x"}).status_code == 403
        assert staff.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403
    staff.post(
        address(model, "changelist"), {"action": "delete_selected", "_selected_action": [str(row and row.pk)]}
    )
    assert database_digest() == before


def test_a_page_that_needs_no_model_of_ours_is_gone() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("admin:auth_group_changelist")
    with pytest.raises(NoReverseMatch):
        reverse("admin:sessions_session_changelist")
