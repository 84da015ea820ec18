"""Mail to the owners of a workspace about one of its accounts: what happened, what it means, what to do.

The message of the change sends it at once; a sweep each minute finds whom that message did not reach: a broker or a
mail server that was down, a worker that died. Told is who stands in the audit log, with the connection it was about.
That is written right after the mail was accepted, so at worst somebody is told twice, and never not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from celery import shared_task
from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from accounts.mailing import ONE_MAIL_ONLY
from accounts.models import AuditEvent, Membership
from accounts.once import alone
from accounts.permissions import Role
from accounts.tasks import Queue, WorkspaceTask
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from tiktok.models import StatusReason, TikTokAccount

if TYPE_CHECKING:
    from accounts.models import User

NOTICE_OF = {
    StatusReason.REFRESH_REFUSED: "needs_reconnect",
    StatusReason.TOKEN_REFUSED: "needs_reconnect",
    StatusReason.UNREADABLE: "needs_reconnect",
    StatusReason.ACCOUNT_GONE: "needs_reconnect",
    StatusReason.BY_OPERATOR: "needs_reconnect",
    StatusReason.TAKEN_OVER: "taken_over",
}
"""The text below `templates/tiktok/mail/`, whose first line is the subject, too."""

TOLD = "account.owner_told"

LOOKS_BACK = timedelta(days=3)
"""Older news is on the accounts page; a mail about it would only puzzle."""

LEFT_TO_THE_MESSAGE = timedelta(minutes=2)

Line = tuple[str, str, str, int]
"""Who was told of what: account, person, notice, and which of the account's token pairs had ended."""

logger = logging.getLogger(__name__)


def tell_owners(account: TikTokAccount) -> None:
    """Mail every owner what became of the connection, apart, once the transaction is committed."""
    told = {"workspace_id": str(account.workspace_id), "account_id": str(account.pk)}
    transaction.on_commit(lambda: mail_owners.delay(**told), robust=True)


@shared_task(base=WorkspaceTask, waits_in=Queue.UPKEEP, name="tiktok.mail_owners")
def mail_owners(*, workspace_id: str, account_id: str) -> None:
    """Mail the owners who were not told yet."""
    tell(UUID(account_id))


def tell(account_id: UUID) -> int:
    """Mail each owner once for each connection that was lost, however often it is called; returns how many mails.

    Nothing is sent where the account was connected again meanwhile. Raises OSError where no mail can be sent.
    """
    sent = 0
    with alone(f"tell_owners {account_id}") as mine:
        account = TikTokAccount.objects.select_related("workspace").filter(pk=account_id).first()
        if not mine or account is None or account.status_reason not in NOTICE_OF:
            return 0
        told = _told([account])
        for owner in _owners(account):
            if _line(account, owner) not in told:
                sent += _mailed(account, owner)
    return sent


def tell_waiting() -> int:
    """Tell everybody who should have been told by now. Returns how many mails were accepted."""
    sent = 0
    for account in _untold():
        with workspace_scope(account.workspace_id):
            try:
                sent += tell(account.pk)
            except OSError:
                logger.exception("No mail can be sent; the news about accounts is told later")
                return sent
    return sent


def _untold() -> list[TikTokAccount]:
    """Accounts of all workspaces whose news is not with every owner, oldest first."""
    now = timezone.now()
    with cross_tenant(CrossTenant.NOTICES):
        rows = TikTokAccount.objects.filter(
            status_reason__in=NOTICE_OF,
            status_since__gt=now - LOOKS_BACK,
            status_since__lte=now - LEFT_TO_THE_MESSAGE,
        )
        accounts = list(rows.order_by("status_since"))
        told = _told(accounts)
        return [
            account for account in accounts if {_line(account, owner) for owner in _owners(account)} - told
        ]


def _owners(account: TikTokAccount) -> list[User]:
    members = Membership.objects.filter(workspace_id=account.workspace_id, role=Role.OWNER)
    return [member.user for member in members.select_related("user").order_by("pk")]


def _told(accounts: Iterable[TikTokAccount]) -> set[Line]:
    by_id = {str(account.pk): account for account in accounts}
    lines = AuditEvent.objects.filter(
        workspace_id__in={account.workspace_id for account in by_id.values()},
        action=TOLD,
        target_id__in=by_id,
    )
    return {
        (target, detail["to"], detail["notice"], detail["generation"])
        for target, detail in lines.values_list("target_id", "detail")
    }


def _line(account: TikTokAccount, owner: User) -> Line:
    notice = NOTICE_OF[StatusReason(account.status_reason)]
    return str(account.pk), str(owner.pk), notice, account.generation


def _mailed(account: TikTokAccount, owner: User) -> bool:
    """One address that is refused keeps no other owner untold."""
    try:
        _mail(account, owner)
    except ONE_MAIL_ONLY:
        logger.exception("A mail about account %s was refused; it is tried again", account.pk)
        return False
    return True


def _mail(account: TikTokAccount, owner: User) -> None:
    _, to, notice, generation = _line(account, owner)
    accounts_page = reverse("accounts", kwargs={"workspace_slug": account.workspace.slug})
    text = render_to_string(
        f"tiktok/mail/{notice}.txt",
        {
            "account": account,
            "workspace": account.workspace,
            "link": f"{settings.PUBLIC_BASE_URL}{accounts_page}#account-{account.pk}",
        },
    )
    subject = f"{text.splitlines()[0]} – {account.workspace.name}"
    send_mail(subject, text, None, [owner.email])
    with transaction.atomic():
        record(
            action=TOLD,
            by=None,
            target=account,
            detail={"to": to, "notice": notice, "generation": generation},
        )
