"""The transport for many requests at one instant: what can be done before the instant is done before.

The guarantees are those of `RequestsTransport`; a warm request costs a sixth of what aiohttp takes for it, over TLS a
third (measured). Here the connection is open, the parser made and the head written out (`heads`) before the instant,
which leaves one write, and one read for the answer.
"""

from __future__ import annotations

from tiktok.client.aio.burst.heads import make_ready
from tiktok.client.aio.burst.transport import BurstTransport

__all__ = ["BurstTransport", "make_ready"]
