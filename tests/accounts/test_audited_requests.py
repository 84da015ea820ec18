"""An audit event names the request that did it, and where that came from (R-56)."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import Settings

from accounts import audit
from accounts.models import AuditEvent, User, Workspace
from accounts.tenancy import workspace_scope
from tests.people import client_of, make_person

pytestmark = pytest.mark.django_db
FORGED = "11111111-2222-4333-8444-555555555555"


def rename(browser: Client, workspace: Workspace, name: str = "Bay") -> tuple[AuditEvent, str]:
    form = {"name": name, "time_zone": workspace.time_zone, "was": workspace.time_zone}
    answer = browser.post(f"/w/{workspace.slug}/settings/", form)
    assert answer.status_code == 302
    with workspace_scope(workspace):
        return AuditEvent.objects.get(action="workspace.renamed", detail__now=name), answer["X-Request-ID"]


def test_an_event_says_which_request_did_it_and_from_where(alice: User, harbour: Workspace) -> None:
    event, request_id = rename(client_of(alice), harbour)
    assert (str(event.request_id), event.ip) == (request_id, "127.0.0.1")


def test_an_event_believes_only_proxies_that_are_ours(
    alice: User, harbour: Workspace, settings: Settings
) -> None:
    browser = client_of(alice)
    browser.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9, 198.51.100.7"
    assert rename(browser, harbour)[0].ip == "127.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert rename(browser, harbour, "Cove")[0].ip == "198.51.100.7"


def test_an_event_past_fewer_proxies_than_are_trusted_names_whoever_connected(
    alice: User, harbour: Workspace, settings: Settings
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    browser = client_of(alice)
    browser.defaults["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    assert rename(browser, harbour)[0].ip == "127.0.0.1"


def test_an_event_of_our_own_work_says_neither(harbour: Workspace) -> None:
    with workspace_scope(harbour):
        event = audit.record(action="workspace.swept", by=None, target=harbour)
        event.refresh_from_db()
    assert (event.request_id, event.ip) == (None, None)


def test_an_event_is_found_by_staff_who_were_told_the_id(alice: User, harbour: Workspace) -> None:
    _, request_id = rename(client_of(alice), harbour)
    staff = client_of(make_person("Steffi", staff=True))
    log = "/admin/accounts/auditevent/"
    found = staff.get(f"{log}?q={request_id}").content.decode()
    assert "workspace.renamed" in found.split('id="result_list"')[1]
    assert 'id="result_list"' not in staff.get(f"{log}?q={FORGED}").content.decode()
    assert staff.get(f"{log}?q=nonsense").status_code == 200
