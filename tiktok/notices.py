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

SUBJECTS = {
    "needs_reconnect": "{account} has to be connected to Oncue again",
    "taken_over": "{account} was connected in another workspace",
}


def tell_owners(account: TikTokAccount, notice: str) -> None:
    """Mail every owner once the transaction is committed; a mail that cannot be made or sent undoes nothing.

    `notice` is a key of `SUBJECTS` and the name of a text below `templates/tiktok/mail/`.
    """
    transaction.on_commit(lambda: _send(account, notice), robust=True)


def _send(account: TikTokAccount, notice: str) -> None:
    workspace = account.workspace
    accounts_page = reverse("accounts", kwargs={"workspace_slug": workspace.slug})
    text = render_to_string(
        f"tiktok/mail/{notice}.txt",
        {"account": account, "workspace": workspace, "link": settings.PUBLIC_BASE_URL + accounts_page},
    )
    subject = SUBJECTS[notice].format(account=account.display_name)
    owners = Membership.objects.filter(workspace=workspace, role=Role.OWNER)
    for address in owners.values_list("user__email", flat=True):
        send_mail(subject, text, None, [address])
