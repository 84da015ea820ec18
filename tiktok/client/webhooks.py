"""Events that TikTok pushes: is one genuine, and what does it say (`tiktok-api.md` section 12).

Pure: the bytes, the header, the secrets and the time come in. Check the signature before anything is parsed. What an
event says is a hint, never a state: whoever acts on it asks TikTok first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from tiktok.client.secret import Secret

FUTURE_SECONDS: Final = 5 * 60
OLDEST_SECONDS: Final = 73 * 3600
"""TikTok tries again for 72 hours and does not say whether it signs anew (section 12.1)."""

YEAR_10000: Final = 253_402_300_800
LONGEST_NAME: Final = 64
LONGEST_ID: Final = 128
ALIASES: Final = {"post.publish.completed": "post.publish.complete"}

_TIME: Final = re.compile(r"[0-9]{1,12}")
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{64}")


class BadSignature(Exception):
    """Not signed with one of our secrets, or not within the time; the text says which, and holds no secret."""


class UnreadableEvent(ValueError):
    """The bytes are no event of the contract."""


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """One event. `create_time` is in UTC seconds; what the event does not carry, or not properly, is empty.

    `content` is TikTok's own text of it, byte for byte, so that two copies of one event are seen to be one.
    """

    client_key: str
    event: str
    create_time: int
    open_id: str
    publish_id: str
    post_id: str
    reason: str
    content: str


def check_signature(header: str, body: bytes, secrets: Sequence[Secret], *, now: float) -> None:
    """Raises `BadSignature` unless one of `secrets` signed these bytes, at most 73 h ago (`now`: Unix seconds)."""
    signed_at, digest = _parts(header)
    message = signed_at.encode() + b"." + body
    usable = [secret for secret in secrets if secret]
    if not any([hmac.compare_digest(_hmac(secret, message), digest) for secret in usable]):
        raise BadSignature("signature")
    age = now - int(signed_at)
    if age < -FUTURE_SECONDS:
        raise BadSignature("future")
    if age > OLDEST_SECONDS:
        raise BadSignature("too old")


def parse_event(body: bytes) -> WebhookEvent:
    """The event in a body whose signature was checked; raises `UnreadableEvent`."""
    data = _object(body)
    text = _content_text(data.get("content"))
    content = _inner(text)
    event = _word(data.get("event"), LONGEST_NAME)
    created = data.get("create_time")
    if (
        not event
        or isinstance(created, bool)
        or not isinstance(created, int)
        or not 0 <= created < YEAR_10000
    ):
        raise UnreadableEvent("The event has no name or no time.")
    return WebhookEvent(
        client_key=_word(data.get("client_key"), LONGEST_ID),
        event=ALIASES.get(event, event),
        create_time=created,
        open_id=_word(data.get("user_openid"), LONGEST_ID),
        publish_id=_word(content.get("publish_id"), LONGEST_ID),
        post_id=_word(content.get("post_id"), LONGEST_ID),
        reason=_word(content.get("reason"), LONGEST_NAME),
        content=text,
    )


def _parts(header: str) -> tuple[str, str]:
    """`t` and `s`, each exactly once; other parts are left alone."""
    pairs = [part.strip().partition("=") for part in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    digests = [value for name, _, value in pairs if name == "s"]
    if len(times) != 1 or len(digests) != 1:
        raise BadSignature("header")
    if not _TIME.fullmatch(times[0]) or not _DIGEST.fullmatch(digests[0]):
        raise BadSignature("header")
    return times[0], digests[0].lower()


def _hmac(secret: Secret, message: bytes) -> str:
    return hmac.new(secret.reveal().encode(), message, hashlib.sha256).hexdigest()


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise UnreadableEvent("The body is not JSON in UTF-8.") from error
    if not isinstance(data, dict):
        raise UnreadableEvent("The body is not a JSON object.")
    return data


def _content_text(content: object) -> str:
    """JSON serialised as a string; an object, should TikTok ever send one, is put back into a string."""
    return content if isinstance(content, str) else json.dumps(content, sort_keys=True)


def _inner(text: str) -> dict[str, Any]:
    """The second parse. An event whose content cannot be read says nothing more than its name."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _word(value: object, longest: int) -> str:
    """An id or a word as exact text: a number too, because the type of `post_id` is not confirmed."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or len(value) > longest:
        return ""
    return value if value.isascii() and value.isprintable() else ""
