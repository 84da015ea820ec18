"""Rows that only counting needs: an attempt of so long ago, a creator whose tokens nobody uses."""

from __future__ import annotations

from datetime import timedelta

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from scheduler.clock import database_now
from scheduler.models import Post, PublishAttempt
from scheduler.states import Stage
from tests.scheduler.engine import attempts
from tiktok.models import TikTokAccount


def attempt(post: Post, *, ago: timedelta | None = timedelta(0), **columns) -> PublishAttempt:
    """An attempt of the post: a live one of so long ago, or with None one that has not been committed."""
    now = database_now()
    known = {
        "number": len(attempts(post)) + 1,
        "stage": Stage.LIVE if ago is not None else Stage.STAGED,
        "publish_id": f"v_pub_{post.pk}_{len(attempts(post))}",
        "upload_expires_at": now + timedelta(hours=1),
        "commit_intent_at": None if ago is None else now - ago,
    }
    with workspace_scope(post.workspace_id):
        return PublishAttempt.objects.create(
            workspace_id=post.workspace_id,
            post=post,
            account=post.account,
            content_digest="x",
            **known | columns,
        )


def copy_of(account: TikTokAccount, open_id: str, *, workspace: Workspace | None = None) -> TikTokAccount:
    """Another creator, whose tokens nobody will use."""
    workspace = workspace or account.workspace
    fields = {"client_key": account.client_key, "access_token": b"x", "refresh_token": b"x"}
    with workspace_scope(workspace):
        return TikTokAccount.objects.create(
            workspace=workspace,
            open_id=open_id,
            username=open_id,
            scopes=["video.publish", "video.upload"],
            **fields,
        )
