"""“Tell me when it works”: TikTok says that a creator cannot post now, and a person waits for the answer to change.

TikTok is asked now and then; once it says what the creator may post, everybody who waited gets one mail. It differs
from `holds`, which is about posts that wait: here is only a person who was about to write one.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import Min
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.mailing import ONE_MAIL_ONLY
from accounts.models import Membership, User
from accounts.once import alone
from accounts.tenancy import CrossTenant, cross_tenant, workspace_scope
from scheduler.clock import database_now
from scheduler.creators import CreatorLook, Next, look_at
from scheduler.models import CreatorWatch
from tiktok.models import TikTokAccount

if TYPE_CHECKING:
    from uuid import UUID

logger = logging.getLogger(__name__)

ASK_EVERY = timedelta(minutes=15)
PATIENCE = timedelta(days=7)
ASKED_IN_A_ROUND = 3
"""TikTok may take its whole deadline to answer, and other news waits in the same round."""


def may_help(look: CreatorLook | None) -> bool:
    """Whether waiting is what is left to do: a lost connection, or a site without keys, is mended by somebody."""
    return look is not None and look.info is None and look.next in {Next.TRY_AGAIN, Next.WAIT}


@transaction.atomic
def watch(*, account: TikTokAccount, by: User) -> None:
    """Tell them once; asking twice is asking once."""
    CreatorWatch.objects.get_or_create(
        workspace_id=account.workspace_id,
        account=account,
        user=by,
        defaults={"next_at": database_now() + ASK_EVERY},
    )


def is_watched(account: TikTokAccount, by: User) -> bool:
    return CreatorWatch.objects.filter(workspace_id=account.workspace_id, account=account, user=by).exists()


def tell_when_it_works() -> int:
    """Ask TikTok about those whose turn it is, longest waiting first. Returns how many mails were accepted."""
    sent = 0
    with alone("tell_when_it_works") as mine:
        for workspace_id, account_id in _due() if mine else []:
            with workspace_scope(workspace_id):
                try:
                    sent += _ask_about(account_id)
                except OSError:
                    logger.exception("No mail can be sent; that creators can post again is told later")
                    break
    return sent


def _due() -> list[tuple[UUID, UUID]]:
    with cross_tenant(CrossTenant.NOTICES):
        due = CreatorWatch.objects.filter(next_at__lte=database_now()).values("workspace_id", "account_id")
        rows = due.annotate(first=Min("next_at")).order_by("first")[:ASKED_IN_A_ROUND]
        return [(row["workspace_id"], row["account_id"]) for row in rows]


def _ask_about(account_id: UUID) -> int:
    account = TikTokAccount.objects.select_related("workspace").get(pk=account_id)
    watches = CreatorWatch.objects.filter(workspace_id=account.workspace_id, account=account)
    # First, so that a process that dies while TikTok answers leaves this account to its next turn.
    watches.update(next_at=database_now() + ASK_EVERY)
    if not account.is_active:
        watches.delete()  # its loss is told of, and mended, in another way
        return 0
    watches.filter(asked_at__lt=database_now() - PATIENCE).delete()
    if not watches.exists() or look_at(account).info is None:
        return 0
    return sum(_tell(each, account) for each in watches.select_related("user"))


def _tell(watch: CreatorWatch, account: TikTokAccount) -> bool:
    """Whoever has left the workspace hears nothing of it. Raises OSError where the mail server is away."""
    is_member = Membership.objects.filter(workspace_id=account.workspace_id, user=watch.user).exists()
    try:
        if is_member:
            _mail(watch.user, account)
    except ONE_MAIL_ONLY:
        logger.exception("The mail that account %s can post again was refused", account.pk)
        return False
    watch.delete()
    return is_member


def _mail(reader: User, account: TikTokAccount) -> None:
    composer = reverse("post_new", kwargs={"workspace_slug": account.workspace.slug})
    link = f"{settings.PUBLIC_BASE_URL}{composer}?account={account.pk}"
    text = render_to_string("scheduler/mail/works_again.txt", {"account": account, "link": link})
    send_mail(f"{account.display_name} can post again – {account.workspace.name}", text, None, [reader.email])
