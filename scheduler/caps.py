"""TikTok's limits by the day, counted by us so that they are waited for and not hit (tiktok-api.md 14).

Three of them: a creator's direct posts, a creator's unfinished drafts, and the creators that this app posts for. The
first two are shared with other apps, so TikTok may say no before our count does: what it told one post of a creator
holds the creator's later ones too, and only the first in line asks again. Limits by the minute are `pacing`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q

from accounts.operators import tell_operator
from accounts.tenancy import CrossTenant, cross_tenant
from scheduler import lateness
from scheduler.models import Installation, Post, PostEvent, PublishAttempt
from scheduler.states import EventKind, PostMode, PostStatus, Reason, Stage
from scheduler.transitions import NOTHING, Said
from tiktok import alarms, limits

if TYPE_CHECKING:
    from tiktok.models import TikTokAccount

SPENT = (Stage.COMMITTING, Stage.COMMITTED, Stage.LIVE)
"""Stages of an attempt that is, or may be, a post."""

AHEAD = (Stage.STARTING, Stage.STARTED, Stage.STAGED)
"""Stages of an attempt that is on its way to become one."""

UNFINISHED = (PostStatus.PUBLISHING, PostStatus.IN_INBOX, PostStatus.NEEDS_CHECK)
"""A draft counts until its creator has posted it (tiktok-api.md 17, no. 13)."""

APP_CAP_LASTS = timedelta(hours=1)
"""After TikTok's app-wide no, nobody new asks for so long."""

APP_CAP_TOLD = (
    "TikTok answered reached_active_user_cap: this app has posted for as many creators in 24 hours as it may. "
    "Creators who posted today go on; posts of the others wait and are tried again. "
    "Ask TikTok for a higher number, or for the audit."
)
APP_CAP_COUNTED = (
    f"TikTok lets an app that it has not audited post for {limits.POSTING_CREATORS_PER_DAY_UNAUDITED} creators in 24 "
    "hours, and that many have posted. Posts of the others wait and are tried again. Apply for the audit; once TikTok "
    "has approved the app, set TIKTOK_APP_AUDITED."
)
OWN_COUNT = "creators of an unaudited app"
APP_CAP_SUBJECT = "TikTok's cap on creators is reached"
APP_CAP_SPREAD = 300
"""Seconds over which those who waited ask again: the first answer decides for the others."""

BANNED = "spam_risk_user_banned_from_posting"
PENDING = "spam_risk_too_many_pending_share"
CREATOR_CAP_LASTS = timedelta(hours=1)
"""How long TikTok's no to a creator is believed; the window slides, and other apps share it."""

APP_CAP = "reached_active_user_cap"
ABOUT_CREATOR = frozenset({BANNED, PENDING, "spam_risk_too_many_posts"})
"""Refusals of the creator, not of the post (tiktok-api.md 5 and 6.4)."""

AFTER_THE_FIRST = timedelta(minutes=1)


@dataclass(frozen=True)
class Wait:
    """A post may not start yet: what to hold it with, until when, and why in a sentence."""

    reason: Reason
    until: datetime
    sentence: str
    said: Said = NOTHING


@dataclass(frozen=True)
class Count:
    """What of a cap is used: instants at which it was spent, oldest first, and posts on their way besides."""

    spent: tuple[datetime, ...]
    ahead: int
    of: int

    @property
    def used(self) -> int:
        return len(self.spent) + self.ahead

    def free_at(self, now: datetime) -> datetime | None:
        """When one more fits; None: now."""
        over = self.used - self.of
        if over < 0:
            return None
        return self.spent[over] + limits.CAP_WINDOW if over < len(self.spent) else now + timedelta(minutes=10)


def may_start(post: Post, now: datetime) -> Wait | None:
    """Whether another attempt of this scheduled post may be opened now; None: it may. Asks the database only."""
    assert post.account is not None
    return _in_time(post, _told_to_wait(post, now) or _creator_wait(post, now) or _app_wait(post, now))


def posts_today(account: TikTokAccount, at: datetime, *, besides: Post | None = None) -> Count:
    """Direct posts of this creator in the 24 hours before `at`, by our own record."""
    mine = _attempts(account, at, besides).filter(post__mode=PostMode.DIRECT)
    spent, ahead = _spent_and_ahead(mine)
    return Count(spent, ahead, settings.TIKTOK_POSTS_PER_DAY)


def posts_today_of(accounts: Iterable[TikTokAccount], at: datetime) -> dict[UUID, Count]:
    """The same of several creators, in one query."""
    accounts = list(accounts)
    rows = PublishAttempt.objects.filter(
        _counting(at),
        workspace_id__in={account.workspace_id for account in accounts},
        account__in=accounts,
        post__mode=PostMode.DIRECT,
    )
    found: dict[UUID, list[datetime | None]] = {account.pk: [] for account in accounts}
    for account_id, sent_at in rows.order_by("commit_intent_at").values_list(
        "account_id", "commit_intent_at"
    ):
        found[account_id].append(sent_at)
    counts = {account_id: _sorted_out(known) for account_id, known in found.items()}
    return {key: Count(spent, ahead, settings.TIKTOK_POSTS_PER_DAY) for key, (spent, ahead) in counts.items()}


def drafts_waiting(account: TikTokAccount, at: datetime, *, besides: Post | None = None) -> Count:
    """Drafts in the creator's TikTok inbox that nobody has finished, of the 24 hours before `at`."""
    mine = _attempts(account, at, besides).filter(post__mode=PostMode.INBOX)
    unfinished = mine.filter(Q(post__status__in=UNFINISHED) | Q(commit_intent_at__isnull=True))
    spent, ahead = _spent_and_ahead(unfinished)
    finished_at = _said_to_be_finished(account) if spent else None
    left = _after(spent, finished_at) if finished_at else spent
    return Count(left, ahead, limits.PENDING_INBOX_SHARES_PER_CREATOR_AND_DAY)


def app_is_full_for(account: TikTokAccount, now: datetime) -> datetime | None:
    """Until when this app may not post for another creator; None where it may, or where this one posted today."""
    learned = _app_capped_until(now)
    if learned is None and settings.TIKTOK_APP_AUDITED:
        return None
    creators = _creators_of_today(now)
    if account.open_id in creators:
        return None
    if learned is not None:
        return learned
    room = limits.POSTING_CREATORS_PER_DAY_UNAUDITED - len(creators)
    return None if room > 0 else min(creators.values()) + limits.CAP_WINDOW


def note_app_cap(now: datetime) -> bool:
    """TikTok said that this app has posted for too many creators: nobody new asks for a while.

    Tells the operator, once in 24 hours: then it returns True.
    """
    until = now + APP_CAP_LASTS
    Installation.read()
    rows = Installation.objects.filter(pk=1)
    news = rows.filter(
        Q(app_capped_until__isnull=True) | Q(app_capped_until__lt=now - limits.CAP_WINDOW)
    ).update(app_capped_until=until)
    if not news:
        rows.filter(app_capped_until__lt=until).update(app_capped_until=until)
    else:
        tell_operator(APP_CAP_SUBJECT, APP_CAP_TOLD)
    return bool(news)


def told(post: Post, said: Said, now: datetime) -> Wait | None:
    """Whether a refusal is one to wait for, because it is about the creator or the app and not about this post.

    Remembers what it says about others: the app's cap, and a ban on each post of the creator.
    """
    assert post.account is not None
    if said.code == APP_CAP:
        note_app_cap(now)
        wait = Wait(Reason.APP_CAP, now + APP_CAP_LASTS + _spread(post), APP_CAP_TOLD, said)
    elif said.code == BANNED:
        hold_account(post.account, said, besides=post)
        return None  # this one is told as final; the creator's others say why they wait
    elif said.code in ABOUT_CREATOR:
        reason = Reason.PENDING_SHARES if said.code == PENDING else Reason.DAILY_CAP
        full = f"TikTok takes no more from {post.account.display_name} now."
        wait = Wait(reason, now + CREATOR_CAP_LASTS, full, said)
    else:
        return None
    return _in_time(post, wait)


def hold_account(account: TikTokAccount, said: Said, *, besides: Post) -> int:
    """TikTok banned the creator from posting: all other scheduled posts say so and none asks by itself before its time.

    Their next step stays where it was; `may_start` decides then. Returns how many were held.
    """
    with transaction.atomic():
        posts = Post.objects.filter(
            workspace_id=account.workspace_id, account=account, status=PostStatus.SCHEDULED, hold=""
        ).exclude(pk=besides.pk)
        ids = list(posts.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        Post.objects.filter(workspace_id=account.workspace_id, pk__in=ids).update(
            hold=Reason.TIKTOK_REFUSED, fence=F("fence") + 1, **said.columns
        )
        PostEvent.objects.bulk_create(
            PostEvent(
                workspace_id=account.workspace_id,
                post_id=post_id,
                kind=EventKind.HELD,
                reason=Reason.TIKTOK_REFUSED,
                code=said.code[:64],
                log_id=said.log_id[:64],
            )
            for post_id in ids
        )
    return len(ids)


# --- the three counts


def _told_to_wait(post: Post, now: datetime) -> Wait | None:
    """What TikTok told the creator's first post in line; it asks again, the others wait for its answer."""
    assert post.account is not None
    first = (
        Post.objects.filter(
            Q(due_at__lt=post.due_at) | Q(due_at=post.due_at, pk__lt=post.pk),
            Q(mode=post.mode) | Q(code=BANNED),
            workspace_id=post.workspace_id,
            account=post.account,
            status=PostStatus.SCHEDULED,
            code__in=ABOUT_CREATOR,
        )
        .exclude(hold="")
        .order_by("due_at", "pk")
        .first()
    )
    if first is None:
        return None
    assert first.next_step_at is not None
    return Wait(
        Reason(first.hold),
        max(first.next_step_at, now) + AFTER_THE_FIRST,
        f"TikTok takes nothing from {post.account.display_name} now; an earlier post asks again first.",
        Said(first.code, first.surface, first.log_id),
    )


def _creator_wait(post: Post, now: datetime) -> Wait | None:
    assert post.account is not None
    at = max(now, post.due_at or now)
    name = post.account.display_name
    if post.mode == PostMode.INBOX:
        until = drafts_waiting(post.account, at, besides=post).free_at(now)
        told = f"{name} has as many unfinished drafts in TikTok as it takes in a day."
        return Wait(Reason.PENDING_SHARES, until, told) if until else None
    until = posts_today(post.account, at, besides=post).free_at(now)
    told = f"{name} has posted as often as TikTok usually allows in 24 hours."
    return Wait(Reason.DAILY_CAP, until, told) if until else None


def _app_wait(post: Post, now: datetime) -> Wait | None:
    if post.mode == PostMode.INBOX:
        return None  # TikTok counts creators of direct posts (tiktok-api.md 6.4)
    assert post.account is not None
    until = app_is_full_for(post.account, now)
    if until is None:
        return None
    full = "This site posts for as many creators as TikTok allows it."
    if _app_capped_until(now) is None:
        alarms.tell_once(OWN_COUNT, APP_CAP_SUBJECT, APP_CAP_COUNTED)
    return Wait(Reason.APP_CAP, until + _spread(post), full)


def _app_capped_until(now: datetime) -> datetime | None:
    """What TikTok's own no made us wait for, if it still holds."""
    return (
        Installation.objects.filter(pk=1, app_capped_until__gt=now)
        .values_list("app_capped_until", flat=True)
        .first()
    )


def _spread(post: Post) -> timedelta:
    return timedelta(seconds=post.pk.int % APP_CAP_SPREAD)


def _in_time(post: Post, wait: Wait | None) -> Wait | None:
    """Nobody waits past the moment of being missed: that is when the owner should hear of it."""
    if wait is None:
        return None
    missed = lateness.deadline(post, lateness.limit_of(post.workspace_id)) + lateness.GRACE
    return replace(wait, until=min(wait.until, missed))


def _creators_of_today(now: datetime) -> dict[str, datetime]:
    """Each creator that this app posted for in 24 hours, with their last post, across workspaces."""
    with cross_tenant(CrossTenant.CAPS):
        rows = PublishAttempt.objects.filter(
            commit_intent_at__gt=now - limits.CAP_WINDOW, stage__in=SPENT, post__mode=PostMode.DIRECT
        )
        return dict(rows.values_list("account__open_id").annotate(last=Max("commit_intent_at")))


def _said_to_be_finished(account: TikTokAccount) -> datetime | None:
    """When a person last said that the creator had finished all drafts (`trying_again`)."""
    said = PostEvent.objects.filter(
        workspace_id=account.workspace_id,
        post__account=account,
        kind=EventKind.RELEASED,
        reason=Reason.PENDING_SHARES,
        by__isnull=False,
    )
    at: datetime | None = said.aggregate(last=Max("at"))["last"]
    return at


def _after(instants: tuple[datetime, ...], start: datetime) -> tuple[datetime, ...]:
    return tuple(at for at in instants if at > start)


def _attempts(account: TikTokAccount, at: datetime, besides: Post | None) -> Any:
    rows = PublishAttempt.objects.filter(workspace_id=account.workspace_id, account=account)
    rows = rows.filter(_counting(at))
    return rows.exclude(post=besides) if besides else rows


def _counting(at: datetime) -> Q:
    """The attempts that were sent in the 24 hours before `at`, or are on their way."""
    sent = Q(commit_intent_at__gt=at - limits.CAP_WINDOW, stage__in=SPENT)
    return sent | Q(commit_intent_at__isnull=True, stage__in=AHEAD, post__status=PostStatus.SCHEDULED)


def _spent_and_ahead(attempts: Any) -> tuple[tuple[datetime, ...], int]:
    """The instants of those that were sent, oldest first, and how many are on their way."""
    return _sorted_out(attempts.order_by("commit_intent_at").values_list("commit_intent_at", flat=True))


def _sorted_out(known: Collection[datetime | None]) -> tuple[tuple[datetime, ...], int]:
    spent = tuple(at for at in known if at is not None)
    return spent, len(known) - len(spent)
