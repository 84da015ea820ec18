"""Asking about a publish, and calling one off (contract 9 and 10)."""

from __future__ import annotations

import time

from aiohttp import web

from .access import admit, json_object
from .context import Call, Sandbox, sandbox_of
from .endpoints import Endpoint
from .envelopes import Refusal, ok, ok_body
from .grants import Grant
from .lifecycle import fail
from .posts import Status, public_ids, status_of
from .publishes import Publish
from .pulls import stop_pull

SCOPES = ("video.publish", "video.upload")


async def publish_status(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/status/fetch/`: the envelope is ok even where the status is FAILED."""
    grant = admit(request, Endpoint.STATUS, any_of=SCOPES)
    return ok(_status(await _publish(request, grant), time.time()))


def status_body(sandbox: Sandbox, grant: Grant, body: dict[str, object], call: Call) -> dict[str, object]:
    """The whole answer to a status question, for `express`; the call learns which publish it is about."""
    publish = call.publish = _known(sandbox, grant, body)
    publish.count(call.endpoint)
    return ok_body(_status(publish, time.time()))


async def cancel(request: web.Request) -> web.Response:
    """`POST /v2/post/publish/cancel/`: only while TikTok is still fetching. The answer holds no data."""
    grant = admit(request, Endpoint.CANCEL, any_of=SCOPES)
    publish, sandbox = await _publish(request, grant), sandbox_of(request)
    if publish.pulled_at is not None or not stop_pull(sandbox, publish):
        raise Refusal("publish_not_cancellable", "The publish cannot be cancelled")
    fail(sandbox, publish, "publish_cancelled")
    return ok(None)


async def _publish(request: web.Request, grant: Grant) -> Publish:
    return _known(sandbox_of(request), grant, await json_object(request))


def _known(sandbox: Sandbox, grant: Grant, body: dict[str, object]) -> Publish:
    publish = sandbox.store.publishes.get(str(body.get("publish_id", "")))
    if publish is None:
        raise Refusal("invalid_publish_id", "The publish_id is invalid")
    if (publish.creator, publish.client_key) != (grant.creator, grant.client_key):
        raise Refusal("token_not_authorized_for_specified_publish_id", "The publish_id is of another user")
    return publish


def _status(publish: Publish, now: float) -> dict[str, object]:
    status = status_of(publish, now)
    data: dict[str, object] = {"status": status}
    if publish.by_pull:
        data["downloaded_bytes"] = publish.downloaded_bytes
    else:
        data["uploaded_bytes"] = publish.uploaded_bytes
    if status is Status.FAILED:
        data["fail_reason"] = publish.fail_reason
    if status is Status.PUBLISH_COMPLETE:
        data["publicaly_available_post_id"] = public_ids(publish, now)
    return data
