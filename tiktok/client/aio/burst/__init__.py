"""The transport for many requests at one instant: what can be done before the instant is done before.

The guarantees are those of `AiohttpTransport`; a warm request costs a sixth, over TLS a third. A general HTTP client builds
some forty objects for each; this one has the connection open, the parser made and the head written out (`heads`),
so that at the instant there is one write, and one read for the answer.
"""

from __future__ import annotations

from tiktok.client.aio.burst.heads import make_ready
from tiktok.client.aio.burst.transport import BurstTransport

__all__ = ["BurstTransport", "make_ready"]
