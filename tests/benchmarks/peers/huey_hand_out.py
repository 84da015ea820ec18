"""Hands the posts to Huey. Apart from its module, so that tasks carry the name that the consumer knows."""

from __future__ import annotations

from datetime import UTC

import huey_peer
import work

for post_id, due_at, upload_url in work.due_posts():
    huey_peer.publish.schedule((post_id, upload_url), eta=due_at.astimezone(UTC).replace(tzinfo=None))
