"""Looking ahead: what would keep a post from going out, found while there is time to mend it (P25).

When a post is saved, by our own record alone (`problems_now`); an hour before it is due, with TikTok's word besides
(`look_ahead`). Neither stops a post: the engine looks again when it begins. `risks` tells the owners.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.core.files.storage import default_storage

from scheduler import caps, switches
from scheduler.content import Problem, account_problems, content_problems, is_draft_for_app
from scheduler.models import Post
from scheduler.outcomes import meet
from scheduler.pacing import Call, Paced
from scheduler.preparing import first_step_at
from scheduler.pulls import files_of
from scheduler.states import EXPLANATIONS, EventKind, NextStep, PostMode, PostStatus, Reason
from scheduler.transitions import note
from tiktok import limits
from tiktok.client.codes import Remedy
from tiktok.client.errors import TikTokError
from tiktok.models import AccountStatus
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from datetime import datetime

    from scheduler.work import Work

LOOK_AHEAD = timedelta(hours=1)

NOT_LOOKED: dict[str, Any] = {
    "looked_ahead_at": None,
    "risk": "",
    "risk_sentence": "",
    "risk_told_at": None,
}
"""The columns of a post that was edited, moved in time or agreed to anew."""

PASSES = frozenset({Remedy.RETRY})


@dataclass(frozen=True)
class Risk:
    """What may keep the post from going out."""

    reason: Reason
    sentence: str


def first_look(post: Post, now: datetime) -> tuple[NextStep, datetime]:
    """The step of a post that was just scheduled: the look ahead, or the first one where less than an hour is left."""
    assert post.due_at is not None
    begins = first_step_at(post)
    looks = post.due_at - LOOK_AHEAD
    return (NextStep.CHECK, looks) if now < looks < begins else (NextStep.START, begins)


def problems_now(post: Post) -> list[Problem]:
    """What our own record says against this post at its time. No call to TikTok; warnings, not refusals."""
    if post.account is None or post.due_at is None:
        return []
    problems = [*_connection(post), *_files(post)]
    problems += account_problems(post) if post.account.is_active else []
    problems += _caps(post, post.due_at)
    if switches.paused(post.workspace_id):
        told = EXPLANATIONS[Reason.PAUSED]
        problems.append(Problem("account", f"{told.title}. {told.sentence}", Reason.PAUSED))
    return problems


def look_ahead(work: Work) -> None:
    """Ask all there is to ask an hour before, keep the answer for the owner, and wait for the first step."""
    post = work.post
    if reason := switches.paused(post.workspace_id):
        told = EXPLANATIONS[reason]
        _conclude(work, Risk(reason, f"{told.title}. {told.sentence}"))
        return
    try:
        problems = [*problems_now(post), *_creator_problems(work)]
    except Paced as paced:
        work.keep(next_step_at=paced.until, next_step=NextStep.CHECK)
        return
    except (TikTokError, NeedsReconnect) as error:
        _conclude(work, _risk_in(error, post))
        if isinstance(error, NeedsReconnect) or error.remedy == Remedy.RECONNECT:
            meet(work, error)  # the connection is lost: the post is held, its owners are told
        return
    first = problems[0] if problems else None
    _conclude(work, Risk(first.reason or Reason.CONTENT_CHANGED, first.sentence) if first else None)


def _conclude(work: Work, risk: Risk | None) -> None:
    post = work.post
    is_news = risk is not None and risk.reason != post.risk
    work.keep(
        looked_ahead_at=work.clock.now(),
        risk=risk.reason if risk else "",
        risk_sentence=risk.sentence if risk else "",
        next_step_at=first_step_at(post),
        next_step=NextStep.START,
        **({"risk_told_at": None} if is_news or risk is None else {}),
    )
    note(post, EventKind.CHECKED, attempt=work.attempt, reason=risk.reason if risk else "")


def _creator_problems(work: Work) -> list[Problem]:
    """What the creator's settings at TikTok say now (tiktok-api.md 5); drafts for the app are not asked of them."""
    post = work.post
    if post.account is None or not post.account.is_active:
        return []
    creator = None if is_draft_for_app(post) else work.paced(Call.INFO).creator_info()
    return content_problems(post, creator, post.media, files_of(post))


def _risk_in(error: TikTokError | NeedsReconnect, post: Post) -> Risk | None:
    """TikTok's no to the question itself. Trouble that passes by itself is no risk to warn of."""
    name = post.account.display_name if post.account else "The account"
    if isinstance(error, NeedsReconnect) or error.remedy == Remedy.RECONNECT:
        return Risk(Reason.NEEDS_RECONNECT, EXPLANATIONS[Reason.NEEDS_RECONNECT].title.format(account=name))
    if error.remedy in PASSES or error.code == "rate_limit_exceeded":
        return None
    sentence = f"{error.row.title} {error.row.sentence}".format(account=name)
    return Risk(Reason.TIKTOK_REFUSED, sentence)


def _connection(post: Post) -> list[Problem]:
    account = post.account
    assert account is not None
    assert post.due_at is not None
    if not account.is_active:
        lost = account.status == AccountStatus.NEEDS_RECONNECT
        reason = Reason.NEEDS_RECONNECT if lost else Reason.ACCOUNT_DISCONNECTED
        told = EXPLANATIONS[reason]
        return [
            Problem("account", f"{told.title}. {told.sentence}".format(account=account.display_name), reason)
        ]
    if account.refresh_expires_at is not None and account.refresh_expires_at < post.due_at:
        ends = account.refresh_expires_at.astimezone(post.zone)
        told_when = (
            f"The connection to {account.display_name} ends on {ends.day} {ends:%B}, before this post is due."
        )
        return [Problem("account", f"{told_when} Reconnect it by then.", Reason.NEEDS_RECONNECT)]
    return []


def _files(post: Post) -> list[Problem]:
    files = [file for file in files_of(post) if file is not None]
    if all(default_storage.exists(file.storage_key) for file in files):
        return []
    told = EXPLANATIONS[Reason.MEDIA_MISSING]
    return [Problem("media", f"{told.title}. Add it again.", Reason.MEDIA_MISSING)]


def _caps(post: Post, due_at: datetime) -> list[Problem]:
    """What will be used of TikTok's caps when this post is due, as far as it is planned here."""
    account = post.account
    assert account is not None
    name = account.display_name
    is_draft = is_draft_for_app(post)
    count = (caps.drafts_waiting if is_draft else caps.posts_today)(account, due_at, besides=post)
    nth = len(count.spent) + _planned_before(post, due_at) + 1
    if nth > count.of and is_draft:
        told = f"TikTok keeps {count.of} unfinished drafts of {name}; this would be number {nth}. Finish one first."
        return [Problem("time", told, Reason.PENDING_SHARES)]
    if nth > count.of:
        told = f"TikTok usually takes {count.of} posts of {name} in 24 hours; this would be number {nth}."
        return [Problem("time", f"{told} Choose a later time.", Reason.DAILY_CAP)]
    if not is_draft and caps.app_is_full_for(account, due_at):
        own = EXPLANATIONS[Reason.APP_CAP]
        return [Problem("time", own.sentence, Reason.APP_CAP)]
    return []


def _planned_before(post: Post, due_at: datetime) -> int:
    mode = PostMode.INBOX if is_draft_for_app(post) else PostMode.DIRECT
    planned = Post.objects.filter(
        workspace_id=post.workspace_id,
        account=post.account,
        mode=mode,
        status=PostStatus.SCHEDULED,
        due_at__gt=due_at - limits.CAP_WINDOW,
        due_at__lte=due_at,
    )
    return int(planned.exclude(pk=post.pk).count())
