"""The three inits: direct video (contract 6.1), inbox video (6.2), photos (8). Bytes are `uploads` or `pulls`.

An init with FILE_UPLOAD makes nothing by itself; one with PULL_FROM_URL, and every photo init, commits.
"""

from __future__ import annotations

import secrets
import time

from aiohttp import web

from . import lifecycle
from .access import admit, creator_of, json_object, require_scope
from .context import CALL, Sandbox, arrived_ns, origin_of, sandbox_of
from .creators import Creator
from .endpoints import ROUTES, Endpoint
from .envelopes import Refusal, ok
from .grants import Grant
from .limits import draft_refusal, posting_refusal
from .ownership import Ownership
from .photo_rules import check_photos, is_inbox
from .plans import UploadPlan
from .publishes import Publish
from .pulls import begin_pull
from .video_rules import Source, check_direct, check_inbox

DIRECT_SCOPE, INBOX_SCOPE = "video.publish", "video.upload"


async def video_init(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/video/init/`: a publish id, and an upload URL where the app sends the bytes."""
    grant = admit(request, Endpoint.VIDEO_INIT, any_of=(DIRECT_SCOPE,))
    sandbox, creator = sandbox_of(request), creator_of(request, grant)
    body = await json_object(request)
    _check_room(sandbox, creator, inbox=False)
    unaudited = sandbox.store.state.settings.unaudited
    post, source = check_direct(body, creator, _ownership(sandbox), unaudited=unaudited)
    publish = _new_video(sandbox, grant, source, inbox=False)
    publish.post_info = post
    return _begun(request, publish)


async def inbox_init(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/inbox/video/init/`: the same for a draft, which takes a source and nothing else."""
    grant = admit(request, Endpoint.INBOX_INIT, any_of=(INBOX_SCOPE,))
    sandbox, creator = sandbox_of(request), creator_of(request, grant)
    body = await json_object(request)
    _check_room(sandbox, creator, inbox=True)
    source = check_inbox(body, _ownership(sandbox))
    return _begun(request, _new_video(sandbox, grant, source, inbox=True))


async def photo_init(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/content/init/`: direct or inbox by `post_mode`; the scope depends on it."""
    grant = admit(request, Endpoint.PHOTO_INIT, any_of=(DIRECT_SCOPE, INBOX_SCOPE))
    sandbox, creator = sandbox_of(request), creator_of(request, grant)
    body = await json_object(request)
    inbox = is_inbox(body)
    require_scope(grant, INBOX_SCOPE if inbox else DIRECT_SCOPE)
    _check_room(sandbox, creator, inbox=inbox)
    unaudited = sandbox.store.state.settings.unaudited
    photos = check_photos(body, creator, _ownership(sandbox), unaudited=unaudited)
    publish = _new(grant, "p_pub_url")
    publish.kind, publish.inbox, publish.post_info = "photo", inbox, photos.post_info
    publish.urls, publish.cover_index = photos.urls, photos.cover_index
    return _begun(request, publish)


def _check_room(sandbox: Sandbox, creator: Creator, *, inbox: bool) -> None:
    refusal = draft_refusal if inbox else posting_refusal
    settings = sandbox.store.state.settings
    code = refusal(creator, sandbox.activity, settings=settings, now=time.time())
    if code is not None:
        raise Refusal(code)


def _ownership(sandbox: Sandbox) -> Ownership:
    return Ownership(sandbox.store.state.settings.verified_prefixes, sandbox.allow_loopback)


def _new_video(sandbox: Sandbox, grant: Grant, source: Source, *, inbox: bool) -> Publish:
    aim, way = "inbox" if inbox else "pub", "file" if isinstance(source, UploadPlan) else "url"
    publish = _new(grant, f"v_{aim}_{way}")
    publish.inbox = inbox
    if not isinstance(source, UploadPlan):
        publish.urls = [source]
        return publish
    publish.video_size, publish.chunk_size = source.video_size, source.chunk_size
    publish.total_chunk_count = source.total_chunk_count
    publish.upload_token = secrets.token_urlsafe(32)
    publish.upload_expires_at = publish.initiated_at + sandbox.store.state.settings.upload_url_seconds
    return publish


def _new(grant: Grant, prefix: str) -> Publish:
    publish_id = f"{prefix}~v2-1.{7 * 10**18 + secrets.randbelow(10**18)}"
    return Publish(publish_id, grant.creator, grant.client_key, initiated_at=time.time())


def _begun(request: web.Request, publish: Publish) -> web.Response:
    """Keep it, commit it where TikTok fetches the bytes itself, and answer (6.3)."""
    sandbox, call = sandbox_of(request), request[CALL]
    call.publish = publish
    publish.count(call.endpoint)
    lifecycle.begin(sandbox, publish)
    if not publish.by_pull:
        return ok({"publish_id": publish.publish_id, "upload_url": _upload_url(request, publish)})
    lifecycle.commit(sandbox, publish, at_ns=arrived_ns(request))
    begin_pull(sandbox, publish)
    return ok({"publish_id": publish.publish_id})


def _upload_url(request: web.Request, publish: Publish) -> str:
    _, path = ROUTES[Endpoint.UPLOAD]
    return f"{origin_of(request)}{path}?upload_id={publish.publish_id}&upload_token={publish.upload_token}"
