"""The commit intent: the last look, and the point of no return, in one transaction for all posts of an instant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection, transaction

from accounts.tenancy import CrossTenant, cross_tenant
from scheduler.models import PublishAttempt
from scheduler.staged import Staged, give_back
from scheduler.states import PostStatus, Stage
from scheduler.transitions import move_all

if TYPE_CHECKING:
    from scheduler.clock import Clock

# Everything that a person or a worker may have changed until now is asked again, and stays as it is until the
# transaction ends. The account is read, not locked: a refresh keeps that lock over a call to TikTok, and a disconnect
# raises our fence. In order of ids, so that two groups, or a disconnect, never wait for each other in a circle.
LAST_LOOK = """
SELECT post.id FROM scheduler_post AS post
JOIN unnest(%(posts)s::uuid[], %(fences)s::bigint[], %(digests)s::text[]) AS mine (id, fence, digest)
    ON mine.id = post.id AND mine.fence = post.fence AND mine.digest = post.consent_digest
JOIN tiktok_tiktokaccount AS account ON account.id = post.account_id AND account.status = 'active'
WHERE post.status = 'scheduled' AND post.hold = '' AND post.due_at <= clock_timestamp() + interval '5 seconds'
AND NOT EXISTS (SELECT 1 FROM scheduler_installation WHERE paused_at IS NOT NULL)
AND NOT EXISTS (
    SELECT 1 FROM scheduler_publishingsettings AS switch
    WHERE switch.workspace_id = post.workspace_id AND switch.paused_at IS NOT NULL
)
ORDER BY post.id
FOR UPDATE OF post
"""


def record(group: Sequence[Staged], clock: Clock) -> list[Staged]:
    """Put on record that these posts are about to be committed; those that may not be are given back.

    Returns the ones to send: for these there is no way back but TikTok's word.
    """
    with cross_tenant(CrossTenant.COMMIT):
        with transaction.atomic():
            standing = _last_look(group)
            moved = _intend([staged for staged in group if staged.post.pk in standing], clock)
        give_back([staged for staged in group if staged.post.pk not in moved], at_once=False)
    return [staged for staged in group if staged.post.pk in moved]


def _last_look(group: Sequence[Staged]) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(
            LAST_LOOK,
            {
                "posts": [staged.post.pk for staged in group],
                "fences": [staged.lease.fence for staged in group],
                "digests": [staged.attempt.content_digest for staged in group],
            },
        )
        return {row[0] for row in cursor}


def _intend(standing: Sequence[Staged], clock: Clock) -> set[UUID]:
    moved = move_all(
        [(staged.post, staged.attempt) for staged in standing],
        PostStatus.PUBLISHING,
        fences={staged.post.pk: staged.lease.fence for staged in standing},
    )
    now = clock.now()
    mine = [staged for staged in standing if staged.post.pk in moved]
    PublishAttempt.objects.filter(pk__in=[staged.attempt.pk for staged in mine]).update(
        stage=Stage.COMMITTING, commit_intent_at=now
    )
    for staged in mine:
        staged.post.status = PostStatus.PUBLISHING
        staged.attempt.stage, staged.attempt.commit_intent_at = Stage.COMMITTING, now
    return moved
