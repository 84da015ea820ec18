"""Before anything new is opened for a post: whether what was given up has become a post after all.

An attempt whose last byte may have arrived is given up on the word of a person, who found nothing on the creator's
page, or on proof from TikTok's own counts. Both can be overtaken, so TikTok has the last word once more: its status,
before another init may follow, or its event, whenever that comes (design 4.1.1). What came of it is for `confirm`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from scheduler.clock import database_now
from scheduler.models import Post, PublishAttempt
from scheduler.outcomes import meet
from scheduler.pacing import Call, Paced
from scheduler.states import OUT_THERE, EventKind, PostStatus, Reason, Stage
from scheduler.transitions import move, note
from tiktok.client.codes import Remedy
from tiktok.client.errors import TikTokError
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scheduler.work import Work
    from tiktok.models import TikTokAccount

SAYS_OUT = frozenset(
    {
        "post.publish.complete",
        "post.publish.inbox_delivered",
        "post.publish.publicly_available",
    }
)
"""Events that only something at TikTok can cause (tiktok-api.md 12.4)."""

NOT_KNOWN = frozenset({Remedy.TERMINAL, Remedy.USER_FIX})
"""How TikTok answers about an id of which nothing can be (tiktok-api.md 9)."""


def is_out_after_all(work: Work) -> bool:
    """Whether the post must not go out now: it is out, and is asked about instead; or TikTok has to answer first."""
    for attempt in _given_up(work.post):
        try:
            told = work.paced(Call.STATUS).publish_status(attempt.publish_id)
        except (TikTokError, NeedsReconnect, Paced) as error:
            if isinstance(error, TikTokError) and error.remedy in NOT_KNOWN:
                continue
            meet(work, error)
            return True
        if told.status in OUT_THERE:
            with transaction.atomic():
                note(
                    work.post, EventKind.STATUS_READ, attempt=attempt, status=told.status, log_id=told.log_id
                )
                _take_up_again(work.post, attempt, fence=work.fence)
            return True
    return False


def hear_event(account: TikTokAccount, event: str, publish_id: str) -> None:
    """TikTok tells of a post that a person had looked for in vain: it is asked about again."""
    if event not in SAYS_OUT:
        return
    with transaction.atomic():
        rows = PublishAttempt.objects.filter(workspace_id=account.workspace_id, account=account)
        attempt = rows.filter(publish_id=publish_id, stage=Stage.ABANDONED).first()
        if attempt is None:
            return
        posts = Post.objects.select_for_update(of=("self",)).filter(workspace_id=account.workspace_id)
        post = posts.filter(
            pk=attempt.post_id, status=PostStatus.FAILED, reason=Reason.PERSON_SAYS_NOT_LIVE
        ).first()
        if post is not None:
            _take_up_again(post, attempt, fence=post.fence)


def _given_up(post: Post) -> Iterable[PublishAttempt]:
    """The attempts that left for TikTok and are not believed to have arrived, the latest first.

    Only this creator's: with another's token TikTok answers nothing about them (tiktok-api.md 9).
    """
    rows = PublishAttempt.objects.filter(
        workspace_id=post.workspace_id, post=post, account=post.account_id, stage=Stage.ABANDONED
    )
    left = rows.filter(commit_intent_at__isnull=False).exclude(publish_id="")
    return left.defer("upload_url").order_by("-number")


def _take_up_again(post: Post, attempt: PublishAttempt, *, fence: int) -> None:
    PublishAttempt.objects.filter(workspace_id=post.workspace_id, pk=attempt.pk).update(
        stage=Stage.COMMITTED, ended_at=None, polls=0
    )
    move(
        post,
        PostStatus.PUBLISHING,
        fence=fence,
        next_step_at=database_now(),
        attempt=attempt,
        raise_fence=True,
    )
