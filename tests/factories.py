"""Ready-made rows: an account that the sandbox really granted, a checked video, a post agreed to.

Each factory writes inside the workspace's scope and returns the row; what a test cares about is passed by name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image

from accounts.models import User, Workspace
from accounts.tenancy import workspace_scope
from scheduler import authoring
from scheduler.clock import database_now
from scheduler.content import content_digest
from scheduler.models import Media, Post
from scheduler.preparing import first_step_at
from scheduler.pulls import files_of
from scheduler.states import PostStatus
from tests.clips import make_clip, make_image
from tests.sandbox_process import Sandbox
from tiktok.client import Secret
from tiktok.models import TikTokAccount
from tiktok.vault import seal_on


def make_account(
    workspace: Workspace, sandbox: Sandbox, creator: str = "luna.bakes", **fields: Any
) -> TikTokAccount:
    """An active account holding tokens that this sandbox accepts."""
    granted = sandbox.grant(creator)
    now = database_now()
    account = TikTokAccount(
        workspace=workspace,
        open_id=granted["open_id"],
        client_key=sandbox.client_key,
        username=creator,
        nickname=creator.replace(".", " ").title(),
        scopes=granted["scope"].split(","),
        access_expires_at=now + timedelta(seconds=granted["expires_in"]),
        refresh_expires_at=now + timedelta(seconds=granted["refresh_expires_in"]),
        **fields,
    )
    account.access_token = seal_on(account, "access_token", Secret(granted["access_token"]))
    account.refresh_token = seal_on(account, "refresh_token", Secret(granted["refresh_token"]))
    with workspace_scope(workspace):
        account.save()
    return account


@lru_cache
def clip_bytes(seconds: float = 1) -> bytes:
    """A small real video, made once per process."""
    return make_clip(Path(mkdtemp()) / "clip.mp4", seconds=seconds).read_bytes()


def make_media(
    workspace: Workspace, *, content: bytes | None = None, pad_to: int = 0, **fields: Any
) -> Media:
    """A checked video in storage; `pad_to` makes it larger with bytes that players skip."""
    body = content if content is not None else clip_bytes()
    body += bytes(max(0, pad_to - len(body)))
    key = default_storage.save(f"{workspace.pk}/{uuid4()}", ContentFile(body))
    known = {
        "original_name": "loaf.mp4",
        "content_type": "video/mp4",
        "status": "ready",
        "container": "mp4",
        "codec": "h264",
        "duration_ms": 1000,
        "width": 360,
        "height": 640,
        "frame_rate": 30.0,
    }
    with workspace_scope(workspace):
        return Media.objects.create(
            workspace=workspace,
            storage_key=key,
            size=len(body),
            sha256=hashlib.sha256(body).hexdigest(),
            **known | fields,
        )


def make_image_media(workspace: Workspace, *, content: bytes | None = None, **fields: Any) -> Media:
    """A checked photo in storage; each is drawn differently."""
    shade = tuple(uuid4().bytes[:3])
    body = content or make_image(Image.new("RGB", (360, 640), shade))
    known = {
        "kind": "image",
        "original_name": "loaf.jpg",
        "content_type": "image/jpeg",
        "container": "jpeg",
        "codec": "",
        "duration_ms": None,
        "frame_rate": None,
    }
    return make_media(workspace, content=body, **known | fields)


def make_photo_post(account: TikTokAccount, images: Sequence[Media] | int, by: User, **fields: Any) -> Post:
    """A scheduled post of these photos, or of so many new ones."""
    if isinstance(images, int):
        images = [make_image_media(account.workspace) for _ in range(images)]
    return make_post(account, None, by, **{"kind": "photo", "images": images, **fields})


def make_post(
    account: TikTokAccount,
    media: Media | None,
    by: User,
    *,
    due_at: datetime | None = None,
    due_in: timedelta = timedelta(0),
    **fields: Any,
) -> Post:
    """A scheduled post, agreed to by `by`; `due_in` counts from the database's now and may be negative."""
    due_at = due_at or database_now() + due_in
    content = {"caption": f"Autumn loaf {uuid4().hex[:8]}", "privacy_level": "PUBLIC_TO_EVERYONE"} | fields
    with workspace_scope(account.workspace_id):
        post = authoring.create(
            workspace=account.workspace,
            by=by,
            fields={
                "account": account,
                "media": media,
                "due_at": due_at,
                "due_local": due_at.replace(tzinfo=None, microsecond=0).isoformat(),
                "due_zone": "UTC",
                **content,
            },
        )
        Post.objects.filter(workspace=account.workspace, pk=post.pk).update(
            status=PostStatus.SCHEDULED,
            consent_by=by,
            consent_at=database_now(),
            consent_digest=content_digest(post, media, files_of(post)),
            next_step_at=first_step_at(post),
        )
        post.refresh_from_db()
    return post
