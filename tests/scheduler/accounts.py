"""Creators for tests that plan and never call TikTok: no token anybody could use."""

from __future__ import annotations

from typing import Any

from accounts.models import Workspace
from accounts.tenancy import workspace_scope
from tiktok.models import TikTokAccount


def plain_account(workspace: Workspace, username: str, **fields: Any) -> TikTokAccount:
    known = {
        "open_id": f"open-{username}",
        "client_key": "key",
        "nickname": username.replace(".", " ").title(),
        "access_token": b"x",
        "refresh_token": b"x",
        "scopes": ["video.publish", "video.upload"],
    }
    with workspace_scope(workspace):
        return TikTokAccount.objects.create(workspace=workspace, username=username, **known | fields)
