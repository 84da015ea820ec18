"""Direct video init (contract 6.1) and status fetch (contract 9). The bytes in between are `uploads`."""

from __future__ import annotations

import secrets
import time

from aiohttp import web

from .access import admit, creator_of, json_object
from .context import CALL, Sandbox, origin_of, sandbox_of
from .endpoints import ROUTES, Endpoint
from .envelopes import Refusal, ok
from .limits import posting_refusal
from .posts import Status, public_ids, status_of
from .rules import UploadPlan, check_init
from .state import Grant, Publish


async def video_init(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/video/init/`: a publish id and an upload URL. Nothing is posted by it."""
    grant = admit(request, Endpoint.VIDEO_INIT, any_of=("video.publish",))
    sandbox, creator = sandbox_of(request), creator_of(request, grant)
    body, now = await json_object(request), time.time()
    settings = sandbox.store.state.settings
    code = posting_refusal(creator, sandbox.store.publishes.values(), settings=settings, now=now)
    if code is not None:
        raise Refusal(code)
    post, plan = check_init(body, creator, unaudited=settings.unaudited)
    publish = _begin(sandbox, grant, post, plan, now)
    request[CALL].publish = publish
    return ok({"publish_id": publish.publish_id, "upload_url": _upload_url(request, publish)})


async def publish_status(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/status/fetch/`: the envelope is ok even where the status is FAILED."""
    grant = admit(request, Endpoint.STATUS, any_of=("video.publish", "video.upload"))
    store = sandbox_of(request).store
    publish = store.publishes.get(str((await json_object(request)).get("publish_id", "")))
    if publish is None:
        raise Refusal("invalid_publish_id", "The publish_id is invalid")
    if (publish.creator, publish.client_key) != (grant.creator, grant.client_key):
        raise Refusal("token_not_authorized_for_specified_publish_id", "The publish_id is of another user")
    store.save_publish(publish)
    return ok(_status(publish, time.time()))


def _status(publish: Publish, now: float) -> dict[str, object]:
    status = status_of(publish, now)
    data: dict[str, object] = {"status": status, "uploaded_bytes": publish.uploaded_bytes}
    if status is Status.FAILED:
        data["fail_reason"] = publish.fail_reason
    if status is Status.PUBLISH_COMPLETE:
        data["publicaly_available_post_id"] = public_ids(publish, now)
    return data


def _begin(sandbox: Sandbox, grant: Grant, post: dict[str, object], plan: UploadPlan, now: float) -> Publish:
    publish = Publish(
        publish_id=f"v_pub_file~v2-1.{7 * 10**18 + secrets.randbelow(10**18)}",
        creator=grant.creator,
        client_key=grant.client_key,
        post_info=post,
        video_size=plan.video_size,
        chunk_size=plan.chunk_size,
        total_chunk_count=plan.total_chunk_count,
        upload_token=secrets.token_urlsafe(32),
        initiated_at=now,
        upload_expires_at=now + sandbox.store.state.settings.upload_url_seconds,
    )
    publish.count(Endpoint.VIDEO_INIT)
    sandbox.store.save_publish(publish)
    return publish


def _upload_url(request: web.Request, publish: Publish) -> str:
    _, path = ROUTES[Endpoint.UPLOAD]
    return f"{origin_of(request)}{path}?upload_id={publish.publish_id}&upload_token={publish.upload_token}"
