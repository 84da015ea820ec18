"""What `control` may order of tokens, publishes and creators: checked all together first, then carried out."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from . import lifecycle
from .context import Sandbox
from .creators import PRIVACY_LEVELS, Creator
from .disconnecting import Removal, disconnect
from .posts import is_draft
from .pulls import stop_pull

Creators = dict[str, Creator]

PUBLISH_ORDERS = ("finish", "hide", "show", "count", "fail")
COUNTS = ("views", "likes", "comments", "shares")


@dataclass(frozen=True)
class TokenOrder:
    """What happens to a creator's tokens; `reason` goes into the webhook of a removal."""

    creator: str
    do: str
    reason: int = Removal.DISCONNECTED

    def check(self, sandbox: Sandbox, creators: Creators) -> None:
        """Raises ValueError."""
        if self.creator not in creators or self.do not in ("expire_access", "expire_refresh", "revoke"):
            raise ValueError(
                "A token order needs a creator and one of: expire_access, expire_refresh, revoke"
            )
        Removal(self.reason)

    def carry_out(self, sandbox: Sandbox) -> None:
        if self.do == "revoke":
            disconnect(sandbox, creator=self.creator, reason=self.reason)
            return
        for grant in sandbox.store.state.grants.of(self.creator):
            if self.do == "expire_access":
                grant.access_tokens = dict.fromkeys(grant.access_tokens, 0.0)
            else:
                grant.refresh_expires_at = 0.0


@dataclass(frozen=True)
class PublishOrder:
    """What the creator, or TikTok, does to a publish; see `control`."""

    publish_id: str
    do: str
    privacy_level: str = ""
    reason: str = "internal"
    counts: Mapping[str, int] = field(default_factory=dict)

    def check(self, sandbox: Sandbox, creators: Creators) -> None:
        """Raises ValueError."""
        known = self.publish_id in sandbox.store.publishes
        if not known or self.do not in PUBLISH_ORDERS:
            raise ValueError(
                f"A publish order needs a known publish_id and one of: {', '.join(PUBLISH_ORDERS)}"
            )
        if not set(self.counts) <= set(COUNTS):
            raise ValueError(f"What can be counted is: {', '.join(COUNTS)}")
        if self.do == "finish" and not is_draft(sandbox.store.publishes[self.publish_id], time.time()):
            raise ValueError("Only a draft that has arrived can be finished.")
        if self.do == "fail" and sandbox.store.publishes[self.publish_id].committed_at_ns is None:
            raise ValueError("Only what is committed can fail.")
        if self.privacy_level and self.privacy_level not in PRIVACY_LEVELS:
            raise ValueError(f"Unknown privacy_level: {self.privacy_level}")

    def carry_out(self, sandbox: Sandbox) -> None:
        publish = sandbox.store.publishes[self.publish_id]
        match self.do:
            case "finish":
                lifecycle.finish_draft(sandbox, publish, privacy_level=self.privacy_level)
            case "hide":
                lifecycle.hide(sandbox, publish)
            case "show":
                lifecycle.show(sandbox, publish)
            case "count":
                lifecycle.count(sandbox, publish, self.counts)
            case "fail":
                stop_pull(sandbox, publish)
                lifecycle.fail(sandbox, publish, self.reason)


@dataclass(frozen=True)
class WebhookOrder:
    """An event to tell the app, true or not."""

    creator: str
    event: str
    content: dict[str, object]

    def check(self, sandbox: Sandbox, creators: Creators) -> None:
        """Raises ValueError."""
        if self.creator not in creators or not isinstance(self.content, dict):
            raise ValueError("A webhook order needs a creator, an event and its content")

    def carry_out(self, sandbox: Sandbox) -> None:
        sandbox.herald.tell(self.creator, self.event, self.content)


Order = TokenOrder | PublishOrder | WebhookOrder


def changed_creators(creators: Creators, orders: Mapping[str, Mapping[str, Any]]) -> Creators:
    """The creators with some values changed; a name that is not there yet is a new creator."""
    changed = dict(creators)
    for name, values in orders.items():
        base = changed.get(name) or Creator(username=name, nickname=name)
        changed[name] = replace(base, **values)
    return changed
