"""What a person says about a post whose outcome is unclear, and the last question to TikTok before "it is not there".

`authoring` writes the answer; a call to TikTok has no place in its transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from scheduler import authoring, policies
from scheduler.models import PublishAttempt
from scheduler.states import OPEN_STAGES, OUT_THERE
from tiktok.client.errors import TikTokError
from tiktok.sessions import client_for
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from accounts.models import User
    from scheduler.found_links import Found
    from scheduler.models import Post

WHY_NOT = {
    "PUBLISH_COMPLETE": "TikTok says that this post is published, so it can't be marked as not posted.",
    "SEND_TO_USER_INBOX": "TikTok says that this post waits in the TikTok app, so it can't be marked as not posted.",
}
"""By TikTok's status: why the answer is refused."""


PROCESSING = "PROCESSING"
"""How TikTok's words for a post that is on its way begin (tiktok-api.md 9)."""

MAY_YET_APPEAR = (
    "TikTok says that it is still processing this post, so it may yet appear. "
    "Published again, it could be there twice."
)


class StillProcessing(policies.NotPossible):
    """TikTok is at work on the post: that it is not there has to be said twice."""


def is_live(*, post: Post, by: User, found: Found | None = None) -> Post:
    """A person found it on the creator's page; `found` is where, if they say so."""
    return authoring.answer_live(post=post, by=by, found=found)


def is_not_live(*, post: Post, by: User, sure: bool = False) -> Post:
    """A person did not find it. Raises NotPossible where TikTok knows better; the engine then takes its word.

    Raises StillProcessing where it may yet appear and the person is not `sure`. A TikTok that does not answer doesn't
    stop the person, who has looked; its last word counts.
    """
    policies.check_can_answer(post)
    status = _last_word(post)
    if status in OUT_THERE:
        authoring.look_again(post=post)
        raise policies.NotPossible(WHY_NOT[status])
    if status.startswith(PROCESSING) and not sure:
        raise StillProcessing(MAY_YET_APPEAR)
    return authoring.answer_not_live(post=post, by=by)


def is_processing(attempts: Iterable[PublishAttempt]) -> bool:
    """Whether TikTok's last word on record is that it is at work on one of these."""
    return any(row.stage in OPEN_STAGES and row.tiktok_status.startswith(PROCESSING) for row in attempts)


def _last_word(post: Post) -> str:
    """TikTok's status now; without an answer the one on record, or nothing."""
    rows = PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post, stage__in=OPEN_STAGES)
    attempt = rows.exclude(publish_id="").first()
    if attempt is None or post.account is None:
        return ""
    try:
        return client_for(post.account).publish_status(attempt.publish_id).status
    except (TikTokError, NeedsReconnect):
        return attempt.tiktok_status
