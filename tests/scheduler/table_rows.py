"""Rows for tables of posts: an account nobody posts with, and posts in any state, many at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler.models import Post
from tiktok.models import TikTokAccount

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


def an_account(workspace: Workspace, username: str = "luna.bakes") -> TikTokAccount:
    """Connected, with tokens that open nothing."""
    with workspace_scope(workspace):
        return TikTokAccount.objects.create(
            workspace=workspace,
            open_id=uuid4().hex,
            client_key="key",
            username=username,
            nickname=username.replace(".", " ").title(),
            scopes=["video.publish"],
            access_token=b"act.CANARY",
            refresh_token=b"rft.CANARY",
        )


def posts(account: TikTokAccount, by: User, count: int = 1, **columns: Any) -> list[Post]:
    """So many photo posts that were agreed to, an hour apart from noon on 1 March 2027; drafts with that status."""
    with workspace_scope(account.workspace_id):
        return Post.objects.bulk_create(_post(account, by, number, columns) for number in range(count))


def a_post(account: TikTokAccount, by: User, **columns: Any) -> Post:
    return posts(account, by, **columns)[0]


def a_draft(account: TikTokAccount, by: User, **columns: Any) -> Post:
    """A draft without a time, unless it is given one."""
    return a_post(account, by, **{"status": "draft", "due_at": None} | columns)


def _post(account: TikTokAccount, by: User, number: int, columns: dict[str, Any]) -> Post:
    due_at = columns.get("due_at", NOON + timedelta(hours=number))
    known = {
        "caption": f"Loaf {number}",
        "status": "scheduled",
        "due_at": due_at,
        "due_local": due_at.replace(tzinfo=None, microsecond=0).isoformat() if due_at else "",
        "due_zone": "UTC" if due_at else "",
        "next_step_at": due_at if columns.get("status", "scheduled") == "scheduled" else None,
    }
    return Post(
        workspace_id=account.workspace_id,
        account=account,
        created_by=by,
        kind="photo",
        privacy_level="PUBLIC_TO_EVERYONE",
        consent_digest="digest",
        **known | columns,
    )
