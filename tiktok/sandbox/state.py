"""What the sandbox remembers besides publishes. Plain values only, so that it survives a restart as JSON (`store`)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .creators import Creator, ready_made
from .faults import Fault
from .grants import Grant, Grants

DAY = 86_400.0


@dataclass
class Settings:
    """The knobs of `POST /sandbox/control`; durations are seconds, defaults are the contract's where it has one.

    `limits` overrides requests per minute by endpoint (None: no limit). `active_user_cap` None means five
    while `unaudited`, and no cap otherwise (contract section 14). `pending_cap` None is no cap.
    `verified_prefixes` holds `https://host/path/` or a bare domain, which covers its subdomains (7.3).
    `keep_media` False is the benchmark mode: bytes are counted and dropped, and nothing is written while
    requests keep coming (see `store`). `latency_ms` comes before every answer to the app.
    """

    access_seconds: float = 7_200.0  # 2.3, November 2026
    refresh_seconds: float = 180 * DAY  # 2.3, November 2026
    code_seconds: float = 600.0
    upload_url_seconds: float = 3_600.0  # 6.3
    processing_seconds: float = 1.5
    moderation_seconds: float = 2.0
    unaudited: bool = False
    active_user_cap: int | None = None
    pending_cap: int | None = 5  # 14
    limits: dict[str, int | None] = field(default_factory=dict)
    verified_prefixes: list[str] = field(default_factory=list)
    pull_delay_seconds: float = 0.0
    pull_timeout_seconds: float = 3_600.0  # 7.3
    pull_head_first: bool = False
    pull_range_bytes: int = 0  # 0: one GET for the whole file
    list_photos: bool = False  # 13.3: unconfirmed whether photo posts are listed
    keep_media: bool = True
    latency_ms: float = 0.0
    webhook_url: str = ""
    webhook_delay_seconds: float = 0.0
    webhook_reorder: bool = False  # what waits out the delay together is sent newest first
    webhook_retry_seconds: float = 5.0  # doubled after each failure
    webhook_give_up_seconds: float = 72 * 3_600.0  # 12.1
    webhook_post_id_as_text: bool = False  # 12.4: unconfirmed


@dataclass
class Code:
    """An authorization code: for one client and redirect, once, for minutes."""

    client_key: str
    redirect_uri: str
    creator: str
    scopes: list[str]
    expires_at: float


@dataclass
class State:
    """Everything but the publishes and the webhooks on their way."""

    client_key: str = ""
    client_secret: str = ""
    settings: Settings = field(default_factory=Settings)
    creators: dict[str, Creator] = field(default_factory=ready_made)
    codes: dict[str, Code] = field(default_factory=dict)
    grants: Grants = field(default_factory=Grants)
    faults: list[Fault] = field(default_factory=list)

    def to_json(self) -> dict[str, object]:
        """Plain values, but for dataclasses, which `vars` makes plain."""
        return {**vars(self), "grants": list(self.grants)}

    @classmethod
    def from_json(cls, raw: dict[str, Any]) -> State:
        """Rebuild the state from what `store` wrote; a file of another shape raises TypeError or KeyError."""
        return cls(
            client_key=raw["client_key"],
            client_secret=raw["client_secret"],
            settings=Settings(**raw["settings"]),
            creators={name: Creator(**values) for name, values in raw["creators"].items()},
            codes={code: Code(**values) for code, values in raw["codes"].items()},
            grants=Grants(Grant(**values) for values in raw["grants"]),
            faults=[Fault(**values) for values in raw["faults"]],
        )
