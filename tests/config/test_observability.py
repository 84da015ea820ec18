"""What leaves the process in an error report: enough to mend it, nothing secret."""

from __future__ import annotations

import json
from typing import Any

import sentry_sdk
from sentry_sdk.transport import Transport

from config import observability

CANARY = "act.CANARY0123456789abcdef"


class Kept(Transport):
    """Keeps what would have been sent."""

    sent: list[str]

    def __init__(self, options: Any = None) -> None:
        super().__init__(options)
        Kept.sent = []

    def capture_envelope(self, envelope: Any) -> None:
        Kept.sent += [json.dumps(item.payload.json or {}) for item in envelope.items]


def test_no_planted_token_leaves_the_process() -> None:
    client = sentry_sdk.Client(dsn="http://key@127.0.0.1/1", transport=Kept, **observability.options())
    with sentry_sdk.new_scope() as scope:
        scope.set_client(client)
        scope.set_extra("deep", {"list": [{"access_token": CANARY, "note": f"Bearer {CANARY}"}]})
        scope.set_context("call", {"upload_url": f"https://upload.example/?upload_token={CANARY}"})
        try:
            access_token = CANARY
            raise ValueError(f"TikTok said no to {access_token}")
        except ValueError:
            sentry_sdk.capture_exception()
    client.flush()
    assert len(Kept.sent) == 1
    assert "TikTok said no to" in Kept.sent[0]
    assert CANARY not in Kept.sent[0]


def test_without_a_dsn_nothing_is_begun() -> None:
    observability.report_to("")
    assert not sentry_sdk.get_client().is_active()
