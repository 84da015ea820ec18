"""What the sandbox remembers. Plain values only, so that all of it survives a restart as JSON (see `store`)."""

from __future__ import annotations

from dataclasses import dataclass, field

from .creators import Creator, ready_made
from .faults import Fault

DAY = 86_400.0


@dataclass
class Settings:
    """The knobs of `POST /sandbox/control`; durations are seconds, defaults are the contract's where it has one.

    `limits` overrides requests per minute by endpoint (None: no limit). `active_user_cap` None means five
    while `unaudited`, and no cap otherwise (contract section 14).
    """

    access_seconds: float = 7_200.0  # 2.3, November 2026
    refresh_seconds: float = 180 * DAY  # 2.3, November 2026
    code_seconds: float = 600.0
    upload_url_seconds: float = 3_600.0  # 6.3
    processing_seconds: float = 1.5
    moderation_seconds: float = 2.0
    unaudited: bool = False
    active_user_cap: int | None = None
    limits: dict[str, int | None] = field(default_factory=dict)


@dataclass
class Code:
    """An authorization code: for one client and redirect, once, for minutes."""

    client_key: str
    redirect_uri: str
    creator: str
    scopes: list[str]
    expires_at: float


@dataclass
class Grant:
    """A creator's consent to one client. It has one live refresh token; its access tokens run out by themselves."""

    creator: str
    client_key: str
    scopes: list[str]
    refresh_token: str
    refresh_expires_at: float
    access_tokens: dict[str, float] = field(default_factory=dict)


@dataclass
class Publish:
    """One accepted init and all that came of it; it is a post only after its last byte (see `posts`)."""

    publish_id: str
    creator: str
    client_key: str
    post_info: dict[str, object]
    video_size: int
    chunk_size: int
    total_chunk_count: int
    upload_token: str
    initiated_at: float
    upload_expires_at: float
    uploaded_bytes: int = 0
    content_type: str = ""
    sha256: str = ""
    committed_at_ns: int | None = None
    processing_seconds: float = 0.0
    moderation_seconds: float = 0.0
    fail_reason: str = ""
    stuck: bool = False
    post_id: int = 0
    requests: dict[str, int] = field(default_factory=dict)

    @property
    def caption(self) -> str:
        return str(self.post_info.get("title", ""))

    @property
    def privacy_level(self) -> str:
        return str(self.post_info["privacy_level"])

    def count(self, endpoint: str) -> None:
        self.requests[endpoint] = self.requests.get(endpoint, 0) + 1


@dataclass
class State:
    """Everything but the publishes, which are kept one file each beside their media."""

    client_key: str = ""
    client_secret: str = ""
    settings: Settings = field(default_factory=Settings)
    creators: dict[str, Creator] = field(default_factory=ready_made)
    codes: dict[str, Code] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @classmethod
    def from_json(cls, raw: dict[str, object]) -> State:
        """Rebuild the state from what `store` wrote; a file of another shape raises TypeError or KeyError."""
        data: dict = raw
        return cls(
            client_key=data["client_key"],
            client_secret=data["client_secret"],
            settings=Settings(**data["settings"]),
            creators={name: Creator(**values) for name, values in data["creators"].items()},
            codes={code: Code(**values) for code, values in data["codes"].items()},
            grants=[Grant(**values) for values in data["grants"]],
            faults=[Fault(**values) for values in data["faults"]],
        )
