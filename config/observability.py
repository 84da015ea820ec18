"""Error reports to Sentry, where SENTRY_DSN is set, with nothing secret in them (R-27).

Sentry's own defaults send local variables and know few names of secrets, so both are replaced here: no variables,
our names scrubbed at any depth, and every text searched for what looks like a token.
"""

from __future__ import annotations

import re
from typing import Any

import sentry_sdk
from sentry_sdk.scrubber import DEFAULT_DENYLIST, EventScrubber

from accounts.tracing import current_id

SECRET_NAMES = [
    *DEFAULT_DENYLIST,
    "access_token",
    "refresh_token",
    "client_secret",
    "code",
    "code_verifier",
    "state",
    "upload_url",
    "authorization",
    "x-csrftoken",
]
TOKEN = re.compile(
    r"(?:act|rft|clt)\.[\w!*.\-~]{8,}|(?i:bearer)\s+\S+|(?:upload_token|code|state|signature)=[^\s&\"']+"
    r"|(?<=/c/)[\w-]{8,}|(?<=/pull/)[\w.-]{8,}"
)
HIDDEN = "[hidden]"


def report_to(dsn: str) -> None:
    """Begin to report; an empty DSN reports nothing."""
    if dsn:
        sentry_sdk.init(dsn=dsn, **options())


def options() -> dict[str, Any]:
    """How the SDK is told to keep quiet about secrets."""
    return {
        "include_local_variables": False,
        "max_request_body_size": "never",
        "event_scrubber": EventScrubber(denylist=SECRET_NAMES, recursive=True),
        "before_send": before_send,
    }


def before_send(event: Any, hint: Any = None) -> Any:
    """Without tokens, and with the id by which the log and the person's page name the request."""
    clean = without_tokens(event)
    if request_id := current_id():
        clean["tags"] = {**(clean.get("tags") or {}), "request_id": request_id}
    return clean


def without_tokens(event: Any, hint: Any = None) -> Any:
    """The event with everything that looks like a token replaced, however deep it stands."""
    match event:
        case str():
            return TOKEN.sub(HIDDEN, event)
        case dict():
            return {key: without_tokens(value) for key, value in event.items()}
        case list() | tuple():
            return [without_tokens(value) for value in event]
        case _:
            return event
