"""Hands the posts to Dramatiq, each with the delay that is left."""

from __future__ import annotations

import time

import dramatiq_peer
import work

for post_id, due_at, upload_url in work.due_posts():
    delay = max(0, round((due_at.timestamp() - time.time()) * 1000))
    dramatiq_peer.publish.send_with_options(args=(post_id, upload_url), delay=delay)
