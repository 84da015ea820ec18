"""TikTok's side of a webhook: events worded and signed as the contract says (`tiktok-api.md` section 12)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.test import Client

URL = "/webhooks/tiktok/"


def wording(account: Any = None, event: str = "post.publish.complete", **content: Any) -> bytes:
    """The body of an event about an account. `at`, `client_key` and `open_id` may be given; the rest is content.

    With `open_id=None` the event does not say whose it is.
    """
    outer = {
        "client_key": content.pop("client_key", settings.TIKTOK_CLIENT_KEY),
        "event": event,
        "create_time": int(content.pop("at", time.time())),
        "user_openid": content.pop("open_id", account.open_id if account else "nobody"),
        "content": json.dumps(content),
    }
    said = {name: value for name, value in outer.items() if value is not None}
    return json.dumps(said).encode()


def signature(body: bytes, *, at: float | None = None, secret: str = "") -> str:
    signed_at = int(time.time() if at is None else at)
    key = (secret or settings.TIKTOK_CLIENT_SECRET).encode()
    digest = hmac.new(key, f"{signed_at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={signed_at},s={digest}"


def push(body: bytes, header: str | None = None) -> HttpResponse:
    """TikTok's POST, with a good signature unless another header is given."""
    return Client(enforce_csrf_checks=True).post(
        URL,
        data=body,
        content_type="application/json",
        headers={"TikTok-Signature": signature(body) if header is None else header},
    )
