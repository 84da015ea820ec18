"""The same calls inside an event loop, for the two steps that are due many at once: the commit and the status poll.

Requests, answers, errors and log lines are those of the synchronous client: only the transport is another one, on
the bare event loop (`burst`). A transport belongs to the loop of its first use.
"""

from __future__ import annotations

from tiktok.client.aio.api import AsyncTikTokClient
from tiktok.client.aio.burst import BurstTransport
from tiktok.client.aio.calls import AsyncTransport

__all__ = ["AsyncTikTokClient", "AsyncTransport", "BurstTransport"]
