"""The way back from TikTok, in the wrong hands (R-30). Every refusal looks the same and exchanges nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import Role
from accounts.tenancy import workspace_scope
from tests.people import client_of, join, make_person, make_workspace
from tests.tiktok.journey import Traveller, page, query_of
from tiktok import trips
from tiktok.models import OAuthState, PendingConnection

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def traveller(alice, harbour, tiktok):
    return Traveller(client_of(alice), harbour)


@pytest.fixture
def exchanges(refresh_calls):
    """Calls to the token endpoint: the refused ways back make none."""
    return refresh_calls


def is_refused(answer) -> bool:
    return answer.status_code == 400 and "Nothing was connected" in answer.content.decode()


def pending_in(workspace) -> int:
    with workspace_scope(workspace):
        return PendingConnection.objects.count()


@pytest.mark.parametrize(
    "state", [{}, {"state": ""}, {"state": "forged" * 8}], ids=["missing", "empty", "forged"]
)
def test_a_state_that_we_never_gave_is_refused(traveller, harbour, exchanges, state):
    answer = traveller.client.get(reverse("connect_callback"), {"code": "code*1!x"} | state)
    assert is_refused(answer)
    assert exchanges() == pending_in(harbour) == 0


def test_a_reused_state_is_refused(traveller, harbour, exchanges):
    callback = traveller.consent(traveller.leave())
    assert traveller.client.get(callback).status_code == 302
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == pending_in(harbour) == 1


def test_a_state_is_used_up_even_by_a_refusal(traveller, alice, harbour, exchanges):
    callback = traveller.consent(traveller.leave())
    assert is_refused(client_of(alice).get(callback)), "another session of the same person"
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == pending_in(harbour) == 0


def test_a_state_is_used_up_before_the_code_is_exchanged(traveller, tiktok, exchanges):
    callback = traveller.consent(traveller.leave())
    tiktok.fault("http", endpoint="token", http_status=503)
    assert traveller.client.get(callback).status_code == 302
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == 1


def test_a_state_of_another_person_is_refused(traveller, charlie, elsewhere, harbour, exchanges):
    callback = traveller.consent(traveller.leave())
    assert is_refused(client_of(charlie).get(callback))
    assert exchanges() == pending_in(harbour) == pending_in(elsewhere) == 0


def test_a_state_older_than_ten_minutes_is_refused(traveller, harbour, exchanges):
    callback = traveller.consent(traveller.leave())
    with workspace_scope(harbour):
        state = OAuthState.objects.get()
        OAuthState.objects.update(expires_at=state.expires_at - timedelta(minutes=10))
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == 0


def test_whoever_has_signed_out_is_refused_and_told_to_sign_in(traveller, exchanges):
    callback = traveller.consent(traveller.leave())
    traveller.client.logout()
    answer = traveller.client.get(callback)
    assert is_refused(answer)
    assert reverse("account_login") in answer.content.decode()
    assert exchanges() == 0


def test_signing_in_again_does_not_bring_the_trip_back(traveller, alice, exchanges):
    callback = traveller.consent(traveller.leave())
    traveller.client.logout()
    traveller.client.force_login(alice)
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == 0


def test_a_lost_role_is_noticed_on_the_way_back(harbour, tiktok, exchanges):
    ada = make_person("Ada")
    member = join(harbour, ada, Role.ADMIN)
    traveller = Traveller(client_of(ada), harbour)
    callback = traveller.consent(traveller.leave())
    Membership.objects.filter(pk=member.pk).update(role=Role.EDITOR)
    answer = traveller.client.get(callback)
    assert answer["Location"] == page("accounts", harbour)
    assert "Ask an owner or admin" in traveller.client.get(answer["Location"]).content.decode()
    assert exchanges() == pending_in(harbour) == 0


def test_a_lost_membership_looks_like_a_forged_state(harbour, tiktok, exchanges):
    ada = make_person("Ada")
    member = join(harbour, ada, Role.ADMIN)
    traveller = Traveller(client_of(ada), harbour)
    callback = traveller.consent(traveller.leave())
    member.delete()
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == 0


def test_the_callback_in_a_victims_session_activates_nothing(
    traveller, charlie, elsewhere, harbour, exchanges
):
    """Charlie sends Alice his own way back, so that his creator ends up in her workspace."""
    attacker = Traveller(client_of(charlie), elsewhere)
    callback = attacker.consent(attacker.leave())
    assert is_refused(traveller.client.get(callback))
    assert exchanges() == pending_in(harbour) == pending_in(elsewhere) == 0


def test_only_the_hash_of_a_state_and_session_is_stored(traveller, harbour):
    state = query_of(traveller.leave())["state"]
    with workspace_scope(harbour):
        stored = vars(OAuthState.objects.get())
    assert state not in str(stored)
    assert traveller.client.session.session_key not in str(stored)


def test_two_trips_at_once_keep_to_their_own_workspaces(alice, harbour, tiktok):
    second = make_workspace(alice, name="Second")
    browser = client_of(alice)
    first_trip, second_trip = Traveller(browser, harbour), Traveller(browser, second)
    first, other = first_trip.leave(), second_trip.leave()
    browser.get(second_trip.consent(other, "fernandfold"))
    browser.get(first_trip.consent(first, "luna.bakes"))
    with workspace_scope(second):
        assert PendingConnection.objects.get().username == "fernandfold"
    with workspace_scope(harbour):
        assert PendingConnection.objects.get().username == "luna.bakes"


def test_a_forged_host_changes_no_address(traveller, settings):
    settings.ALLOWED_HOSTS = ["*"]
    answer = traveller.client.post(
        page("connect_begin", traveller.workspace), headers={"host": "evil.example"}
    )
    assert "evil.example" not in answer["Location"]


def test_old_states_are_forgotten(traveller, harbour):
    traveller.leave()
    with workspace_scope(harbour):
        state = OAuthState.objects.get()
        OAuthState.objects.update(expires_at=state.expires_at - timedelta(minutes=10))
        trips.forget_old()
        assert OAuthState.objects.count() == 0
