"""The body of a webhook and its signature (contract 12.2, 12.3)."""

from __future__ import annotations

import hashlib
import hmac
import json

HEADER = "TikTok-Signature"


def event_body(
    *, client_key: str, event: str, create_time: int, user_openid: str, content: dict[str, object]
) -> str:
    """The JSON text; `content` is serialised on its own, so that it is parsed a second time."""
    return json.dumps(
        {
            "client_key": client_key,
            "event": event,
            "create_time": create_time,
            "user_openid": user_openid,
            "content": json.dumps(content, separators=(",", ":")),
        },
        separators=(",", ":"),
    )


def signature(secret: str, body: str, *, at: int) -> str:
    """The header's value for these exact bytes; `at` is epoch seconds."""
    signed = hmac.new(secret.encode(), f"{at}.{body}".encode(), hashlib.sha256)
    return f"t={at},s={signed.hexdigest()}"
