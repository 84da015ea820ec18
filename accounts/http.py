"""The request that a view under `/w/<slug>/` receives: signed in, inside a workspace, as a member."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from accounts.models import Membership, User, Workspace


class SignedInRequest(HttpRequest):
    """A request of a person who is signed in."""

    user: User  # type: ignore[assignment]
    htmx: HtmxDetails


class WorkspaceRequest(SignedInRequest):
    """A request inside a workspace; `accounts.middleware` has entered its scope."""

    workspace: Workspace
    membership: Membership
