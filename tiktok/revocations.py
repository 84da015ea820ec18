"""Telling TikTok that a grant is over: an outbox, so that it works while TikTok is down (R-39).

Revoking ends the whole app for that creator, whoever connected it. So a grant is ended only while no workspace
holds a live connection to the creator, and waits while a newcomer has not yet confirmed theirs, or is on the way back
from TikTok (`consents`).
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.utils import timezone

from tiktok import consents, vault
from tiktok.client import TikTokError
from tiktok.models import AccountStatus, Grant, PendingConnection, Revocation, TikTokAccount
from tiktok.tokens import CALL_NEEDS, INVALID_GRANT, put_pair
from tiktok.wiring import oauth_client

KEPT_FOR = timedelta(hours=24)
FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)

logger = logging.getLogger(__name__)


def hand_over(row: Grant) -> None:
    """Put the grant of an account or a pending connection into the outbox; the caller drops its own copy.

    A pair that cannot be opened on this server cannot be revoked by it either: that is logged, and nothing waits.
    """
    try:
        access, refresh = vault.open_on(row, "access_token"), vault.open_on(row, "refresh_token")
    except vault.VaultError as error:
        logger.warning("A grant cannot be revoked at TikTok: %s", error)
        return
    outgoing = Revocation(
        workspace_id=row.workspace_id,  # type: ignore[attr-defined]
        client_key=row.client_key,
        open_id=row.open_id,
        scopes=row.scopes,
        access_expires_at=row.access_expires_at,
        refresh_expires_at=row.refresh_expires_at,
        give_up_at=timezone.now() + KEPT_FOR,
    )
    outgoing.access_token = vault.seal_on(outgoing, "access_token", access)
    outgoing.refresh_token = vault.seal_on(outgoing, "refresh_token", refresh)
    outgoing.save()


def try_once(outgoing: Revocation) -> None:
    """Tell TikTok, if it is our turn and nobody uses the creator; deletes the ciphertext once that is done."""
    if not _claim(outgoing):
        return
    try:
        with consents.ending() as nobody_comes:
            done = nobody_comes and _settle(outgoing)
    except vault.VaultError as error:
        logger.warning("A grant cannot be revoked at TikTok: %s", error)
        done = True
    if done or timezone.now() >= outgoing.give_up_at:
        outgoing.delete()


def _claim(outgoing: Revocation) -> bool:
    wait = min(FIRST_RETRY * 2 ** min(outgoing.attempts, 10), LONGEST_RETRY)
    mine = Revocation.objects.filter(pk=outgoing.pk, attempts=outgoing.attempts)
    outgoing.attempts += 1
    return bool(mine.update(attempts=outgoing.attempts, next_try_at=timezone.now() + wait))


def _settle(outgoing: Revocation) -> bool:
    """Whether nothing is left to do. Newcomers first: a yes turns them into users, and never the other way round."""
    return not _is_awaited(outgoing) and (_is_in_use(outgoing) or _revoke(outgoing))


def _is_in_use(outgoing: Revocation) -> bool:
    creator = TikTokAccount.objects.filter(client_key=outgoing.client_key, open_id=outgoing.open_id)
    return bool(creator.exclude(status=AccountStatus.DISCONNECTED).exists())


def _is_awaited(outgoing: Revocation) -> bool:
    """Also by one whose time is up: it may be confirmed at this very moment, and is swept away soon."""
    newcomers = PendingConnection.objects.filter(client_key=outgoing.client_key, open_id=outgoing.open_id)
    return bool(newcomers.exists())


def _revoke(outgoing: Revocation) -> bool:
    """Whether TikTok has ended the grant, or no longer knows it."""
    oauth = oauth_client()
    try:
        if not _is_alive(outgoing):
            _renew(outgoing)
    except TikTokError as error:
        logger.info("Renewing a grant in order to revoke it: %s", error)
        return error.code == INVALID_GRANT
    try:
        oauth.revoke(vault.open_on(outgoing, "access_token"))
    except TikTokError as error:
        logger.info("Revoking a grant: %s", error)
        if error.code == INVALID_GRANT:
            Revocation.objects.filter(pk=outgoing.pk).update(access_expires_at=timezone.now())
        return False
    return True


def _is_alive(outgoing: Revocation) -> bool:
    return (
        outgoing.access_expires_at is not None and outgoing.access_expires_at - timezone.now() >= CALL_NEEDS
    )


def _renew(outgoing: Revocation) -> None:
    """TikTok refuses to revoke an expired token (`tiktok-api.md` section 2.5), so get a live one first."""
    asked_at = timezone.now()
    pair = oauth_client().refresh(vault.open_on(outgoing, "refresh_token"))
    put_pair(outgoing, pair, asked_at=asked_at)
    outgoing.save()
