"""News: an account was lost or came back, so its posts are held or released; a post moved, so somebody is woken.

Runs in the transaction of the change itself, and raises each post's fence: a disconnect wins until the commit
intent is on record (R-82).
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.dispatch import receiver

from scheduler import lookback, notices, tasks
from scheduler.clock import database_now
from scheduler.content import SCOPES
from scheduler.links import note_public
from scheduler.models import ClockTimestamp, Post, PostEvent, PublishAttempt
from scheduler.schedule import HOLD_LOOKS_AGAIN
from scheduler.signals import post_moved, post_woken
from scheduler.states import ASKED_ABOUT, EventKind, NextStep, PostStatus, Reason, Stage
from scheduler.transitions import NOTHING, keep, note
from tiktok import alarms
from tiktok.client import Surface
from tiktok.models import TikTokAccount
from tiktok.signals import (
    account_connected,
    account_disconnected,
    account_limited,
    account_needs_reconnect,
    publish_news,
    publish_sought,
)

PUBLIC = "post.publish.publicly_available"
PUBLIC_OR_NOT = frozenset({PUBLIC, "post.publish.no_longer_publicaly_available"})
"""TikTok's words, its spelling (tiktok-api.md 12.4)."""

ALL = Q()

LOST = {Reason.NEEDS_RECONNECT, Reason.ACCOUNT_DISCONNECTED, Reason.SCOPE_MISSING}


@receiver(post_moved)
def wake_whoever_is_next(event: PostEvent, **_: Any) -> None:
    """The engine at once for a post that was just scheduled; its owner for one that needs them; the operator for what
    only they can mend.
    """
    if event.status_to == PostStatus.SCHEDULED:
        _after_commit(tasks.wake_post, post_id=str(event.post_id))
    if notices.is_news(event):
        _after_commit(tasks.tell_owner, workspace_id=str(event.workspace_id), event_id=str(event.pk))
    if event.status_to == PostStatus.FAILED and event.code and event.post.surface:
        alarms.note_code(event.code, Surface(event.post.surface), log_id=event.log_id)


@receiver(post_woken)
def take_its_step(post: Post, **_: Any) -> None:
    _after_commit(tasks.wake_post, post_id=str(post.pk))


def _after_commit(task: Any, **arguments: str) -> None:
    """Enqueue once it is true. Robust: without a broker the change stands, and the tick finds what is due."""
    transaction.on_commit(lambda: task.delay(**arguments), robust=True)


@receiver(account_needs_reconnect)
def hold_for_reconnect(account: TikTokAccount, **_: Any) -> None:
    _hold_all(account, Reason.NEEDS_RECONNECT)


@receiver(account_disconnected)
def hold_for_connection(account: TikTokAccount, **_: Any) -> None:
    _hold_all(account, Reason.ACCOUNT_DISCONNECTED)


@receiver(account_limited)
def hold_for_scope(account: TikTokAccount, **_: Any) -> None:
    """Only posts of a mode that is no longer allowed; a creator who keeps drafts for the app keeps those going."""
    lacking = [mode for mode, scope in SCOPES.items() if scope not in account.scopes]
    _hold_all(account, Reason.SCOPE_MISSING, Q(mode__in=lacking))


@receiver(account_connected)
def release_all(account: TikTokAccount, **_: Any) -> None:
    with transaction.atomic():
        now = database_now()
        for post in _scheduled(account).filter(hold__in=LOST):
            was = post.hold
            keep(post, fence=post.fence, raise_fence=True, hold="", next_step_at=now, **NOTHING.columns)
            note(post, EventKind.RELEASED, reason=was)


@receiver(publish_news)
def wake_for_news(
    account: TikTokAccount, event: str, publish_id: str, post_ids: tuple[str, ...], at: datetime, **_: Any
) -> bool:
    """A webhook is a hint: the post of this id is asked about now. Returns whether one of ours has the id.

    An id that nobody knows may be that of an init whose answer was lost: those are looked at again at once.
    """
    lookback.hear_event(account, event, publish_id)
    if event in PUBLIC_OR_NOT:
        post_id = note_public(
            account=account, publish_id=publish_id, post_ids=post_ids, is_public=event == PUBLIC, at=at
        )
        if post_id:
            _ask_now(account, [post_id])
            return True
    attempts = PublishAttempt.objects.filter(workspace_id=account.workspace_id, account=account)
    known = attempts.filter(publish_id=publish_id).values_list("post_id", flat=True)
    lost = attempts.filter(publish_id="", stage=Stage.COMMITTING).values_list("post_id", flat=True)
    _ask_now(account, list(known) or list(lost))
    return bool(known)


@receiver(publish_sought)
def find_creators(publish_ids: frozenset[str], **_: Any) -> dict[str, UUID]:
    """Whose these publishes are, as far as a post of ours has the id."""
    return dict(
        PublishAttempt.objects.filter(publish_id__in=publish_ids - {""}).values_list(
            "publish_id", "account_id"
        )
    )


def _ask_now(account: TikTokAccount, post_ids: list[UUID]) -> None:
    """By the next tick, all in chunks: after a burst thousands of events come at once, and a wake-up for each would
    keep the process busy that holds the others to their instants.

    A running step is left alone: its lane is busy, or its row still waits for the clock. A row that nobody was to look
    at any more is woken as well.
    """
    for post_id in post_ids:
        Post.objects.filter(
            Q(next_step_at__gt=ClockTimestamp()) | Q(next_step_at=None),
            workspace_id=account.workspace_id,
            pk=post_id,
            status__in=ASKED_ABOUT - {PostStatus.PUBLISHED},
            next_step=NextStep.ASK,
        ).update(next_step_at=ClockTimestamp())


def _hold_all(account: TikTokAccount, reason: Reason, which: Q = ALL) -> None:
    with transaction.atomic():
        again = database_now() + HOLD_LOOKS_AGAIN
        for post in _scheduled(account).filter(which).exclude(hold=reason):
            keep(post, fence=post.fence, raise_fence=True, hold=reason, next_step_at=again, **NOTHING.columns)
            note(post, EventKind.HELD, reason=reason)


def _scheduled(account: TikTokAccount) -> Any:
    return (
        Post.objects.select_for_update(of=("self",))
        .filter(workspace_id=account.workspace_id, account=account, status=PostStatus.SCHEDULED)
        .order_by("pk")
    )
