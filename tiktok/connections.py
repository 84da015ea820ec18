"""Verbs of people: begin to connect a creator, come back from TikTok, let a creator go.

The way back only ever makes a *pending* connection; `confirmations` makes it real (R-32). No call to TikTok
happens inside a transaction here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import Membership
from accounts.permissions import Action, NotAllowed, check_can
from accounts.tenancy import workspace_scope
from tiktok import (
    alarms,
    connect_links,
    consents,
    health,
    pictures,
    profiles,
    refusals,
    revocations,
    tokens,
    trips,
)
from tiktok.client import Surface, TikTokError, TokenPair, split_scopes
from tiktok.models import (
    AccountStatus,
    ConnectLink,
    OAuthState,
    PendingConnection,
    StatusReason,
    TikTokAccount,
)
from tiktok.refusals import AnotherCreator, ConnectRefused
from tiktok.wiring import oauth_client

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import User, Workspace

PENDING_FOR = timedelta(minutes=15)


def begin_connect(
    *,
    workspace: Workspace,
    by: User,
    session_key: str,
    reconnect: TikTokAccount | None = None,
    link: ConnectLink | None = None,
) -> str:
    """Where to send the browser. Raises `NotConfigured` where this server has no TikTok app.

    With `link` the browser is a creator's, and `by` whoever made the link.
    """
    oauth = oauth_client()
    state = trips.begin(workspace=workspace, by=by, session_key=session_key, account=reconnect, link=link)
    return oauth.authorize_url(state=state, scopes=settings.TIKTOK_SCOPES)


def finish_connect(*, answer: Mapping[str, str], user: User | None, session_key: str) -> PendingConnection:
    """What TikTok's redirect brought, as a pending connection (`tiktok-api.md` section 2.2).

    Raises `UnknownTrip` before anything is exchanged, `ConnectRefused` with a sentence and the workspace to show it
    in, or `AnotherCreator` where someone else came back than the creator to renew.
    """
    with consents.receiving():
        trip = trips.take(answer.get("state", ""), user=user, session_key=session_key)
        workspace = _workspace_of(trip)
        with workspace_scope(workspace):
            return _receive(trip, workspace, answer)


def _receive(trip: OAuthState, workspace: Workspace, answer: Mapping[str, str]) -> PendingConnection:
    if answer.get("error") or not answer.get("code"):
        alarms.note_code(answer.get("error", ""), Surface.OAUTH)
        raise ConnectRefused(refusals.sentence_for(answer), workspace, by_link=trip.link_id is not None)
    asked_at = timezone.now()
    try:
        pair = oauth_client().exchange(answer["code"])
    except TikTokError as error:
        alarms.note(error)
        sentence = refusals.sentence_of(error)
        raise ConnectRefused(sentence, workspace, by_link=trip.link_id is not None) from error
    pending = _pending(trip, pair, asked_at, granted=split_scopes(answer.get("scopes", "")))
    _get_to_know(pending, pair, trip)
    return pending


def discard(pending: PendingConnection) -> None:
    """Nobody wants it, or nobody said so in time: TikTok is told, and nothing of it stays."""
    with transaction.atomic():
        row = PendingConnection.objects.select_for_update(of=("self",)).filter(pk=pending.pk).first()
        if row is None:
            return
        revocations.hand_over(row)
        row.delete()
        transaction.on_commit(lambda: pictures.discard(row.avatar), robust=True)


def disconnect(*, account: TikTokAccount, by: User | None) -> None:
    """Let a creator go, at once and whether or not TikTok answers: it is told from the outbox.

    `by` is None for the operator's command.
    """
    with transaction.atomic():
        rows = TikTokAccount.objects.select_for_update(of=("self",), no_key=True).filter(
            workspace_id=account.workspace_id
        )
        row = rows.get(pk=account.pk)
        if row.status == AccountStatus.DISCONNECTED:
            return
        revocations.hand_over(row)
        health.end(row, reason=StatusReason.BY_PERSON if by else StatusReason.BY_OPERATOR, by=by)


def _workspace_of(trip: OAuthState) -> Workspace:
    """The trip's workspace, if whoever it is made for may still connect there; the role is read now (R-08, R-30)."""
    if trip.link is not None:
        return _workspace_of_link(trip.link)
    member = Membership.objects.select_related("workspace")
    membership = member.filter(user_id=trip.user_id, workspace_id=trip.workspace_id).first()
    if membership is None:
        raise trips.UnknownTrip
    try:
        check_can(membership, Action.CONNECT)
    except NotAllowed as refusal:
        raise ConnectRefused(str(refusal), membership.workspace) from refusal
    return membership.workspace


def _workspace_of_link(link: ConnectLink) -> Workspace:
    try:
        connect_links.check_open(link)
    except connect_links.LinkGone as error:
        raise trips.UnknownTrip from error
    return link.workspace


def _pending(
    trip: OAuthState, pair: TokenPair, asked_at: datetime, *, granted: frozenset[str]
) -> PendingConnection:
    """An unsaved pending connection with the sealed pair; an unusable answer is a refusal."""
    pending = PendingConnection(
        workspace_id=trip.workspace_id,
        client_key=settings.TIKTOK_CLIENT_KEY,
        open_id=pair.open_id,
        scopes=sorted(granted),
        user_id=trip.user_id,
        account_id=trip.account_id,
        link=trip.link,
        session_hash=trip.session_hash if trip.link else "",
        expires_at=asked_at + PENDING_FOR,
    )
    try:
        tokens.put_pair(pending, pair, asked_at=asked_at)
    except TikTokError as error:
        raise _refusal(error, pending) from error
    return pending


def _get_to_know(pending: PendingConnection, pair: TokenPair, trip: OAuthState) -> None:
    """Name, picture, and whether it is the one expected; saves the row, or hands the grant back."""
    try:
        profile = profiles.ask(pair.access_token, pending.scopes)
    except TikTokError as error:
        revocations.hand_over(pending)
        raise _refusal(error, pending) from error
    pending.username, pending.nickname = profile.username, profile.nickname
    expected = trip.link.wanted_id if trip.link else trip.account_id
    if expected is not None:
        _check_same_creator(pending, expected)
    pending.avatar = pictures.fetch(profile.avatar_url, workspace_id=pending.workspace_id)
    pending.save()


def _refusal(error: TikTokError, pending: PendingConnection) -> ConnectRefused:
    alarms.note(error)
    sentence = refusals.sentence_of(error)
    return ConnectRefused(sentence, pending.workspace, by_link=pending.link_id is not None)


def _check_same_creator(pending: PendingConnection, account_id: UUID) -> None:
    expected = TikTokAccount.objects.get(workspace_id=pending.workspace_id, pk=account_id)
    if (expected.client_key, expected.open_id) != (pending.client_key, pending.open_id):
        revocations.hand_over(pending)
        raise AnotherCreator(expected=expected, came=pending, by_link=pending.link_id is not None)
