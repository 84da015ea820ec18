"""Mail to the owners of a workspace about one of its accounts: what happened, what it means, what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import Membership
from accounts.permissions import Role

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount


def tell_owners(account: TikTokAccount, notice: str) -> None:
    """Mail every owner once the transaction is committed; a mail that cannot be made or sent undoes nothing.

    `notice` is the name of a text below `templates/tiktok/mail/`; its first line is the subject.
    """
    transaction.on_commit(lambda: _send(account, notice), robust=True)


def _send(account: TikTokAccount, notice: str) -> None:
    workspace = account.workspace
    accounts_page = reverse("accounts", kwargs={"workspace_slug": workspace.slug})
    link = f"{settings.PUBLIC_BASE_URL}{accounts_page}#account-{account.pk}"
    text = render_to_string(
        f"tiktok/mail/{notice}.txt", {"account": account, "workspace": workspace, "link": link}
    )
    subject = f"{text.splitlines()[0]} – {workspace.name}"
    owners = Membership.objects.filter(workspace=workspace, role=Role.OWNER)
    for address in owners.values_list("user__email", flat=True):
        send_mail(subject, text, None, [address])
