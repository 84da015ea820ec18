"""Links for creators who are not here: made and withdrawn by members, used once by whoever owns the TikTok account.

The token is 256 random bits and stored as a hash. It opens one thing, the way to TikTok for this workspace; it signs
nobody in. Whoever made the link stands for it: it works while they may connect accounts themselves (R-08).
"""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from accounts.models import Membership
from accounts.permissions import Action, can
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok.link_models import ConnectLink
from tiktok.trips import hashed

if TYPE_CHECKING:
    from accounts.models import User, Workspace
    from tiktok.models import TikTokAccount

LIFETIME = timedelta(hours=72)
KEPT_FOR = timedelta(days=30)
"""How long the page of the accounts remembers a link that is over."""

MOST_OPEN = 20
SHOWN = 10


class LinkGone(Exception):
    """The link never was, ran out, was withdrawn or used, or whoever made it may no longer connect accounts."""


class TooManyLinks(Exception):
    """So many links of this workspace are still open; the message is a sentence."""


def make(*, workspace: Workspace, by: User, note: str = "", wanted: TikTokAccount | None = None) -> str:
    """A new link's whole address, shown this once: only its hash is kept. Raises `TooManyLinks`.

    With `wanted` it connects that account again and no other.
    """
    if _open(workspace).count() >= MOST_OPEN:
        raise TooManyLinks(f"{MOST_OPEN} links are waiting already. Withdraw one that nobody needs.")
    token = secrets.token_urlsafe(32)
    with transaction.atomic():
        link = ConnectLink.objects.create(
            workspace=workspace,
            token_hash=hashed(token),
            made_by=by,
            note=note,
            wanted=wanted,
            expires_at=timezone.now() + LIFETIME,
        )
        detail = {"note": note, "account": wanted.handle} if wanted else {"note": note}
        record(action="connect_link.made", by=by, target=link, detail=detail)
    return settings.PUBLIC_BASE_URL + reverse("connect_link", kwargs={"connect_token": token})


def withdraw(*, link: ConnectLink, by: User) -> bool:
    """Let nobody in by it any more. False where it was over already."""
    with transaction.atomic():
        if not _open(link.workspace).filter(pk=link.pk).update(revoked_at=timezone.now()):
            return False
        record(action="connect_link.withdrawn", by=by, target=link, detail={"note": link.note})
    return True


def find(token: str) -> ConnectLink:
    """The open link with this token, with its `workspace`, `made_by` and `wanted`. Raises `LinkGone`, which says no
    more."""
    with cross_tenant(CrossTenant.CONNECT_LINK):
        rows = ConnectLink.objects.select_related("workspace", "made_by", "wanted")
        link: ConnectLink | None = rows.filter(token_hash=hashed(token)).first()
    if link is None:
        raise LinkGone
    check_open(link)
    return link


def check_open(link: ConnectLink) -> None:
    """Raises `LinkGone`. Asks the rows anew: a trip to TikTok takes minutes."""
    with workspace_scope(link.workspace_id):
        is_open = _open(link.workspace).filter(pk=link.pk).exists()
    member = Membership.objects.filter(workspace_id=link.workspace_id, user_id=link.made_by_id).first()
    if not is_open or member is None or not can(member, Action.CONNECT):
        raise LinkGone


def use_up(link: ConnectLink, account: TikTokAccount) -> None:
    """In the transaction that connects the account. Raises `LinkGone`: of two at once, one wins."""
    check_open(link)
    if not _open(link.workspace).filter(pk=link.pk).update(used_at=timezone.now(), account=account):
        raise LinkGone


def lately(workspace: Workspace) -> list[ConnectLink]:
    """The workspace's links as its people see them, newest first."""
    rows = ConnectLink.objects.filter(workspace=workspace).select_related("made_by", "account", "wanted")
    return list(rows.order_by("-made_at")[:SHOWN])


def forget_old() -> None:
    """Remove links that were over long ago."""
    ConnectLink.objects.filter(expires_at__lte=timezone.now() - KEPT_FOR).delete()


def _open(workspace: Workspace) -> Any:
    now = timezone.now()
    return ConnectLink.objects.filter(workspace=workspace, used_at=None, revoked_at=None, expires_at__gt=now)
