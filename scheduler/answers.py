"""What a person says about a post whose outcome is unclear, and the last question to TikTok before "it is not there".

`authoring` writes the answer; a call to TikTok has no place in its transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scheduler import authoring, policies
from scheduler.models import PublishAttempt
from scheduler.states import OPEN_STAGES
from tiktok.client.errors import TikTokError
from tiktok.sessions import client_for
from tiktok.tokens import NeedsReconnect

if TYPE_CHECKING:
    from accounts.models import User
    from scheduler.models import Post
    from tiktok.client.types import PublishStatus

OUT_THERE = {
    "PUBLISH_COMPLETE": "TikTok says that this post is published, so it can't be marked as not posted.",
    "SEND_TO_USER_INBOX": "TikTok says that this post waits in the TikTok app, so it can't be marked as not posted.",
}
"""By TikTok's status: why the answer is refused."""


def is_live(*, post: Post, by: User) -> Post:
    """A person found it on the creator's page."""
    return authoring.answer_live(post=post, by=by)


def is_not_live(*, post: Post, by: User) -> Post:
    """A person did not find it. Raises NotPossible where TikTok knows better; the engine then takes its word.

    A TikTok that does not answer doesn't stop the person, who has looked.
    """
    policies.check_can_answer(post)
    told = _ask(post)
    if told and told.status in OUT_THERE:
        authoring.look_again(post=post)
        raise policies.NotPossible(OUT_THERE[told.status])
    return authoring.answer_not_live(post=post, by=by)


def _ask(post: Post) -> PublishStatus | None:
    rows = PublishAttempt.objects.filter(workspace_id=post.workspace_id, post=post, stage__in=OPEN_STAGES)
    attempt = rows.exclude(publish_id="").first()
    if attempt is None or post.account is None:
        return None
    try:
        return client_for(post.account).publish_status(attempt.publish_id)
    except (TikTokError, NeedsReconnect):
        return None
