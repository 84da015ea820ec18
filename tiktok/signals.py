"""News that travels upward: what happened to a connection. Sent inside the transaction of the change.

Every signal but the last carries `account`, the `TikTokAccount` it is about. Listeners above connect to them; nothing
here knows who.
"""

from __future__ import annotations

from django.dispatch import Signal

account_connected = Signal()
account_needs_reconnect = Signal()
account_disconnected = Signal()

account_limited = Signal()
"""The connection goes on without some of its scopes; `account.scopes` is what is left."""

publish_news = Signal()
"""TikTok told of a publish of this account: `event: str` (post.publish.…), `publish_id: str`,
`post_ids: tuple[str, ...]`, `reason: str` (a fail reason, or empty), `at: datetime` (TikTok's clock, whole seconds).

A hint and no more: late by days, in any order, perhaps before the publish_id is on record here, perhaps of a
connection that is over. A listener that knows the publish_id returns True, and asks TikTok.
"""

publish_sought = Signal()
"""TikTok told of publishes and did not say whose (section 12.3): `publish_ids: frozenset[str]`.

Sent across workspaces. A listener returns the ids of the accounts that it knows, by publish_id.
"""
